// Managed identity on virtual machines: the instance metadata service.
//
// Sources: learn.microsoft.com/entra/identity/managed-identities-azure-resources/
// how-to-use-vm-token (requests, retry guidance); MSAL.NET docs/imds_retry_based_on_errors.md
// (410); azidentity managed_identity_client.go and imds probe (classification in a chain).
#include "launcher/base/json.hpp"
#include "providers/managed_identity_sources.hpp"

namespace kvlaunch {
namespace {

using Kind = IdentitySelector::Kind;

constexpr std::string_view default_origin = "http://169.254.169.254";
constexpr std::string_view token_path = "/metadata/identity/oauth2/token";
constexpr const char* api_version = "2018-02-01";
constexpr SelectorParameters selectors{"client_id", "object_id", "msi_res_id"};
// Azure.Identity for .NET and C++ let this replace the origin.
constexpr std::string_view origin_variable = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

// Off Azure nothing answers at that address, and a laptop must not wait: azidentity and .NET probe
// for one second.
constexpr Milliseconds probe_limit{1000};
constexpr Milliseconds connect_limit{2000};

// 410: the service is being updated and back within 70 s; MSAL.NET asks every 10 s, 7 times.
constexpr int status_gone = 410;
constexpr Milliseconds update_wait{10'000};
constexpr int update_tries = 7;

// The documented back-off: five tries, after 2, 4, 8 and 16 s.
RetryPolicy imds_retry_policy() {
  RetryPolicy policy;
  policy.max_attempts = 5;
  policy.first_wait = Milliseconds{2000};
  policy.longest_wait = Milliseconds{16'000};
  policy.statuses = {404, 408, 429};
  for (int status = 500; status <= 511; ++status) policy.statuses.push_back(status);
  return policy;
}

bool is_gone(const Attempted& attempted) {
  return attempted.result.ok() && attempted.result->status == status_gone;
}

class Imds final : public ManagedIdentitySource {
 public:
  Imds(IdentitySelector selector, const ProviderContext& context)
      : selector_(std::move(selector)), context_(context) {}

  Outcome acquire(const IdentityQuestion& question, const Deadline& deadline) override {
    const auto overridden = context_.world.environment.get_non_empty(origin_variable);
    auto url = parse_identity_endpoint(overridden.value_or(default_origin), origin_variable);
    if (!url) return Failed{url.error()};
    url->target = token_path;
    if (context_.usage == Usage::chained && !present_ && !probe(*url, deadline)) {
      return Unavailable{"nothing answers at " + url->authority(), {}};
    }
    FormFields parameters{{"api-version", api_version}, {"resource", question.resource}};
    const auto selected = selection(selector_, selectors).value_or(FormFields{});
    parameters.insert(parameters.end(), selected.begin(), selected.end());
    HttpRequest request = identity_request(with_query(*url, parameters));
    request.connect_timeout = connect_limit;
    request.add_header("Metadata", "true");
    return judge(send_patiently(request, deadline), url->authority());
  }

 private:
  // Without the Metadata header the service refuses at once, whatever its state: any answer will
  // do.
  bool probe(const Url& url, const Deadline& deadline) {
    HttpRequest request = identity_request(with_query(url, {{"api-version", api_version}}));
    request.connect_timeout = probe_limit;
    present_ =
        context_.world.transport.send(request, deadline.sooner(context_.world.clock, probe_limit))
            .ok();
    return present_;
  }

  Attempted send_once(const HttpRequest& request, const Deadline& deadline) {
    World& world = context_.world;
    return send_with_retry(world.transport, world.clock, world.randomness, world.log, request,
                           imds_retry_policy(), deadline, "managed identity endpoint");
  }

  // send_with_retry(), and the longer patience that a 410 asks for.
  Attempted send_patiently(const HttpRequest& request, const Deadline& deadline) {
    World& world = context_.world;
    auto attempted = send_once(request, deadline);
    int attempts = attempted.attempts;
    for (int i = 0; i < update_tries && is_gone(attempted); ++i) {
      if (update_wait >= deadline.remaining(world.clock)) {
        attempted.deadline_cut = true;
        break;
      }
      world.log.note("managed identity endpoint: being updated, asking again in 10 s");
      world.clock.sleep_until(world.clock.steady() + update_wait);
      attempted = send_once(request, deadline);
      attempts += attempted.attempts;
    }
    attempted.attempts = attempts;
    return attempted;
  }

  Outcome judge(const Attempted& attempted, const std::string& where) {
    const std::string who = "the managed identity endpoint at " + where;
    if (!attempted.result) return unreachable(attempted);
    const int status = attempted.result->status;
    if (status == 200) return read(*attempted.result, who);
    if (status == 400) return refused(attempted);
    Error error = identity_refusal(attempted, who);
    const bool says_unreachable =
        attempted.result->body.reveal().find("unreachable") != std::string_view::npos;
    if (status == 403 && says_unreachable) {
      // Docker Desktop answers so for the address it cannot route.
      return absent_in_chain(std::move(error),
                             "nothing but a container network answers at " + where);
    }
    if (status == status_gone) explain_update(error, attempted);
    if (status == 502 || status == 504) {
      const std::string proxy = "a proxy is in the way: take it off this path";
      error.hint = attempted.deadline_cut ? proxy + "; or " + error.hint : proxy;
    }
    return Failed{std::move(error)};
  }

  Outcome unreachable(const Attempted& attempted) {
    return Failed{
        identity_unreachable(attempted, "is this machine on Azure, and may this user reach it?")};
  }

  Outcome read(const HttpResponse& response, const std::string& who) {
    auto token = read_identity_token(response, who, context_.world.clock.wall());
    if (token) return std::move(*token);
    if (Json::parse(response.body.reveal())) return Failed{token.error()};
    return absent_in_chain(token.error(), "what answers there is no managed identity endpoint");
  }

  // 400: there is no such identity on this machine.
  Outcome refused(const Attempted& attempted) {
    Error error = identity_refusal(attempted, "the managed identity endpoint");
    if (selector_.kind == Kind::system_assigned) {
      error.message = "this machine has no system-assigned identity, or has several others";
      error.hint = "assign an identity to it, or name one with client-id or AZURE_CLIENT_ID";
      return absent_in_chain(std::move(error), "this machine has no system-assigned identity");
    }
    error.message = describe(selector_) + " is not assigned to this machine";
    error.hint = "assign it, or correct the id (client-id or AZURE_CLIENT_ID)";
    return Failed{std::move(error)};
  }

  static void explain_update(Error& error, const Attempted& attempted) {
    error.message = "the managed identity endpoint is being updated (status 410)";
    error.hint = attempted.deadline_cut
                     ? "the wait was cut short: an update takes up to 70 s, allow --timeout 80s"
                     : "an update takes up to 70 s: try again";
  }

  // In a chain this machine merely has no managed identity; alone it is an error.
  Outcome absent_in_chain(Error error, std::string reason) {
    if (context_.usage == Usage::alone) return Failed{std::move(error)};
    return Unavailable{std::move(reason), {}};
  }

  IdentitySelector selector_;
  ProviderContext context_;
  bool present_ = false;
};

}  // namespace

std::unique_ptr<ManagedIdentitySource> make_imds(const IdentitySelector& selector,
                                                 const ProviderContext& context) {
  return std::make_unique<Imds>(selector, context);
}

}  // namespace kvlaunch
