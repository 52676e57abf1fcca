#include <gmock/gmock.h>
#include <openssl/evp.h>

#include "launcher/base/base64.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* token_url =
    "POST https://login.microsoftonline.com/organizations/oauth2/v2.0/token";

std::string part(const std::string& text, const std::string& name) {
  const auto start = text.find(name + "=");
  if (start == std::string::npos) return {};
  const auto from = start + name.size() + 1;
  return text.substr(from, text.find('&', from) - from);
}

class Browser : public ::testing::Test {
 protected:
  Scene scene{{"DISPLAY", ":0"}, {"PATH", "/usr/bin"}};

  void SetUp() override {
    scene.give_token(token_url);
    for (const char* name : {"setsid", "xdg-open"}) {
      scene.fake.commands.install("/usr/bin", name,
                                  [](const CommandRequest&) -> Result<CommandResult> {
                                    return FakeCommands::succeeded("");
                                  });
    }
  }
  // The address that was shown.
  std::string address() {
    const std::string& line = scene.fake.terminal.lines.front();
    return line.substr(line.find("https://"));
  }
  void brings_back(std::function<std::vector<std::string>()> targets) {
    scene.fake.loopback.targets = std::move(targets);
  }
  void brings_back_a_code() {
    brings_back([this] {
      return std::vector<std::string>{"/?code=co%2Fde&state=" + part(address(), "state")};
    });
  }
  Outcome ask(const IdentitySpec& spec = {}) { return scene.acquire(make_browser, spec); }
};

TEST_F(Browser, brings_back_a_code_that_is_redeemed_with_its_verifier) {
  brings_back_a_code();
  EXPECT_EQ(token_of(ask()), "tok-1");
  const std::string body = scene.body_of(0);
  EXPECT_EQ(part(body, "code"), "co%2Fde");
  EXPECT_EQ(part(body, "redirect_uri"), "http%3A%2F%2Flocalhost%3A41000");
  const std::string verifier = part(body, "code_verifier");
  EXPECT_THAT(verifier, SizeIs(43));
  std::array<unsigned char, 32> digest{};
  EVP_Digest(verifier.data(), verifier.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  EXPECT_EQ(
      part(address(), "code_challenge"),
      base64_encode({reinterpret_cast<const char*>(digest.data()), digest.size()}, Base64::url));
}

TEST_F(Browser, is_opened_outside_the_group_that_is_ended_with_the_opener) {
  brings_back_a_code();
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_THAT(scene.fake.commands.runs().back().arguments,
              ElementsAre("/usr/bin/setsid", "--fork", "/usr/bin/xdg-open", address()));
}

TEST_F(Browser, may_be_another_one) {
  scene.fake.environment.set("BROWSER", "/opt/b/surf -p %s -x:lynx");
  scene.fake.commands.install("/opt/b", "surf", [](const CommandRequest&) -> Result<CommandResult> {
    return FakeCommands::succeeded("");
  });
  brings_back_a_code();
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_THAT(scene.fake.commands.runs().back().arguments,
              ElementsAre("/usr/bin/setsid", "--fork", "/opt/b/surf", "-p", address(), "-x"));
}

TEST_F(Browser, that_cannot_be_opened_is_left_to_the_person) {
  scene.fake.environment.set("BROWSER", "nowhere");
  brings_back_a_code();
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_THAT(scene.fake.commands.runs(), IsEmpty());
}

TEST_F(Browser, asks_entra_for_a_code_bound_to_this_sign_in) {
  brings_back_a_code();
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_THAT(address(), HasSubstr("https://login.microsoftonline.com/organizations/oauth2/v2.0/"
                                   "authorize?response_type=code&"));
  EXPECT_EQ(part(address(), "code_challenge_method"), "S256");
  EXPECT_EQ(part(address(), "scope"),
            "https%3A%2F%2Fvault.azure.net%2F.default%20openid%20profile%20offline_access");
}

TEST_F(Browser, does_not_believe_what_does_not_know_the_state) {
  brings_back([this] {
    return std::vector<std::string>{"/?code=evil", "/?code=evil&state=guess", "/favicon.ico",
                                    "/?code=good&state=" + part(address(), "state")};
  });
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_EQ(part(scene.body_of(0), "code"), "good");
  EXPECT_EQ(scene.fake.loopback.answers.at(0).status, 400);
  EXPECT_EQ(scene.fake.loopback.answers.at(2).status, 404);
}

TEST_F(Browser, that_reports_a_refusal_is_refused_with_the_number_translated) {
  brings_back([this] {
    return std::vector<std::string>{
        "/?error=access_denied&error_description=AADSTS65001%3A+no+consent&state=" +
        part(address(), "state")};
  });
  const auto error = error_of(ask());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.message, HasSubstr("(AADSTS65001)"));
  EXPECT_THAT(notes_of(error), HasSubstr("Entra says: AADSTS65001: no consent"));
  EXPECT_THAT(scene.fake.loopback.answers.back().page, Not(HasSubstr("consent")));
}

TEST_F(Browser, that_nobody_uses_ends_with_the_deadline) {
  const auto error = error_of(ask());
  EXPECT_EQ(error.code, Code::deadline);
  EXPECT_THAT(error.hint, HasSubstr("--timeout"));
}

TEST_F(Browser, without_display_is_unavailable_and_names_what_works) {
  scene.fake.environment.unset("DISPLAY");
  const auto outcome = ask();
  EXPECT_EQ(reason_of(outcome), "there is no display to open a browser on");
  EXPECT_THAT(std::get<Unavailable>(outcome).hint, HasSubstr("device-code"));
}

TEST_F(Browser, without_a_terminal_is_unavailable_and_opens_nothing) {
  scene.fake.terminal.somebody = false;
  EXPECT_EQ(reason_of(ask()), "there is no terminal, so nobody can sign in");
  EXPECT_THAT(scene.fake.commands.runs(), IsEmpty());
}

}  // namespace
}  // namespace kvlaunch::test
