// Managed identity on App Service and what speaks like it: two versions of one local endpoint.
//
// Sources: learn.microsoft.com/azure/app-service/overview-managed-identity (REST reference);
// MSAL.NET AppServiceManagedIdentitySource.cs, MachineLearningManagedIdentitySource.cs.
#include "providers/managed_identity_sources.hpp"

namespace kvlaunch {
namespace {

using Kind = IdentitySelector::Kind;

// MSAL.NET DefaultRetryPolicy: three more tries, one second apart.
RetryPolicy app_service_retry_policy() {
  RetryPolicy policy;
  policy.max_attempts = 4;
  policy.first_wait = policy.longest_wait = Milliseconds{1000};
  policy.jitter_low = policy.jitter_high = 1.0;
  policy.statuses = {404, 408, 429, 500, 502, 503, 504};
  return policy;
}

// What differs between the two versions.
struct Dialect {
  const char* name;
  const char* endpoint_variable;
  const char* secret_variable;
  const char* secret_header;
  const char* api_version;
};

constexpr Dialect dialect_2019{"App Service", "IDENTITY_ENDPOINT", "IDENTITY_HEADER",
                               "X-IDENTITY-HEADER", "2019-08-01"};
constexpr Dialect dialect_2017{"App Service (2017-09-01)", "MSI_ENDPOINT", "MSI_SECRET", "secret",
                               "2017-09-01"};

class AppService final : public ManagedIdentitySource {
 public:
  AppService(const Dialect& dialect, FormFields selection, IdentitySelector selector,
             const ProviderContext& context)
      : dialect_(dialect),
        selection_(std::move(selection)),
        selector_(std::move(selector)),
        context_(context) {}

  Outcome acquire(std::string_view resource, const Deadline& deadline) override {
    const Environment& environment = context_.world.environment;
    const auto endpoint = parse_identity_endpoint(
        environment.get(dialect_.endpoint_variable).value_or(""), dialect_.endpoint_variable);
    if (!endpoint) return Failed{endpoint.error()};
    FormFields parameters{{"api-version", dialect_.api_version},
                          {"resource", std::string{resource}}};
    parameters.insert(parameters.end(), selection_.begin(), selection_.end());
    HttpRequest request = identity_request(with_query(*endpoint, parameters));
    request.add_header(dialect_.secret_header,
                       environment.get(dialect_.secret_variable).value_or(""));
    request.add_header("Metadata", "true");  // Automation wants it, the others do not mind
    const auto attempted = send_with_retry(context_.world.transport, context_.world.clock,
                                           context_.world.randomness, context_.world.log, request,
                                           app_service_retry_policy(), deadline, dialect_.name);
    return judge(attempted);
  }

 private:
  Outcome judge(const Attempted& attempted) {
    if (!attempted.result) return Failed{identity_unreachable(attempted)};
    if (attempted.result->status == 200) {
      auto token =
          read_identity_token(*attempted.result, dialect_.name, context_.world.clock.wall());
      if (token) return std::move(*token);
      return Failed{token.error()};
    }
    Error error = identity_refusal(attempted, dialect_.name);
    error.notes.push_back("asked for " + describe(selector_));
    // It answers 500 for an identity or a resource that it does not know.
    if (error.code != Code::redirect_refused && !attempted.deadline_cut) {
      error.hint = "check that the identity is assigned to this app and that its id is right";
    }
    return Failed{std::move(error)};
  }

  const Dialect& dialect_;
  FormFields selection_;
  IdentitySelector selector_;
  ProviderContext context_;
};

// A choice that the source cannot express: nothing it answers could be right.
class Inexpressible final : public ManagedIdentitySource {
 public:
  explicit Inexpressible(Usage usage) : usage_(usage) {}
  Outcome acquire(std::string_view /*resource*/, const Deadline& /*deadline*/) override {
    return not_configured(usage_, "this version of App Service knows identities by client id only",
                          "use client-id instead of object-id or resource-id");
  }

 private:
  Usage usage_;
};

FormFields selection_2019(const IdentitySelector& selector) {
  switch (selector.kind) {
    case Kind::system_assigned:
      return {};
    case Kind::client_id:
      return {{"client_id", selector.value}};
    case Kind::object_id:
      return {{"object_id", selector.value}};
    case Kind::resource_id:
      return {{"mi_res_id", selector.value}};
  }
  return {};
}

}  // namespace

std::unique_ptr<ManagedIdentitySource> make_app_service_2019(const IdentitySelector& selector,
                                                             const ProviderContext& context) {
  return std::make_unique<AppService>(dialect_2019, selection_2019(selector), selector, context);
}

std::unique_ptr<ManagedIdentitySource> make_app_service_2017(const IdentitySelector& selector,
                                                             const ProviderContext& context) {
  IdentitySelector chosen = selector;
  // Azure ML names the identity of a compute that has several by this variable.
  const auto fallback = context.world.environment.get_non_empty("DEFAULT_IDENTITY_CLIENT_ID");
  if (chosen.kind == Kind::system_assigned && fallback) {
    chosen = {Kind::client_id, std::string{*fallback}};
  }
  if (chosen.kind == Kind::object_id || chosen.kind == Kind::resource_id) {
    return std::make_unique<Inexpressible>(context.usage);
  }
  FormFields selection;
  if (chosen.kind == Kind::client_id) selection.emplace_back("clientid", chosen.value);
  return std::make_unique<AppService>(dialect_2017, std::move(selection), chosen, context);
}

}  // namespace kvlaunch
