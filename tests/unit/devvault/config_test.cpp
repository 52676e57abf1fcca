// devvault.yaml: what each key means.
#include "devvault/config.hpp"

#include <gtest/gtest.h>

#include "yaml_text.hpp"

namespace devvault {
namespace {

constexpr WallTime now = yaml_now;

SecretObject secret_of(const Config& config, const std::string& name) {
  if (config.vaults.empty()) return {};
  const auto& secrets = config.vaults.begin()->second.secrets;
  const auto found = secrets.find(name);
  return found == secrets.end() ? SecretObject{} : found->second;
}

SecretObject read_secret(const std::string& value) {
  const Config config = good("vaults:\n  contoso-dev:\n    secrets:\n      it: " + value + "\n");
  SecretObject secret = secret_of(config, "it");
  if (secret.versions.empty()) secret.versions.emplace_back();
  return secret;
}

TEST(DevvaultYaml, reads_the_example_of_the_design) {
  const Config config = good(R"(tenant-id: 11111111-1111-1111-1111-111111111111
identities:
  app: { client-id: 22222222-2222-2222-2222-222222222222, client-secret: dev, managed: true }
vaults:
  contoso-dev:
    access: { app: [get, list] }
    secrets:
      db-password: s3cret
      api-key: { value: x, content-type: text/plain, tags: {}, enabled: true, expires: 2030-01-01T00:00:00Z }
faults: [ { match: "GET /secrets/api-key", times: 3, status: 429, retry-after: 2 } ]
)");
  EXPECT_EQ(config.identities.at("app").client_secret, "dev");
  const Vault& vault = config.vaults.at("contoso-dev.vault.azure.net");
  EXPECT_EQ(vault.access.at("app"), (std::set<std::string>{"get", "list"}));
  EXPECT_EQ(vault.secrets.at("db-password").versions.back().value, "s3cret");
  EXPECT_EQ(vault.secrets.at("api-key").versions.back().content_type, "text/plain");
  ASSERT_EQ(config.faults.size(), 1U);
  EXPECT_EQ(config.faults[0].path, "/secrets/api-key");
  EXPECT_EQ(config.faults[0].times, 3);
  EXPECT_EQ(config.faults[0].retry_after, "2");
}

TEST(DevvaultYaml, reads_the_example_of_the_manual) {
  const std::string text = manual();
  const std::string opening = "```yaml\nversion: 1\n";
  const std::size_t start = text.find(opening, text.find("## devvault.yaml"));
  ASSERT_NE(start, std::string::npos);
  const std::size_t from = start + opening.size();
  const Config config = good(text.substr(from, text.find("```", from) - from));
  EXPECT_EQ(config.identities.size(), 3U);
  EXPECT_EQ(config.vaults.size(), 2U);
}

TEST(DevvaultYaml, serves_one_identity_when_none_is_named) {
  const Config config = good("vaults: { contoso-dev: }\n");
  EXPECT_EQ(config.default_identity, "dev");
  EXPECT_TRUE(config.identities.contains("dev"));
}

TEST(DevvaultYaml, makes_the_same_ids_in_every_run) {
  const std::string text = "identities: { app: { client-secret: x } }\n";
  const Identity first = good(text).identities.at("app");
  EXPECT_EQ(first.client_id.size(), 36U);
  EXPECT_EQ(first.client_id, good(text).identities.at("app").client_id);
  EXPECT_NE(first.object_id, first.client_id);
}

TEST(DevvaultYaml, takes_the_first_managed_identity_for_the_machines_own) {
  const Config config = good("identities: { a: {}, b: { managed: true }, c: { managed: true } }\n");
  EXPECT_FALSE(config.identities.at("a").managed);
  EXPECT_TRUE(config.identities.at("b").system_assigned);
  EXPECT_TRUE(config.identities.at("c").managed);
  EXPECT_FALSE(config.identities.at("c").system_assigned);
}

TEST(DevvaultYaml, has_no_system_assigned_identity_where_all_are_users) {
  const Config config = good("identities: { a: { managed: user }, b: { managed: user } }\n");
  EXPECT_FALSE(config.identities.at("a").system_assigned);
  EXPECT_FALSE(config.identities.at("b").system_assigned);
}

TEST(DevvaultYaml, takes_app_service_for_the_platform_unless_told_otherwise) {
  const Config config = good(
      "identities: { a: { managed: true }, b: { managed: user, platform: service-fabric } }\n");
  EXPECT_EQ(config.identities.at("a").platform, Platform::app_service);
  EXPECT_EQ(config.identities.at("b").platform, Platform::service_fabric);
}

TEST(DevvaultYaml, federates_a_pod_with_an_identity_binding) {
  const Config config = good("identities: { pod: { identity-binding: true } }\n");
  EXPECT_TRUE(config.identities.at("pod").identity_binding);
  EXPECT_EQ(config.identities.at("pod").federated.size(), 1U);
}

TEST(DevvaultYaml, chooses_the_identity_of_as_and_else_the_first) {
  EXPECT_EQ(good("identities: { z: {}, a: {} }\n").default_identity, "z");
  EXPECT_EQ(good("as: a\nidentities: { z: {}, a: {} }\n").default_identity, "a");
}

TEST(DevvaultYaml, fills_in_the_audience_of_a_federated_credential) {
  const Config config =
      good("identities: { a: { federated: [ { issuer: https://i/, subject: s } ] } }\n");
  EXPECT_EQ(config.identities.at("a").federated.at(0).audience, "api://AzureADTokenExchange");
}

TEST(DevvaultYaml, takes_true_for_devvaults_own_federation) {
  const Config config = good("identities: { a: { federated: true }, b: { federated: false } }\n");
  ASSERT_EQ(config.identities.at("a").federated.size(), 1U);
  EXPECT_EQ(config.identities.at("a").federated[0].subject, "system:serviceaccount:default:a");
  EXPECT_TRUE(config.identities.at("b").federated.empty());
}

TEST(DevvaultYaml, makes_hosts_of_names_and_keeps_hosts) {
  const Config config = good(
      "vaults: { contoso-dev: , vault.internal: , "
      "near: { host: near.vault.azure.cn } }\n");
  EXPECT_TRUE(config.vaults.contains("contoso-dev.vault.azure.net"));
  EXPECT_TRUE(config.vaults.contains("vault.internal"));
  EXPECT_TRUE(config.vaults.contains("near.vault.azure.cn"));
}

TEST(DevvaultYaml, lets_every_identity_do_all_without_access) {
  EXPECT_FALSE(good("vaults: { contoso-dev: }\n").vaults.begin()->second.restricts_access);
  EXPECT_TRUE(
      good("vaults: { contoso-dev: { access: {} } }\n").vaults.begin()->second.restricts_access);
}

TEST(DevvaultYaml, knows_how_a_vault_refuses) {
  const Vault vault =
      good("vaults: { contoso-dev: { authorization: access-policy, network: private-link } }\n")
          .vaults.begin()
          ->second;
  EXPECT_FALSE(vault.rbac);
  EXPECT_EQ(vault.refuses, "connection");
}

TEST(DevvaultYaml, keeps_plain_values_as_they_are_written) {
  for (const char* text : {"on", "1.10", "0400", "2024-01-01", "true", "5432"}) {
    EXPECT_EQ(read_secret(text).versions.back().value, text);
  }
  EXPECT_EQ(read_secret("\"a\\nb\"").versions.back().value, "a\nb");
  EXPECT_EQ(read_secret("\"\"").versions.back().value, "");
}

TEST(DevvaultYaml, takes_value_for_the_current_version_after_versions) {
  const SecretObject secret = read_secret(
      "{ versions: [ one, { value: two, enabled: false } ], "
      "value: three, tags: { a: b }, expires: 30d }");
  ASSERT_EQ(secret.versions.size(), 3U);
  EXPECT_EQ(secret.versions[0].value, "one");
  EXPECT_FALSE(secret.versions[1].enabled);
  EXPECT_EQ(secret.versions[2].value, "three");
  EXPECT_EQ(secret.versions[0].tags.at("a"), "b");
  EXPECT_FALSE(secret.versions[0].expires.has_value());
  EXPECT_EQ(secret.versions[2].expires, now + std::chrono::hours{24 * 30});
}

TEST(DevvaultYaml, makes_versions_that_differ_and_stay) {
  const std::string text = "{ versions: [ one, two, three ] }";
  const SecretObject first = read_secret(text);
  const SecretObject second = read_secret(text);
  EXPECT_EQ(first.versions[0].version.size(), 32U);
  EXPECT_NE(first.versions[0].version, first.versions[1].version);
  EXPECT_EQ(first.versions[2].version, second.versions[2].version);
  EXPECT_LT(first.versions[0].created, first.versions[1].created);
  EXPECT_LT(first.versions[1].created, first.versions[2].created);
}

TEST(DevvaultYaml, reads_dates_and_times_from_now) {
  EXPECT_EQ(read_secret("{ value: x, expires: 2030-01-01 }").versions[0].expires,
            WallTime{Seconds{1'893'456'000}});
  EXPECT_EQ(read_secret("{ value: x, not-before: 2030-01-01T01:02:03Z }").versions[0].not_before,
            WallTime{Seconds{1'893'459'723}});
  EXPECT_EQ(read_secret("{ value: x, expires: -1h }").versions[0].expires,
            now - std::chrono::hours{1});
}

TEST(DevvaultYaml, keeps_deleted_secrets) {
  EXPECT_TRUE(read_secret("{ value: x, deleted: true }").deleted);
}

struct Match {
  const char* text;
  const char* method;
  const char* host;
  const char* path;
};

class FaultMatch : public testing::TestWithParam<Match> {};

TEST_P(FaultMatch, is_taken_apart) {
  const Config config =
      good("faults: [ { match: \"" + std::string{GetParam().text} + "\", status: 500 } ]\n");
  ASSERT_EQ(config.faults.size(), 1U);
  EXPECT_EQ(config.faults[0].method, GetParam().method);
  EXPECT_EQ(config.faults[0].host, GetParam().host);
  EXPECT_EQ(config.faults[0].path, GetParam().path);
}

INSTANTIATE_TEST_SUITE_P(each, FaultMatch,
                         testing::Values(Match{"GET /secrets/a", "GET", "", "/secrets/a"},
                                         Match{"/secrets/a$", "", "", "/secrets/a$"},
                                         Match{"*", "", "", ""},
                                         Match{"* /secrets", "*", "", "/secrets"},
                                         Match{"POST https://login.microsoftonline.com", "POST",
                                               "login.microsoftonline.com", ""},
                                         Match{"GET https://*.vault.azure.net/secrets/a", "GET",
                                               "*.vault.azure.net", "/secrets/a"}));

TEST(DevvaultYaml, reads_every_kind_of_fault) {
  const Config config = good(R"(faults:
  - { match: "*", skip: 2, status: 403, code: Forbidden, inner-code: AccessDenied, at: 30s }
  - { match: "*", status: 429, retry-after-ms: 5, x-ms-retry-after-ms: 6 }
  - { match: "*", delay: 1500ms, drip: 10ms }
  - { match: "*", reset: true }
  - { match: "*", truncate: true }
  - { match: "*", not-json: true }
  - { match: "*", huge-body: 64MiB }
  - { match: "*", redirect: https://elsewhere.example/ }
  - { match: "*", challenge-resource: https://a, challenge-authority: https://b/c }
)");
  ASSERT_EQ(config.faults.size(), 9U);
  EXPECT_EQ(config.faults[0].inner_code, "AccessDenied");
  EXPECT_EQ(config.faults[0].at, now + Seconds{30});
  EXPECT_EQ(config.faults[0].skip, 2);
  EXPECT_EQ(config.faults[0].times, -1);
  EXPECT_EQ(config.faults[1].retry_after_ms, "5");
  EXPECT_EQ(config.faults[1].x_ms_retry_after_ms, "6");
  EXPECT_EQ(config.faults[2].delay, Milliseconds{1500});
  EXPECT_EQ(config.faults[2].drip, Milliseconds{10});
  EXPECT_TRUE(config.faults[3].reset);
  EXPECT_TRUE(config.faults[4].truncate);
  EXPECT_TRUE(config.faults[5].not_json);
  EXPECT_EQ(config.faults[6].huge_body_bytes, 64U * 1024 * 1024);
  EXPECT_EQ(config.faults[7].redirect, "https://elsewhere.example/");
  EXPECT_EQ(config.faults[8].challenge_authority, "https://b/c");
}

TEST(DevvaultYaml, reads_rotations_throttle_and_lifetime) {
  const Config config = good(
      "vaults: { contoso-dev: }\nthrottle: 20\ntoken-lifetime: 10m\n"
      "rotations: [ { secret: a, value: b, after: 30s } ]\n");
  EXPECT_EQ(config.throttle_per_10s, 20);
  EXPECT_EQ(config.token_lifetime, Seconds{600});
  ASSERT_EQ(config.rotations.size(), 1U);
  EXPECT_EQ(config.rotations[0].vault, "contoso-dev.vault.azure.net");
  EXPECT_EQ(config.rotations[0].after, Seconds{30});
}

TEST(DevvaultYaml, leaves_keys_for_anchors_alone) {
  EXPECT_EQ(good("x-usual: &usual { client-secret: y }\nidentities: { a: *usual }\n")
                .identities.at("a")
                .client_secret,
            "y");
}

}  // namespace
}  // namespace devvault
