#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* place = "/home/u/.IdentityService/AzureServiceAuth/tokenprovider.json";
constexpr const char* one_program =
    R"({"TokenProviders":[{"Path":"/opt/p/give-token","Arguments":["token","--for me"],"Preference":0}]})";

class TokenProviderFile : public ::testing::Test {
 protected:
  Scene scene{{"HOME", "/home/u"}};

  void install(const std::string& name, const FakeCommands::Handler& handler) {
    scene.fake.commands.install("/opt/p", name, handler);
  }
  void gives(const std::string& name, const std::string& token) {
    install(name, [=](const CommandRequest&) -> Result<CommandResult> {
      return FakeCommands::succeeded(R"({"access_token":")" + token +
                                     R"(","expires_on":"1767229200"})");
    });
  }
  Outcome ask() { return scene.acquire(make_token_provider_file); }
};

TEST_F(TokenProviderFile, names_a_program_that_is_asked_for_the_resource) {
  scene.fake.files.put(place, one_program);
  gives("give-token", "from-program");
  EXPECT_EQ(token_of(ask()), "from-program");
  EXPECT_THAT(scene.fake.commands.runs().back().arguments,
              ElementsAre("/opt/p/give-token", "token", "--for me", "--resource",
                          "https://vault.azure.net"));
}

TEST_F(TokenProviderFile, passes_the_tenant_on) {
  scene.fake.files.put(place, one_program);
  gives("give-token", "t");
  scene.request.tenant = "fabrikam";
  EXPECT_EQ(token_of(ask()), "t");
  EXPECT_THAT(scene.fake.commands.runs().back().arguments, ::testing::Contains("fabrikam"));
}

TEST_F(TokenProviderFile, may_name_several_programs_of_which_the_lowest_preference_is_first) {
  scene.fake.files.put(place, R"({"TokenProviders":[
      {"Path":"/opt/p/second","Preference":5},{"Path":"/opt/p/first","Preference":1}]})");
  gives("first", "one");
  gives("second", "two");
  EXPECT_EQ(token_of(ask()), "one");
  EXPECT_THAT(scene.fake.commands.runs(), SizeIs(1));
}

TEST_F(TokenProviderFile, goes_on_to_the_next_program_when_one_fails) {
  scene.fake.files.put(place, R"({"TokenProviders":[{"Path":"/opt/p/absent","Preference":0},
      {"Path":"/opt/p/first","Preference":1},{"Path":"/opt/p/second","Preference":2}]})");
  install("first", [](const CommandRequest&) -> Result<CommandResult> {
    return FakeCommands::failed(1, "no luck\n");
  });
  gives("second", "two");
  EXPECT_EQ(token_of(ask()), "two");
}

TEST_F(TokenProviderFile, lists_the_reason_of_each_program_when_none_gives_a_token) {
  scene.fake.files.put(place, R"({"TokenProviders":[{"Path":"/opt/p/absent","Preference":0},
      {"Path":"relative","Preference":1},{"Path":"/opt/p/first","Preference":2}]})");
  install("first", [](const CommandRequest&) -> Result<CommandResult> {
    auto result = FakeCommands::succeeded(R"({"error_description":"nobody is signed in"})");
    result.exit_code = 1;
    return result;
  });
  const auto reason = reason_of(ask());
  EXPECT_THAT(reason, HasSubstr("/opt/p/absent is not installed"));
  EXPECT_THAT(reason, HasSubstr("relative is not an absolute path"));
  EXPECT_THAT(reason, HasSubstr("ended with exit code 1: nobody is signed in"));
}

TEST_F(TokenProviderFile, bounds_all_its_programs_together) {
  scene.fake.files.put(place, R"({"TokenProviders":[{"Path":"/opt/p/a","Preference":0},
      {"Path":"/opt/p/b","Preference":1},{"Path":"/opt/p/c","Preference":2}]})");
  const auto hangs = [&](const CommandRequest& request) -> Result<CommandResult> {
    scene.fake.clock.advance(request.timeout);
    CommandResult result;
    result.timed_out = true;
    return result;
  };
  for (const char* name : {"a", "b", "c"}) install(name, hangs);
  const auto start = scene.fake.clock.steady();
  EXPECT_THAT(reason_of(ask()), HasSubstr("/opt/p/a did not answer in time"));
  EXPECT_LE(scene.fake.clock.steady() - start, std::chrono::seconds{30});
}

TEST_F(TokenProviderFile, that_is_not_there_is_a_reason_to_go_on) {
  EXPECT_EQ(reason_of(ask()), std::string{place} + " does not exist");
  scene.fake.environment.unset("HOME");
  EXPECT_EQ(reason_of(ask()), "HOME is not set");
}

TEST_F(TokenProviderFile, that_somebody_else_may_write_is_not_used) {
  gives("give-token", "t");
  auto writable = FakeFiles::safe_file();
  writable.mode = 0666;
  scene.fake.files.put(place, one_program, writable);
  EXPECT_THAT(reason_of(ask()), HasSubstr("can be written by other users"));
  auto foreign = FakeFiles::safe_file();
  foreign.owner = 4711;
  scene.fake.files.put(place, one_program, foreign);
  EXPECT_THAT(reason_of(ask()), HasSubstr("must belong to root or you"));
}

TEST_F(TokenProviderFile, that_is_malformed_is_never_quoted) {
  for (const char* text :
       {"no json: secret", R"({"TokenProviders":{}})", R"({"TokenProviders":[{"Path":"/secret"}]})",
        R"({"TokenProviders":[{"Path":"/secret","Preference":"first"}]})"}) {
    scene.fake.files.put(place, text);
    EXPECT_THAT(reason_of(ask()), HasSubstr("is not a list of token providers")) << text;
    EXPECT_THAT(reason_of(ask()), Not(HasSubstr("secret"))) << text;
  }
}

TEST_F(TokenProviderFile, does_not_quote_what_a_program_prints) {
  scene.fake.files.put(place, one_program);
  install("give-token", [](const CommandRequest&) -> Result<CommandResult> {
    return FakeCommands::succeeded("token-in-the-clear");
  });
  EXPECT_THAT(reason_of(ask()), Not(HasSubstr("clear")));
}

}  // namespace
}  // namespace kvlaunch::test
