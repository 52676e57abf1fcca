// Which variable says what.
#include "devvault/client_settings.hpp"

#include <algorithm>
#include <array>

#include "devvault/app_service.hpp"
#include "devvault/azure_arc.hpp"
#include "devvault/ci_tokens.hpp"
#include "devvault/cloud_shell.hpp"
#include "devvault/identity_binding.hpp"
#include "devvault/service_fabric.hpp"
#include "launcher/base/cloud.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

// Everything by which a client could find another identity, authority or trust than devvault's.
// Order of the sections of auth.md: environment and workload identity, managed identity, CI,
// AppAuthentication; then what redirects connections or trust.
constexpr std::array<std::string_view, 41> inherited_names{
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN",
    "AZURE_USERNAME",
    "AZURE_PASSWORD",
    "AZURE_AUTHORITY_HOST",
    "AZURE_ADDITIONALLY_ALLOWED_TENANTS",
    "AZURE_REGIONAL_AUTHORITY_NAME",
    "AZURE_TOKEN_CREDENTIALS",
    "AZURE_IDENTITY_DISABLE_MULTITENANTAUTH",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_KUBERNETES_TOKEN_PROXY",
    "AZURE_KUBERNETES_SNI_NAME",
    "AZURE_KUBERNETES_CA_FILE",
    "AZURE_KUBERNETES_CA_DATA",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IDENTITY_SERVER_THUMBPRINT",
    "IDENTITY_API_VERSION",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
    "MSI_SECRET",
    "DEFAULT_IDENTITY_CLIENT_ID",
    "SYSTEM_ACCESSTOKEN",
    "SYSTEM_OIDCREQUESTURI",
    "AZURESUBSCRIPTION_CLIENT_ID",
    "AZURESUBSCRIPTION_TENANT_ID",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "AzureServicesAuthConnectionString",
    "KVLAUNCH_CONNECTION_STRING",
    "KVLAUNCH_CA_FILE",
    "SSL_CERT_DIR",
    "NIX_SSL_CERT_FILE",
    "ALL_PROXY",
    "all_proxy",
};

using Variables = std::vector<std::pair<std::string, std::string>>;

std::string in_brackets(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string local_origin(const Places& places) {
  return "http://" + in_brackets(places.host) + ":" + std::to_string(places.port);
}

std::string proxy_url(const Places& places) {
  std::string user;
  if (!places.proxy_user.empty()) {
    user = kvlaunch::percent_encode(places.proxy_user) + ":" +
           kvlaunch::percent_encode(places.proxy_password) + "@";
  }
  if (places.tls_proxy_port != 0) {
    return "https://" + user + "localhost:" + std::to_string(places.tls_proxy_port);
  }
  return "http://" + user + in_brackets(places.host) + ":" + std::to_string(places.port);
}

bool is_loopback_text(const std::string& host) {
  return host == "127.0.0.1" || host == "::1";
}

void add_proxy(const Places& places, Variables& set) {
  const std::string url = proxy_url(places);
  std::string direct = "localhost,127.0.0.1,::1";
  if (!is_loopback_text(places.host)) direct += "," + places.host;
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
    set.emplace_back(name, url);
  }
  for (const char* name : {"NO_PROXY", "no_proxy"}) set.emplace_back(name, direct);
  // Node's own fetch and https look at the variables above only when told to (Node 22.21, 24).
  set.emplace_back("NODE_USE_ENV_PROXY", "1");
}

void add_trust(const Places& places, Variables& set) {
  for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
                           "NODE_EXTRA_CA_CERTS", "DENO_CERT"}) {
    set.emplace_back(name, places.authority_file);
  }
}

// Java has neither proxy nor trust variables, but every JVM reads this one.
void add_java(const Places& places, const kvlaunch::Environment& inherited, Variables& set) {
  if (places.trust_store_file.empty()) return;
  std::string options{inherited.get("JAVA_TOOL_OPTIONS").value_or("")};
  const auto add = [&](const std::string& name, const std::string& value) {
    // The JVM splits at blanks outside quotes.
    const std::string_view quote = value.find(' ') == std::string::npos
                                       ? ""
                                       : (value.find('"') == std::string::npos ? "\"" : "'");
    options += (options.empty() ? "-D" : " -D") + name + "=";
    options.append(quote).append(value).append(quote);
  };
  add("javax.net.ssl.trustStore", places.trust_store_file);
  add("javax.net.ssl.trustStoreType", "PKCS12");
  add("javax.net.ssl.trustStorePassword", std::string{trust_store_password});
  for (const std::string scheme : {"http", "https"}) {
    add(scheme + ".proxyHost", places.host);
    add(scheme + ".proxyPort", std::to_string(places.port));
    if (places.proxy_user.empty()) continue;
    add(scheme + ".proxyUser", places.proxy_user);
    add(scheme + ".proxyPassword", places.proxy_password);
  }
  add("http.nonProxyHosts", "localhost|127.*|[::1]");
  set.emplace_back("JAVA_TOOL_OPTIONS", options);
}

// The authority host of the cloud that all vaults are in, where it is not the default one.
void add_authority(const Config& config, Variables& set) {
  const kvlaunch::Cloud* common = nullptr;
  for (const auto& [host, vault] : config.vaults) {
    const kvlaunch::Cloud* cloud = kvlaunch::cloud_of_vault_host(host);
    if (cloud == nullptr || (common != nullptr && cloud != common)) return;
    common = cloud;
  }
  if (common == nullptr || common->name == kvlaunch::CloudName::public_cloud) return;
  set.emplace_back("AZURE_AUTHORITY_HOST", "https://" + std::string{common->authority_host} + "/");
}

// What each platform sets for the programs it runs.
void add_platform(const Identity& identity, const Places& places, Variables& set) {
  const std::string origin = local_origin(places);
  switch (identity.platform) {
    case Platform::app_service:
      set.emplace_back("IDENTITY_ENDPOINT", origin + std::string{app_service_path});
      set.emplace_back("IDENTITY_HEADER", places.identity_header);
      return;
    case Platform::azure_ml:
      set.emplace_back("DEFAULT_IDENTITY_CLIENT_ID", identity.client_id);
      [[fallthrough]];
    case Platform::app_service_2017:
      set.emplace_back("MSI_ENDPOINT", origin + std::string{app_service_path});
      set.emplace_back("MSI_SECRET", places.identity_header);
      return;
    case Platform::cloud_shell:
      set.emplace_back("MSI_ENDPOINT", origin + std::string{cloud_shell_path});
      return;
    case Platform::service_fabric:
      set.emplace_back("IDENTITY_ENDPOINT",
                       "https://localhost:" + std::to_string(places.service_fabric_port) +
                           std::string{service_fabric_path});
      set.emplace_back("IDENTITY_HEADER", places.identity_header);
      set.emplace_back("IDENTITY_SERVER_THUMBPRINT", places.service_fabric_thumbprint);
      set.emplace_back("IDENTITY_API_VERSION", service_fabric_version);
      return;
    case Platform::azure_arc:
      set.emplace_back("IDENTITY_ENDPOINT", origin + std::string{azure_arc_path});
      set.emplace_back("IMDS_ENDPOINT", origin);
      return;
    case Platform::virtual_machine:
      return;
  }
}

void add_identity_binding(const Places& places, Variables& set) {
  set.emplace_back(
      "AZURE_KUBERNETES_TOKEN_PROXY",
      "https://127.0.0.1:" + std::to_string(places.binding_port) + std::string{binding_path});
  set.emplace_back("AZURE_KUBERNETES_SNI_NAME", binding_server_name);
  set.emplace_back("AZURE_KUBERNETES_CA_FILE", places.binding_authority_file);
}

// Do its requests name the identity? In Cloud Shell and Service Fabric there is one alone.
bool is_named_by_id(const Identity& identity) {
  return identity.managed && !identity.system_assigned &&
         identity.platform != Platform::cloud_shell &&
         identity.platform != Platform::service_fabric;
}

void add_identity(const Config& config, const Identity& identity, const Places& places,
                  Variables& set) {
  const bool registered = !identity.client_secret.empty() || !identity.certificates.empty() ||
                          !identity.federated.empty();
  if (registered) set.emplace_back("AZURE_TENANT_ID", config.tenant_id);
  // A user-assigned managed identity is found by its client id alone.
  if (registered || is_named_by_id(identity)) {
    set.emplace_back("AZURE_CLIENT_ID", identity.client_id);
  }
  if (!identity.client_secret.empty()) {
    set.emplace_back("AZURE_CLIENT_SECRET", identity.client_secret);
  }
  // A job of a CI system has no token file.
  const auto of_job = job_variables(config, identity, places.job_token);
  set.insert(set.end(), of_job.begin(), of_job.end());
  if (!identity.federated.empty() && of_job.empty() && !places.federated_token_file.empty()) {
    set.emplace_back("AZURE_FEDERATED_TOKEN_FILE", places.federated_token_file);
  }
  if (identity.identity_binding && places.binding_port != 0) add_identity_binding(places, set);
  if (identity.managed) add_platform(identity, places, set);
}

std::string shell_quoted(const std::string& value) {
  std::string quoted = "'";
  for (const char character : value) {
    if (character == '\'') {
      quoted += "'\\''";
    } else {
      quoted += character;
    }
  }
  return quoted + "'";
}

std::string dotenv_quoted(const std::string& value) {
  const bool plain = value.find_first_of("$\"'`\\#\n") == std::string::npos &&
                     !value.starts_with(' ') && !value.ends_with(' ');
  if (plain) return value;
  if (value.find_first_of("'\n") == std::string::npos) return "'" + value + "'";
  std::string quoted = "\"";
  for (const char character : value) {
    if (character == '\n') {
      quoted += "\\n";
      continue;
    }
    if (std::string_view{"\"\\$`"}.find(character) != std::string_view::npos) quoted += '\\';
    quoted += character;
  }
  return quoted + "\"";
}

}  // namespace

ClientSettings client_settings(const Config& config, const Identity* identity, const Places& places,
                               const kvlaunch::Environment& inherited) {
  ClientSettings settings;
  add_proxy(places, settings.set);
  add_trust(places, settings.set);
  add_java(places, inherited, settings.set);
  settings.set.emplace_back("AZURE_POD_IDENTITY_AUTHORITY_HOST", local_origin(places));
  add_authority(config, settings.set);
  if (identity != nullptr) add_identity(config, *identity, places, settings.set);
  for (const std::string_view name : inherited_names) {
    const bool is_set = std::any_of(settings.set.begin(), settings.set.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (!is_set) settings.removed.emplace_back(name);
  }
  return settings;
}

void apply(const ClientSettings& settings, kvlaunch::Environment& environment) {
  for (const std::string& name : settings.removed) environment.unset(name);
  for (const auto& [name, value] : settings.set) environment.set(name, value);
}

std::string export_lines(const ClientSettings& settings) {
  std::string text;
  for (const auto& [name, value] : settings.set) {
    text += "export " + name + "=" + shell_quoted(value) + "\n";
  }
  return text;
}

std::string env_file_text(const ClientSettings& settings) {
  std::string text;
  for (const auto& [name, value] : settings.set) text += name + "=" + dotenv_quoted(value) + "\n";
  return text;
}

}  // namespace devvault
