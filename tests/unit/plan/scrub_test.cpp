#include "launcher/plan/scrub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using testing::ElementsAre;

Environment with(std::initializer_list<std::pair<const char*, const char*>> variables) {
  Environment environment;
  for (const auto& [name, value] : variables) environment.set(name, value);
  return environment;
}

TEST(Scrub, removes_the_secrets_of_kvlaunch_and_leaves_what_the_platform_gave) {
  const auto scrubbed = scrub_environment(
      with({{"AZURE_CLIENT_SECRET", "x"}, {"AZURE_CLIENT_ID", "id"}, {"IDENTITY_HEADER", "h"}}),
      Settings{}, {});
  EXPECT_THAT(scrubbed.environment.entries(),
              ElementsAre("AZURE_CLIENT_ID=id", "IDENTITY_HEADER=h"));
  EXPECT_THAT(scrubbed.removed, ElementsAre("AZURE_CLIENT_SECRET"));
}

TEST(Scrub, removes_both_halves_of_a_platform_pair_when_told_to_remove_all) {
  const auto scrubbed =
      scrub_environment(with({{"IDENTITY_ENDPOINT", "e"}, {"IDENTITY_HEADER", "h"}, {"A", "1"}}),
                        Settings{.scrub = Scrub::all}, {});
  EXPECT_THAT(scrubbed.environment.entries(), ElementsAre("A=1"));
}

TEST(Scrub, removes_variables_that_the_manifest_names_as_source_of_a_credential) {
  const IdentitySpec spec{
      .type = IdentitySpec::Type::client_secret,
      .client_secret = SecretSource{SecretSource::Kind::environment, "APP_SECRET"}};
  const auto scrubbed =
      scrub_environment(with({{"APP_SECRET", "x"}, {"A", "1"}}), Settings{}, {spec});
  EXPECT_THAT(scrubbed.environment.entries(), ElementsAre("A=1"));
}

TEST(Scrub, keeps_what_keep_env_names) {
  const auto scrubbed = scrub_environment(with({{"AZURE_CLIENT_SECRET", "x"}}),
                                          Settings{.keep_env = {"AZURE_CLIENT_SECRET"}}, {});
  EXPECT_THAT(scrubbed.environment.entries(), ElementsAre("AZURE_CLIENT_SECRET=x"));
}

TEST(Scrub, removes_nothing_when_told_so) {
  const auto scrubbed =
      scrub_environment(with({{"AZURE_CLIENT_SECRET", "x"}}), Settings{.scrub = Scrub::none}, {});
  EXPECT_THAT(scrubbed.removed, ElementsAre());
}

TEST(CleanEnvironment, starts_with_the_few_names_programs_need) {
  const auto scrubbed = scrub_environment(
      with({{"PATH", "/bin"}, {"LC_ALL", "C"}, {"LISTEN_FDS", "1"}, {"EDITOR", "vi"}}),
      Settings{.clean_env = true}, {});
  EXPECT_THAT(scrubbed.environment.entries(), ElementsAre("PATH=/bin", "LC_ALL=C", "LISTEN_FDS=1"));
}

}  // namespace
}  // namespace kvlaunch
