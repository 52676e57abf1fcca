// The list, and taking it away.
#include "launcher/base/own_credentials.hpp"

#include <array>
#include <string_view>

namespace kvlaunch {
namespace {

constexpr std::array<std::string_view, 5> known_names{
    "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_PASSWORD",
    "AzureServicesAuthConnectionString", "KVLAUNCH_CONNECTION_STRING"};

void collect(const std::optional<SecretSource>& source, std::set<std::string>& names) {
  if (source && source->kind == SecretSource::Kind::environment) names.insert(source->name);
}

}  // namespace

std::set<std::string> own_credentials(const std::vector<IdentitySpec>& specs) {
  std::set<std::string> names{known_names.begin(), known_names.end()};
  for (const IdentitySpec& spec : specs) {
    collect(spec.client_secret, names);
    collect(spec.certificate_password, names);
    collect(spec.connection_string_source, names);
  }
  return names;
}

Environment without(const std::set<std::string>& names, Environment environment) {
  for (const std::string& name : names) environment.unset(name);
  return environment;
}

}  // namespace kvlaunch
