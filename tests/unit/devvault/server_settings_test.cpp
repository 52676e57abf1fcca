// Options, addresses, and the variables through which clients find devvault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devvault/client_settings.hpp"
#include "devvault/listening.hpp"
#include "devvault/options.hpp"

namespace devvault {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

Places usual_places() {
  Places places;
  places.port = 4000;
  places.authority_file = "/run/ca.pem";
  places.trust_store_file = "/run/store.p12";
  places.federated_token_file = "/run/token";
  places.identity_header = "header";
  return places;
}

Config config_with(const std::string& vault_host) {
  Config config;
  config.tenant_id = "tenant";
  config.vaults[vault_host].host = vault_host;
  return config;
}

Identity application() {
  Identity identity;
  identity.name = "app";
  identity.client_id = "client";
  identity.client_secret = "it's";
  return identity;
}

TEST(ClientSettings, point_both_cases_of_the_proxy_names_at_the_listener) {
  const auto settings =
      client_settings(config_with("v.vault.azure.net"), nullptr, usual_places(), {});
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
    EXPECT_THAT(settings.set, Contains(Pair(name, "http://127.0.0.1:4000")));
  }
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    EXPECT_THAT(settings.set, Contains(Pair(name, "localhost,127.0.0.1,::1")));
  }
  EXPECT_THAT(settings.set,
              Contains(Pair("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:4000")));
}

TEST(ClientSettings, give_an_application_its_secret_and_no_managed_identity) {
  const Identity identity = application();
  const auto settings =
      client_settings(config_with("v.vault.azure.net"), &identity, usual_places(), {});
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_TENANT_ID", "tenant")));
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_CLIENT_ID", "client")));
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_CLIENT_SECRET", "it's")));
  EXPECT_THAT(settings.removed, Contains("IDENTITY_ENDPOINT"));
  EXPECT_THAT(settings.removed, Contains("AZURE_FEDERATED_TOKEN_FILE"));
}

TEST(ClientSettings, give_a_managed_identity_its_endpoint_and_a_user_assigned_one_its_id) {
  Identity identity;
  identity.client_id = "client";
  identity.managed = true;
  identity.system_assigned = true;
  const Config config = config_with("v.vault.azure.net");
  auto settings = client_settings(config, &identity, usual_places(), {});
  EXPECT_THAT(settings.set, Contains(Pair("IDENTITY_ENDPOINT", "http://127.0.0.1:4000/msi/token")));
  EXPECT_THAT(settings.set, Contains(Pair("IDENTITY_HEADER", "header")));
  EXPECT_THAT(settings.set, Not(Contains(Key("AZURE_CLIENT_ID"))));
  EXPECT_THAT(settings.removed, Contains("AZURE_CLIENT_SECRET"));
  identity.system_assigned = false;
  settings = client_settings(config, &identity, usual_places(), {});
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_CLIENT_ID", "client")));
}

TEST(ClientSettings, are_those_of_the_platform_that_the_identity_belongs_to) {
  Identity identity;
  identity.client_id = "client";
  identity.managed = true;
  Places places = usual_places();
  places.service_fabric_port = 4002;
  places.service_fabric_thumbprint = "AB";
  const auto settings_on = [&](Platform platform) {
    identity.platform = platform;
    return client_settings(config_with("v.vault.azure.net"), &identity, places, {});
  };
  const auto ml = settings_on(Platform::azure_ml);
  EXPECT_THAT(ml.set, Contains(Pair("MSI_ENDPOINT", "http://127.0.0.1:4000/msi/token")));
  EXPECT_THAT(ml.set, Contains(Pair("MSI_SECRET", "header")));
  EXPECT_THAT(ml.set, Contains(Pair("DEFAULT_IDENTITY_CLIENT_ID", "client")));
  EXPECT_THAT(ml.removed, Contains("IDENTITY_ENDPOINT"));
  const auto shell = settings_on(Platform::cloud_shell);
  EXPECT_THAT(shell.set, Contains(Pair("MSI_ENDPOINT", "http://127.0.0.1:4000/oauth2/token")));
  EXPECT_THAT(shell.removed, Contains("MSI_SECRET"));
  EXPECT_THAT(shell.removed, Contains("AZURE_CLIENT_ID")) << "Cloud Shell cannot select";
  const auto fabric = settings_on(Platform::service_fabric);
  EXPECT_THAT(fabric.set, Contains(Pair("IDENTITY_ENDPOINT",
                                        "https://localhost:4002/metadata/"
                                        "identity/oauth2/token")));
  EXPECT_THAT(fabric.set, Contains(Pair("IDENTITY_SERVER_THUMBPRINT", "AB")));
  const auto arc = settings_on(Platform::azure_arc);
  EXPECT_THAT(arc.set, Contains(Pair("IMDS_ENDPOINT", "http://127.0.0.1:4000")));
  EXPECT_THAT(arc.set, Contains(Pair("AZURE_CLIENT_ID", "client")));
  EXPECT_THAT(arc.removed, Contains("IDENTITY_HEADER"));
  const auto machine = settings_on(Platform::virtual_machine);
  for (const char* name : {"IDENTITY_ENDPOINT", "MSI_ENDPOINT", "IMDS_ENDPOINT"}) {
    EXPECT_THAT(machine.removed, Contains(name));
  }
}

TEST(ClientSettings, give_a_pod_with_an_identity_binding_its_proxy) {
  Identity identity;
  identity.client_id = "client";
  identity.identity_binding = true;
  identity.federated.push_back({});
  Places places = usual_places();
  places.binding_port = 4003;
  places.binding_authority_file = "/run/binding.pem";
  const auto settings = client_settings(config_with("v.vault.azure.net"), &identity, places, {});
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_KUBERNETES_TOKEN_PROXY",
                                          "https://127.0.0.1:4003/identity-binding")));
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_KUBERNETES_CA_FILE", "/run/binding.pem")));
  EXPECT_THAT(settings.removed, Contains("AZURE_KUBERNETES_CA_DATA"));
}

TEST(ClientSettings, give_a_federated_identity_its_token_file) {
  Identity identity;
  identity.client_id = "client";
  identity.federated.push_back({});
  const auto settings =
      client_settings(config_with("v.vault.azure.net"), &identity, usual_places(), {});
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_FEDERATED_TOKEN_FILE", "/run/token")));
  EXPECT_THAT(settings.set, Contains(Pair("AZURE_TENANT_ID", "tenant")));
}

TEST(ClientSettings, name_the_authority_of_another_cloud_when_all_vaults_are_there) {
  Config config = config_with("v.vault.azure.cn");
  EXPECT_THAT(client_settings(config, nullptr, usual_places(), {}).set,
              Contains(Pair("AZURE_AUTHORITY_HOST", "https://login.chinacloudapi.cn/")));
  config.vaults["w.vault.azure.net"];
  EXPECT_THAT(client_settings(config, nullptr, usual_places(), {}).removed,
              Contains("AZURE_AUTHORITY_HOST"));
}

TEST(ClientSettings, add_to_the_java_options_that_are_there) {
  kvlaunch::Environment inherited;
  inherited.set("JAVA_TOOL_OPTIONS", "-Dmine=1");
  Places places = usual_places();
  places.proxy_user = "two words";
  places.proxy_password = "p";
  const auto settings =
      client_settings(config_with("v.vault.azure.net"), nullptr, places, inherited);
  kvlaunch::Environment environment = inherited;
  apply(settings, environment);
  const std::string options{*environment.get("JAVA_TOOL_OPTIONS")};
  EXPECT_THAT(options, testing::StartsWith("-Dmine=1 -Djavax.net.ssl.trustStore=/run/store.p12 "));
  EXPECT_THAT(options, HasSubstr(" -Dhttps.proxyUser=\"two words\" "));
}

TEST(ClientSettings, carry_the_proxy_s_user_encoded_and_prefer_the_tls_port) {
  Places places = usual_places();
  places.proxy_user = "u@x";
  places.proxy_password = "p:1";
  const Config config = config_with("v.vault.azure.net");
  EXPECT_THAT(client_settings(config, nullptr, places, {}).set,
              Contains(Pair("HTTPS_PROXY", "http://u%40x:p%3A1@127.0.0.1:4000")));
  places.tls_proxy_port = 4001;
  EXPECT_THAT(client_settings(config, nullptr, places, {}).set,
              Contains(Pair("HTTPS_PROXY", "https://u%40x:p%3A1@localhost:4001")));
}

TEST(ClientSettings, override_and_remove_what_was_inherited) {
  kvlaunch::Environment environment;
  environment.set("https_proxy", "http://corporate.example");
  environment.set("ALL_PROXY", "socks5://corporate.example");
  environment.set("SSL_CERT_DIR", "/etc/ssl/certs");
  environment.set("AZURE_CLIENT_CERTIFICATE_PATH", "/x.pem");
  environment.set("OTHER", "kept");
  apply(client_settings(config_with("v.vault.azure.net"), nullptr, usual_places(), environment),
        environment);
  EXPECT_EQ(environment.get("https_proxy"), "http://127.0.0.1:4000");
  EXPECT_EQ(environment.get("OTHER"), "kept");
  for (const char* name : {"ALL_PROXY", "SSL_CERT_DIR", "AZURE_CLIENT_CERTIFICATE_PATH"}) {
    EXPECT_FALSE(environment.contains(name)) << name;
  }
}

TEST(ClientSettings, are_written_so_that_shells_and_compose_read_the_same_value) {
  const ClientSettings settings{{{"A", "it's"}, {"B", "plain value"}, {"C", "$x"}}, {}};
  EXPECT_EQ(export_lines(settings), "export A='it'\\''s'\nexport B='plain value'\nexport C='$x'\n");
  EXPECT_EQ(env_file_text(settings), "A=\"it's\"\nB=plain value\nC='$x'\n");
}

TEST(Listening, is_refused_on_addresses_the_internet_reaches) {
  for (const char* address : {"8.8.8.8", "2001:4860:4860::8888", "172.32.0.1", "::ffff:8.8.8.8"}) {
    EXPECT_FALSE(check_listen_address(address)) << address;
  }
  for (const char* address : {"127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "172.31.0.1",
                              "192.168.0.1", "169.254.1.1", "100.64.0.1", "fd00::1", "fe80::1"}) {
    EXPECT_TRUE(check_listen_address(address)) << address;
  }
  EXPECT_FALSE(check_listen_address("localhost"));
}

TEST(Listening, takes_addresses_with_ports_apart) {
  const auto plain = parse_listen_address("127.0.0.1:443");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 443);
  EXPECT_EQ(parse_listen_address("[::1]:0")->host, "::1");
  for (const char* text :
       {"127.0.0.1", "::1:443", "127.0.0.1:", "127.0.0.1:99999", "[1.2.3.4]:1"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

Options options_of(const std::vector<std::string>& arguments) {
  auto parsed = parse_options(arguments);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return std::get<Options>(*parsed);
}

TEST(Options, leave_everything_after_the_dashes_to_the_command) {
  const Options options = options_of({"--port", "8080", "--", "prog", "--port", "--", "-f"});
  EXPECT_EQ(options.port, 8080);
  EXPECT_THAT(options.command, ElementsAre("prog", "--port", "--", "-f"));
}

TEST(Options, take_apart_what_has_parts) {
  const Options options = options_of({"--proxy-auth", "u:p:q", "--listen-tls", "127.0.0.1:443",
                                      "--listen-tls", "[::1]:443", "--forward", "--as", "app"});
  EXPECT_EQ(options.proxy_user, "u");
  EXPECT_EQ(options.proxy_password, "p:q");
  EXPECT_EQ(options.listen_tls.size(), 2U);
  EXPECT_EQ(options.other_hosts, OtherHosts::forward);
  EXPECT_EQ(options.identity, "app");
}

TEST(Options, hint_at_the_dashes_for_a_command_without_them) {
  const auto parsed = parse_options({"curl", "x"});
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().hint, HasSubstr("-- curl"));
}

TEST(Options, refuse_what_cannot_be) {
  EXPECT_FALSE(parse_options({"--"}));
  EXPECT_FALSE(parse_options({"--port", "70000"}));
  EXPECT_FALSE(parse_options({"--listen", "8.8.8.8"}));
  EXPECT_FALSE(parse_options({"--listen-tls", "127.0.0.1"}));
  EXPECT_FALSE(parse_options({"--proxy-auth", "nobody"}));
  EXPECT_FALSE(parse_options({"--unknown"}));
}

}  // namespace
}  // namespace devvault
