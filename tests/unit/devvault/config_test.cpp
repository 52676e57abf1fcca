// devvault.yaml: what each key means, and what is refused, where.
#include "devvault/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace devvault {
namespace {

using kvlaunch::Code;

constexpr WallTime now{Seconds{1'800'000'000}};

kvlaunch::Result<Config> parse(const std::string& text) {
  return parse_config("devvault.yaml", "version: 1\n" + text, now);
}

Config good(const std::string& text) {
  auto config = parse(text);
  if (config) return std::move(*config);
  for (const auto& error : config.errors()) {
    ADD_FAILURE() << error.message << " (line " << (error.location ? error.location->line : 0)
                  << ")";
  }
  return {};
}

kvlaunch::Errors bad(const std::string& text) {
  auto config = parse(text);
  EXPECT_FALSE(config.ok());
  return config.ok() ? kvlaunch::Errors(1) : std::move(config).errors();
}

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

std::string manual() {
  std::ifstream file{DEVVAULT_MANUAL};
  return {std::istreambuf_iterator<char>{file}, {}};
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

// The keys named in a hint come from the reader itself, so a new one cannot be forgotten.
TEST(DevvaultYaml, has_every_key_in_the_manual) {
  const std::string text = manual();
  for (const std::string& place :
       {std::string{"qqqqqqqq: 1\n"}, std::string{"identities: { a: { qqqqqqqq: 1 } }\n"},
        std::string{"vaults: { abc: { qqqqqqqq: 1 } }\n"},
        std::string{"vaults: { abc: { secrets: { a: { value: x, qqqqqqqq: 1 } } } }\n"},
        std::string{"faults: [ { match: \"*\", status: 500, qqqqqqqq: 1 } ]\n"}}) {
    std::string hint = bad(place).front().hint;
    ASSERT_EQ(hint.rfind("there are: ", 0), 0U) << hint;
    std::istringstream keys{hint.substr(11)};
    for (std::string key; std::getline(keys, key, ',');) {
      key.erase(0, key.find_first_not_of(' '));
      EXPECT_NE(text.find("`" + key + "`"), std::string::npos) << key;
    }
  }
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

struct Mistake {
  const char* name;
  const char* text;
  Code code;
  int line;
};

class Refuses : public testing::TestWithParam<Mistake> {};

TEST_P(Refuses, with_a_place) {
  const kvlaunch::Errors errors = bad(GetParam().text);
  EXPECT_EQ(errors.front().code, GetParam().code) << errors.front().message;
  ASSERT_TRUE(errors.front().location.has_value());
  EXPECT_EQ(errors.front().location->line, GetParam().line);
}

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

INSTANTIATE_TEST_SUITE_P(
    each, Refuses,
    testing::Values(
        Mistake{"unknown_key", "vualts: {}\n", Code::manifest_unknown_key, 2},
        Mistake{"unknown_vault_key", "vaults:\n  abc: { secret: {} }\n", Code::manifest_unknown_key,
                3},
        Mistake{"certificates", "vaults:\n  abc: { certificates: {} }\n", Code::not_yet, 3},
        Mistake{"no_guid", "tenant-id: contoso\n", Code::manifest_bad_value, 2},
        Mistake{"stranger_in_access", "vaults:\n  abc: { access: { nobody: [get] } }\n",
                Code::manifest_bad_value, 3},
        Mistake{"unknown_permission", "vaults:\n  abc: { access: { dev: [fetch] } }\n",
                Code::manifest_bad_value, 3},
        Mistake{"bad_vault_name", "vaults:\n  a_b: {}\n", Code::manifest_bad_value, 3},
        Mistake{"bad_secret_name", "vaults: { abc: { secrets: { a_b: x } } }\n",
                Code::manifest_bad_value, 2},
        Mistake{"secret_without_value", "vaults: { abc: { secrets: { a: { enabled: true } } } }\n",
                Code::manifest_missing_value, 2},
        Mistake{"null_secret", "vaults:\n  abc:\n    secrets:\n      a:\n",
                Code::manifest_missing_value, 5},
        Mistake{"secret_twice", "vaults: { abc: { secrets: { a: x, A: y } } }\n",
                Code::manifest_conflict, 2},
        Mistake{"bad_version", "vaults: { abc: { secrets: { a: { value: x, version: 12 } } } }\n",
                Code::manifest_bad_value, 2},
        Mistake{"bad_date", "vaults: { abc: { secrets: { a: { value: x, expires: soon } } } }\n",
                Code::manifest_bad_value, 2},
        Mistake{"impossible_date",
                "vaults: { abc: { secrets: { a: { value: x, expires: 2030-02-30 } } } }\n",
                Code::manifest_bad_value, 2},
        Mistake{"idle_fault", "faults: [ { match: \"*\", times: 1 } ]\n",
                Code::manifest_missing_value, 2},
        Mistake{"fault_without_match", "faults: [ { status: 500 } ]\n",
                Code::manifest_missing_value, 2},
        Mistake{"bad_match", "faults: [ { match: \"get secrets\", status: 500 } ]\n",
                Code::manifest_bad_value, 2},
        Mistake{"bad_status", "faults: [ { match: \"*\", status: 99 } ]\n",
                Code::manifest_bad_value, 2},
        Mistake{"bare_delay", "faults: [ { match: \"*\", delay: 5 } ]\n", Code::manifest_bad_value,
                2},
        Mistake{"rotation_of_unknown_vault",
                "rotations: [ { vault: x, secret: a, value: b, after: 1s } ]\n",
                Code::manifest_bad_value, 2},
        Mistake{"unknown_as", "as: nobody\n", Code::manifest_bad_value, 2},
        Mistake{"no_certificate", "identities: { a: { certificates: [ nonsense ] } }\n",
                Code::manifest_bad_value, 2},
        Mistake{"missing_certificate_file",
                "identities: { a: { certificates: [ { file: /nowhere.pem } ] } }\n",
                Code::manifest_bad_value, 2},
        Mistake{"same_client_id",
                "identities:\n"
                "  a: { client-id: 22222222-2222-2222-2222-222222222222 }\n"
                "  b: { client-id: 22222222-2222-2222-2222-222222222222 }\n",
                Code::manifest_conflict, 4},
        Mistake{"same_host", "vaults:\n  abc:\n  def: { host: abc.vault.azure.net }\n",
                Code::manifest_conflict, 4},
        Mistake{"syntax", "vaults: [\n", Code::manifest_syntax, 3}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(DevvaultYaml, wants_its_version) {
  const auto config = parse_config("devvault.yaml", "vaults: {}\n", now);
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().code, Code::manifest_version);
}

TEST(DevvaultYaml, reports_all_problems_in_the_order_of_the_file) {
  const kvlaunch::Errors errors =
      bad("vaults: { abc: { sercets: {} } }\nthrottle: lots\nas: nobody\nfalts: []\n");
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_TRUE(std::is_sorted(errors.begin(), errors.end(), [](const auto& a, const auto& b) {
    return a.location->line < b.location->line;
  }));
}

TEST(DevvaultYaml, reports_what_is_wrong_with_the_yaml_beside_what_is_wrong_with_its_keys) {
  const kvlaunch::Errors errors = bad("throttle: 1\nthrottle: 2\nas: nobody\n");
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].code, Code::manifest_duplicate_key);
  EXPECT_EQ(errors[1].code, Code::manifest_bad_value);
}

TEST(DevvaultYaml, suggests_the_key_that_was_meant) {
  EXPECT_EQ(bad("vualts: {}\n").front().hint, "did you mean 'vaults'?");
}

TEST(DevvaultYaml, shows_no_value_of_a_secret_in_its_errors) {
  const std::string long_value(26 * 1024, 'z');
  const std::vector<std::string> texts{
      "vaults: { abc: { secrets: { a_b: hush-hush } } }\n",
      "vaults: { abc: { secrets: { ab: { value: hush-hush, expires: never } } } }\n",
      "vaults: { abc: { secrets: { ab: " + long_value + " } } }\n",
      "identities: { a: { client-secret: hush-hush, managd: true } }\n"};
  for (const std::string& text : texts) {
    for (const auto& error : bad(text)) {
      const std::string shown = error.message + error.hint + error.location->excerpt;
      EXPECT_EQ(shown.find("hush"), std::string::npos) << shown;
      EXPECT_EQ(shown.find("zzz"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace devvault
