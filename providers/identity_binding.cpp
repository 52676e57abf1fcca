// Reading the variables of an identity binding.
#include "providers/identity_binding.hpp"

#include "providers/secret_source.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view proxy_variable = "AZURE_KUBERNETES_TOKEN_PROXY";
constexpr std::string_view name_variable = "AZURE_KUBERNETES_SNI_NAME";
constexpr std::string_view file_variable = "AZURE_KUBERNETES_CA_FILE";
constexpr std::string_view data_variable = "AZURE_KUBERNETES_CA_DATA";

Error misconfigured(std::string message) {
  return Error{.code = Code::identity_configuration,
               .message = std::move(message),
               .hint = "the cluster sets these variables: leave them as they were"};
}

Result<Url> parse_proxy(std::string_view text) {
  auto url = parse_url(text);
  const std::string name{proxy_variable};
  if (!url) return misconfigured(name + ": " + url.error().message);
  if (url->scheme != "https") return misconfigured(name + " must be https");
  if (text.find_first_of("?#") != std::string_view::npos) {
    return misconfigured(name + " must have neither query nor fragment");
  }
  return url;
}

}  // namespace

bool has_identity_binding(const Environment& environment) {
  return environment.get_non_empty(proxy_variable).has_value();
}

Result<std::optional<TokenProxy>> IdentityBinding::proxy(const Deadline& deadline) {
  const Environment& environment = context_.world.environment;
  const bool has_file = environment.get_non_empty(file_variable).has_value();
  const bool has_data = environment.get_non_empty(data_variable).has_value();
  const auto proxy = environment.get_non_empty(proxy_variable);
  if (!proxy) {
    if (has_file || has_data || environment.get_non_empty(name_variable)) {
      return misconfigured(std::string{proxy_variable} +
                           " is not set, but others of AZURE_KUBERNETES_... are");
    }
    context_.world.log.note("workload identity: no identity binding here, asking Entra directly");
    return std::optional<TokenProxy>{};
  }
  if (has_file && has_data) {
    return misconfigured(std::string{file_variable} + " and " + std::string{data_variable} +
                         " are both set");
  }
  auto url = parse_proxy(*proxy);
  if (!url) return std::move(url).errors();
  auto trusted = authorities(deadline);
  if (!trusted) return std::move(trusted).errors();
  TokenProxy result{.url = std::move(*url)};
  result.trust.authorities = std::move(*trusted);
  result.trust.server_name = to_lower(environment.get(name_variable).value_or(""));
  return std::optional{std::move(result)};
}

// PEM; empty where neither variable is set: then the system's authorities count.
Result<std::string> IdentityBinding::authorities(const Deadline& deadline) {
  const Environment& environment = context_.world.environment;
  const auto path = environment.get_non_empty(file_variable);
  if (!path) return std::string{environment.get(data_variable).value_or("")};
  const std::string file{*path};
  // As public as a projected token: the cluster places it for everybody in the pod to read.
  const auto bytes = read_credential_file(file, FileUse::federated_token, context_, deadline);
  if (!bytes) return bytes.errors();
  if (!bytes->empty()) last_authorities_ = bytes->reveal();
  if (last_authorities_.empty()) {
    return Error{.code = Code::credential_file,
                 .message = file + " is empty",
                 .hint = "its certificates may be just being replaced: try again"};
  }
  return last_authorities_;
}

}  // namespace kvlaunch
