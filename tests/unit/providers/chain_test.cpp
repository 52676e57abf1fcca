#include "providers/chain.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Answers what the test says, and counts.
class Scripted final : public Credential {
 public:
  Scripted(std::string name, std::function<Outcome()> answer, int& calls)
      : name_(std::move(name)), answer_(std::move(answer)), calls_(calls) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  Outcome acquire(const TokenRequest&, const Deadline&) override {
    ++calls_;
    return answer_();
  }

 private:
  std::string name_;
  std::function<Outcome()> answer_;
  int& calls_;
};

class ChainTest : public ::testing::Test {
 protected:
  Scene scene;
  std::vector<std::unique_ptr<Credential>> members;
  std::array<int, 4> calls{};

  void add(const std::string& name, std::function<Outcome()> answer) {
    members.push_back(
        std::make_unique<Scripted>(name, std::move(answer), calls.at(members.size())));
  }
  std::function<Outcome()> token(const std::string& text) {
    return [this, text]() -> Outcome {
      return AccessToken{Secret{text}, scene.fake.clock.wall() + std::chrono::hours{1},
                         std::nullopt};
    };
  }
  static std::function<Outcome()> absent(const std::string& reason, const std::string& hint = "") {
    return [=]() -> Outcome { return Unavailable{reason, hint}; };
  }
  static std::function<Outcome()> refused(const std::string& message) {
    return [=]() -> Outcome {
      return Failed{Error{.code = Code::identity_refused, .message = message, .notes = {"own"}}};
    };
  }
  Chain chain() { return Chain{std::move(members), scene.world}; }
  Outcome ask(Chain& chain) { return chain.acquire(scene.request, scene.fake.deadline()); }
};

TEST_F(ChainTest, takes_the_first_token_there_is) {
  add("environment", absent("AZURE_CLIENT_ID is not set"));
  add("managed identity", token("from-managed"));
  add("Azure CLI", token("from-cli"));
  auto tested = chain();
  EXPECT_EQ(token_of(ask(tested)), "from-managed");
  EXPECT_EQ(calls[2], 0);
}

TEST_F(ChainTest, stops_when_a_configured_provider_is_refused) {
  add("environment", absent("nothing"));
  add("workload identity", refused("no"));
  add("Azure CLI", token("from-cli"));
  auto tested = chain();
  const auto error = error_of(ask(tested));
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_EQ(error.message, "workload identity: no");
  EXPECT_THAT(error.notes, ElementsAre("own", "tried before: environment: nothing"));
  EXPECT_EQ(calls[2], 0);
}

TEST_F(ChainTest, lists_the_reason_of_each_provider_in_order_when_none_is_there) {
  add("environment", absent("AZURE_CLIENT_ID is not set"));
  add("managed identity", absent("nothing answers"));
  add("Azure CLI", absent("az is not installed"));
  auto tested = chain();
  const auto error = error_of(ask(tested));
  EXPECT_EQ(error.code, Code::identity_unavailable);
  EXPECT_THAT(error.notes,
              ElementsAre("environment: AZURE_CLIENT_ID is not set",
                          "managed identity: nothing answers", "Azure CLI: az is not installed"));
  EXPECT_THAT(error.hint, HasSubstr("AZURE_TENANT_ID"));
}

TEST_F(ChainTest, hints_at_what_was_begun) {
  add("environment", absent("half", "set the rest"));
  add("Azure CLI", absent("no login", "run: az login"));
  auto tested = chain();
  EXPECT_EQ(error_of(ask(tested)).hint, "set the rest");
}

TEST_F(ChainTest, stays_with_the_provider_that_gave_the_first_token) {
  bool up = true;
  add("environment", absent("nothing"));
  add("managed identity", [&]() -> Outcome {
    if (up) return token("t")();
    return Unavailable{"gone", ""};
  });
  add("Azure CLI", token("other identity"));
  auto tested = chain();
  EXPECT_EQ(token_of(ask(tested)), "t");
  up = false;
  EXPECT_EQ(error_of(ask(tested)).message, "managed identity: gone");
  EXPECT_EQ(calls[0], 1);
  EXPECT_EQ(calls[2], 0);
}

TEST_F(ChainTest, of_one_reports_absence_in_its_own_words) {
  add("Azure CLI", absent("nobody is logged in", "run: az login"));
  auto tested = chain();
  const auto error = error_of(ask(tested));
  EXPECT_EQ(error.code, Code::identity_unavailable);
  EXPECT_EQ(error.message, "Azure CLI: nobody is logged in");
  EXPECT_EQ(error.hint, "run: az login");
}

TEST_F(ChainTest, ends_with_the_deadline_and_says_how_far_it_got) {
  add("environment", absent("nothing"));
  add("managed identity", [&]() -> Outcome {
    scene.fake.clock.advance(Milliseconds{100'000});
    return Unavailable{"nothing answers", ""};
  });
  add("Azure CLI", token("late"));
  auto tested = chain();
  const auto error = error_of(ask(tested));
  EXPECT_EQ(error.code, Code::deadline);
  EXPECT_THAT(error.notes,
              ElementsAre("environment: nothing", "managed identity: nothing answers"));
  EXPECT_EQ(calls[2], 0);
}

TEST_F(ChainTest, leaves_a_trail_of_one_line_for_each_provider_tried) {
  add("environment", absent("nothing"));
  add("managed identity", token("secret-token"));
  auto tested = chain();
  (void)ask(tested);
  EXPECT_THAT(scene.fake.log.notes(), ElementsAre("identity: environment: nothing",
                                                  "identity: managed identity: token for 60 min, "
                                                  "https://vault.azure.net/.default"));
}

}  // namespace
}  // namespace kvlaunch::test
