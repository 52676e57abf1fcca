// devvault.yaml: what is refused, where, and with which hint.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "devvault/config.hpp"
#include "yaml_text.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;

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
        Mistake{"platform_of_nobody", "identities:\n  a: { platform: azure-arc }\n",
                Code::manifest_conflict, 3},
        Mistake{"unknown_platform", "identities:\n  a: { managed: true, platform: mainframe }\n",
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
        Mistake{"syntax", "vaults: [\n", Code::manifest_syntax, 2}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(DevvaultYaml, wants_its_version) {
  const auto config = parse_config("devvault.yaml", "vaults: {}\n", yaml_now);
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

}  // namespace
}  // namespace devvault
