// The rules for authority hosts and tenants.
#include "providers/authority.hpp"

#include <algorithm>

namespace kvlaunch {
namespace {

constexpr std::string_view authority_variable = "AZURE_AUTHORITY_HOST";
constexpr std::string_view tenant_variable = "AZURE_TENANT_ID";
constexpr std::string_view allowed_tenants_variable = "AZURE_ADDITIONALLY_ALLOWED_TENANTS";
constexpr std::string_view single_tenant_variable = "AZURE_IDENTITY_DISABLE_MULTITENANTAUTH";

Result<Url> parse_authority(std::string_view text, std::string_view where) {
  auto url = parse_url(text);
  std::string problem;
  if (!url) {
    problem = url.error().message;
  } else if (url->scheme != "https") {
    problem = "only https is allowed";
  } else if (url->target != "/") {
    problem = "a path is not allowed";
  }
  if (problem.empty()) return url;
  return Error{.code = Code::identity_configuration,
               .message = std::string{where} + ": " + problem,
               .hint = "write it as https://login.microsoftonline.com/"};
}

std::string_view trim_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_listed(std::string_view list, std::string_view tenant) {
  while (!list.empty()) {
    const auto end = std::min(list.find(';'), list.size());
    const auto entry = trim_blanks(list.substr(0, end));
    if (entry == "*" || equal_ignoring_case(entry, tenant)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool is_switched_on(const Environment& environment, std::string_view name) {
  const auto value = environment.get_non_empty(name);
  return value && (*value == "1" || equal_ignoring_case(*value, "true"));
}

Error bad_tenant(std::string_view tenant) {
  const bool printable =
      tenant.size() <= 100 &&
      std::all_of(tenant.begin(), tenant.end(), [](char c) { return c > ' ' && c < 0x7F; });
  return Error{.code = Code::identity_configuration,
               .message = "not a tenant id" + (printable ? ": " + std::string{tenant} : ""),
               .hint = "a tenant id is a GUID or a domain name such as contoso.onmicrosoft.com"};
}

}  // namespace

Result<Url> choose_authority(const IdentitySpec& spec, const Environment& environment,
                             CloudName cloud) {
  std::string text = "https://" + std::string{cloud_of(cloud).authority_host} + "/";
  std::string_view where = "cloud";
  if (!spec.authority_host.empty()) {
    text = "https://" + spec.authority_host + "/";
    where = "authority-host";
  } else if (const auto variable = environment.get_non_empty(authority_variable)) {
    text = *variable;
    where = authority_variable;
  }
  auto url = parse_authority(text, where);
  if (!url || spec.trust_authority) return url;
  if (cloud_of_authority(url->host) != nullptr && !url->explicit_port) return url;
  return Error{.code = Code::authority_untrusted,
               .message = std::string{where} + " names " + url->authority() +
                          ", which is no known cloud's login host",
               .hint =
                   "if that host may receive the credential, set trust-authority: true on the "
                   "identity in the manifest"};
}

Result<std::string> choose_tenant(std::string_view configured, std::string_view requested,
                                  const Environment& environment) {
  if (!configured.empty() && !is_tenant_id(configured)) {
    Error error = bad_tenant(configured);
    // In a manifest it was judged when that was read.
    if (environment.get(tenant_variable) == configured) {
      error.message = std::string{tenant_variable} + " is " + error.message;
    }
    return error;
  }
  if (!requested.empty() && !is_tenant_id(requested)) return bad_tenant(requested);
  if (requested.empty() || equal_ignoring_case(configured, requested) ||
      equal_ignoring_case(configured, "adfs") ||
      is_switched_on(environment, single_tenant_variable)) {
    return std::string{configured};
  }
  const auto allowed = environment.get_non_empty(allowed_tenants_variable);
  if (allowed && is_listed(*allowed, requested)) return std::string{requested};
  // Developer tools follow the vault, as long as nobody has drawn a line.
  if (configured.empty() && !allowed) return std::string{requested};
  const std::string line = configured.empty()
                               ? std::string{allowed_tenants_variable} + " leaves it out"
                               : "the identity belongs to " + std::string{configured};
  return Error{
      .code = Code::tenant_mismatch,
      .message = "the vault asks for a token of tenant " + std::string{requested} + ", but " + line,
      .hint = "check the tenant id; to allow this one, add it to " +
              std::string{allowed_tenants_variable}};
}

}  // namespace kvlaunch
