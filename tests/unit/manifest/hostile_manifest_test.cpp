// Manifests made to hurt, through the whole of loading: located errors, exit class configuration.
#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result.append(text);
  return result;
}

struct Hostile {
  const char* name;
  std::string text;
};

void PrintTo(const Hostile& hostile, std::ostream* out) {
  *out << hostile.name;
}

class HostileManifest : public testing::TestWithParam<Hostile> {};

TEST_P(HostileManifest, ends_in_a_located_configuration_error) {
  const Errors errors = Desk{GetParam().text}.errors();
  ASSERT_FALSE(errors.empty());
  EXPECT_LE(errors.size(), 60U);
  EXPECT_EQ(most_lasting(errors), ExitClass::configuration);
  EXPECT_TRUE(errors.front().location);
  EXPECT_LE(errors.front().message.size(), 700U);
}

INSTANTIATE_TEST_SUITE_P(
    Text, HostileManifest,
    testing::Values(Hostile{"deep_flow", "env: " + repeated("[", 10'000)},
                    Hostile{"deep_mappings", "env: " + repeated("{a: ", 10'000)},
                    Hostile{"deep_lists", repeated("- ", 10'000)},
                    Hostile{"nul",
                            std::string{"env: { A: \"x", 12} + std::string(1, '\0') + "\" }"},
                    Hostile{"not_utf8", std::string{"vault: \xC3\x28"}},
                    Hostile{"huge", "vault: " + std::string(2 * 1024 * 1024, 'x')},
                    Hostile{"equal_keys", "env:\n" + repeated("  A: b\n", 100'000)},
                    Hostile{"unknown_keys",
                            [] {
                              std::string text;
                              for (int i = 0; i < 40'000; ++i)
                                text += "k" + std::to_string(i) + ": v\n";
                              return text;
                            }()},
                    Hostile{"bad_names",
                            [] {
                              std::string text = "env:\n";
                              for (int i = 0; i < 40'000; ++i)
                                text += "  1" + std::to_string(i) + ": v\n";
                              return text;
                            }()},
                    Hostile{"one_line_of_errors", "env: {" + repeated("a-b: [x], ", 1) + "}"},
                    Hostile{"template_bomb", "vault: '" + repeated("{{ ", 20'000) + "'"},
                    Hostile{"long_unknown_key", "? " + std::string(500'000, 'k') + "\n: v\n"}),
    [](const auto& text) { return text.param.name; });

TEST(LargeManifest, with_many_variables_loads) {
  std::string text = "env:\n";
  for (int i = 0; i < 30'000; ++i) text += "  V" + std::to_string(i) + ": kv:name\n";
  EXPECT_EQ(Desk{text}.loaded().env.size(), 30'000U);
}

TEST(LargeManifest, in_one_line_loads) {
  std::string text = "env: {";
  for (int i = 0; i < 30'000; ++i) text += "V" + std::to_string(i) + ": kv:name, ";
  EXPECT_EQ(Desk{text + "}"}.loaded().env.size(), 30'000U);
}

TEST(MissingManifest, is_named_by_its_place_and_not_by_the_message_too) {
  Desk desk;
  desk.request.files = {"none.yaml"};
  const Errors errors = desk.errors();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].location->file, "none.yaml");
  EXPECT_EQ(errors[0].message, "cannot be read: No such file or directory");
}

TEST(MissingInclude, is_named_by_the_message_because_the_place_is_the_line_that_wants_it) {
  const Error error = only_error("include: [ none.yaml ]\n");
  EXPECT_EQ(error.location->line, 2);
  EXPECT_EQ(error.message, "none.yaml cannot be read: No such file or directory");
}

}  // namespace
}  // namespace kvlaunch::test
