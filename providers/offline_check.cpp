// The checks that token requests begin with, made early.
#include "providers/offline_check.hpp"

#include "providers/authority.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

using Type = IdentitySpec::Type;

// Would it ask Entra for a token, with tenant and client known?
bool is_configured(const IdentitySpec& spec, Type type, const Environment& environment) {
  const auto principal = principal_settings(spec, environment);
  if (principal.tenant_id.empty() || principal.client_id.empty()) return false;
  switch (type) {  // NOLINT: the others ask somebody else
    case Type::environment:
      return environment.get_non_empty("AZURE_CLIENT_SECRET") ||
             environment.get_non_empty("AZURE_CLIENT_CERTIFICATE_PATH");
    case Type::workload_identity:
      return !spec.token_file.empty() || environment.get_non_empty("AZURE_FEDERATED_TOKEN_FILE");
    case Type::client_secret:
    case Type::client_certificate:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<Error> problem_with_principal(const IdentitySpec& spec, Type type,
                                            const Environment& environment) {
  if (!is_configured(spec, type, environment)) return std::nullopt;
  const auto tenant =
      choose_tenant(principal_settings(spec, environment).tenant_id, {}, environment);
  if (!tenant) return tenant.error();
  // Every cloud's own authority is fine, so it does not matter which one is in force.
  const auto authority = choose_authority(spec, environment, CloudName::public_cloud);
  if (!authority) return authority.error();
  return std::nullopt;
}

}  // namespace kvlaunch
