// Managed identity of a machine connected by Azure Arc: its agent answers whoever can read a file
// that only the group himds may read.
//
// Sources: MSAL Go azure_arc.go and MSAL.NET AzureArcManagedIdentitySource.cs (challenge, key file,
// selectors, echo); learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication
// (group himds, default endpoint).
#include <algorithm>

#include "launcher/base/json.hpp"
#include "providers/managed_identity_sources.hpp"

namespace kvlaunch {
namespace {

constexpr const char* name = "Azure Arc";
constexpr std::string_view endpoint_variable = "IDENTITY_ENDPOINT";
constexpr std::string_view default_endpoint =
    "http://127.0.0.1:40342/metadata/identity/oauth2/token";
constexpr const char* api_version = "2020-06-01";
// Agents before 1.9 pass these over in silence, hence the check of the answer.
constexpr SelectorParameters selectors{"client_id", "object_id", "msi_res_id"};

constexpr int status_unauthorized = 401;
constexpr std::string_view key_directory = "/var/opt/azcmagent/tokens/";
constexpr std::string_view key_suffix = ".key";
constexpr std::size_t largest_key_file = 4096;
constexpr Milliseconds key_file_patience{2000};

constexpr const char* agent_hint =
    "the agent of Azure Arc does not answer as it should: look at \"azcmagent show\"";

Error foreign_challenge(std::string message) {
  return Error{.code = Code::response_malformed,
               .message = std::string{name} + ": " + std::move(message),
               .hint = agent_hint,
               .status = status_unauthorized};
}

// Where the challenge says the key is. Whatever answers at the agent's port may write a challenge,
// and what the file holds is sent to it: so only the agent's own directory counts, letter by
// letter.
Result<std::string> key_path(const HttpResponse& response) {
  constexpr std::string_view scheme = "Basic realm=";
  const auto header = response.header("WWW-Authenticate");
  if (!header) return foreign_challenge("a refusal without WWW-Authenticate");
  if (!header->starts_with(scheme) || std::count(header->begin(), header->end(), '=') != 1) {
    return foreign_challenge("the challenge is not \"Basic realm=PATH\"");
  }
  const std::string path{header->substr(scheme.size())};
  const bool in_directory = path.starts_with(key_directory);
  const std::string_view file =
      in_directory ? std::string_view{path}.substr(key_directory.size()) : std::string_view{};
  const bool plain = std::all_of(
      file.begin(), file.end(), [](char c) { return c > ' ' && c <= '~' && c != '/' && c != '"'; });
  if (!plain || !file.ends_with(key_suffix) || file.size() == key_suffix.size()) {
    return foreign_challenge("the challenge names no key file in " +
                             std::string{key_directory.substr(0, key_directory.size() - 1)});
  }
  return path;
}

Error unusable_key(const std::string& path, std::string_view why) {
  return Error{.code = Code::credential_file,
               .message = "the key file of Azure Arc " + path + " " + std::string{why},
               .hint = agent_hint};
}

class AzureArc final : public ManagedIdentitySource {
 public:
  AzureArc(IdentitySelector selector, const ProviderContext& context)
      : selector_(std::move(selector)), context_(context) {}

  Outcome acquire(const IdentityQuestion& question, const Deadline& deadline) override {
    auto request = first_request(question);
    if (!request) return Failed{request.error()};
    const auto challenged = send(*request, deadline);
    if (!challenged.result) return Failed{unreachable(challenged)};
    if (challenged.result->status != status_unauthorized) return Failed{unasked(challenged)};
    const auto path = key_path(*challenged.result);
    if (!path) return Failed{path.error()};
    const auto key = read_key(*path, deadline);
    if (!key) return Failed{key.error()};
    SecretWriter authorization{largest_key_file + 8};
    authorization.append("Basic ");
    authorization.append(key->reveal());
    request->headers.push_back({"Authorization", authorization.take()});
    return judge(send(*request, deadline));
  }

 private:
  Result<HttpRequest> first_request(const IdentityQuestion& question) {
    const auto variable = context_.world.environment.get_non_empty(endpoint_variable);
    const auto endpoint =
        parse_identity_endpoint(variable.value_or(default_endpoint), endpoint_variable);
    if (!endpoint) return endpoint.errors();
    FormFields parameters{{"api-version", api_version}, {"resource", question.resource}};
    const auto selected = selection(selector_, selectors).value_or(FormFields{});
    parameters.insert(parameters.end(), selected.begin(), selected.end());
    HttpRequest request = identity_request(with_query(*endpoint, parameters));
    request.add_header("Metadata", "true");
    return request;
  }

  Attempted send(const HttpRequest& request, const Deadline& deadline) {
    World& world = context_.world;
    return send_with_retry(world.transport, world.clock, world.randomness, world.log, request,
                           identity_retry_policy(), deadline, name);
  }

  // Read anew for every token: the agent writes a new one for every challenge. Who else may write
  // to it does not matter, because nothing is believed for its sake: it goes back to the agent.
  Result<Secret> read_key(const std::string& path, const Deadline& deadline) {
    const Deadline soon = deadline.sooner(context_.world.clock, key_file_patience);
    auto content = context_.world.files.read(path, largest_key_file, soon);
    if (!content) return unreadable(path, content.error());
    if (content->by_link) return unusable_key(path, "is a symbolic link");
    if (!content->file.regular) return unusable_key(path, "is no regular file");
    const auto bytes = content->bytes.reveal();
    if (bytes.empty()) return unusable_key(path, "is empty");
    // It goes into a header as it is.
    if (std::any_of(bytes.begin(), bytes.end(), [](char c) { return c < ' ' || c > '~'; })) {
      return unusable_key(path, "holds more than one line of plain text");
    }
    return std::move(content->bytes);
  }

  Error unreadable(const std::string& path, const Error& cause) {
    if (cause.code == Code::manifest_too_large) return unusable_key(path, "is too large");
    if (cause.code == Code::deadline) return unusable_key(path, "was not read in time");
    Error error{.code = Code::credential_file,
                .message = "the key file of Azure Arc " + path + " " + cause.message};
    error.hint = context_.world.files.exists(path)
                     ? "this user is not in the group himds: usermod -aG himds USER, or "
                       "SupplementaryGroups=himds in the systemd unit"
                     : "the agent's directory must be visible here: a container needs it mounted "
                       "(read-only)";
    return error;
  }

  static Error unreachable(const Attempted& attempted) {
    return identity_unreachable(attempted,
                                "is the agent of Azure Arc running? \"azcmagent show\" says so");
  }

  // An answer to the first request that is no challenge: a token would be as wrong as a refusal.
  Error unasked(const Attempted& attempted) {
    if (attempted.result->status != 200) return explained(attempted);
    return Error{.code = Code::response_malformed,
                 .message = "Azure Arc answered without asking for the key file",
                 .hint = "something else answers in place of the agent: check IDENTITY_ENDPOINT",
                 .status = 200};
  }

  Outcome judge(const Attempted& attempted) {
    if (!attempted.result) return Failed{unreachable(attempted)};
    const HttpResponse& response = *attempted.result;
    if (response.status == 200) {
      auto token = read_identity_token(response, name, context_.world.clock.wall());
      if (token && !is_echoed(response)) return Failed{wrong_identity()};
      return outcome_of(std::move(token));
    }
    Error error = explained(attempted);
    if (response.status == status_unauthorized) {
      error.message = "Azure Arc did not accept the key file that it named";
      error.hint = "is another agent's directory mounted here? " + std::string{agent_hint};
    }
    return Failed{std::move(error)};
  }

  Error explained(const Attempted& attempted) {
    Error error = identity_refusal(attempted, name);
    error.notes.push_back("asked for " + describe(selector_));
    if (error.hint.empty()) error.hint = "check that the identity is assigned to this machine";
    return error;
  }

  // Does the answer name the identity that was asked for?
  [[nodiscard]] bool is_echoed(const HttpResponse& response) const {
    const auto selected = selection(selector_, selectors);
    if (!selected || selected->empty()) return true;
    const auto& [parameter, id] = selected->front();
    const auto body = Json::parse(response.body.reveal());
    const auto member = body ? body->member(parameter) : std::nullopt;
    const auto text = member ? member->string() : std::nullopt;
    return text && equal_ignoring_case(*text, id);
  }

  Error wrong_identity() {
    return Error{
        .code = Code::identity_refused,
        .message = "Azure Arc gave a token of another identity than " + describe(selector_),
        .hint =
            "older agents know the machine's own identity only: update the agent, or "
            "leave client-id, object-id and resource-id out (and AZURE_CLIENT_ID)"};
  }

  IdentitySelector selector_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<ManagedIdentitySource> make_azure_arc(const IdentitySelector& selector,
                                                      const ProviderContext& context) {
  return std::make_unique<AzureArc>(selector, context);
}

}  // namespace kvlaunch
