#include "providers/app_discovery.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* metadata = "GET http://169.254.169.254";

void give_az_token(Scene& scene) {
  scene.fake.commands.install("/usr/bin", "az", [](const CommandRequest&) {
    return Result<CommandResult>{
        FakeCommands::succeeded(R"({"accessToken":"az-token","expires_on":1767229200})")};
  });
}

class Refusing final : public Credential {
 public:
  [[nodiscard]] std::string_view name() const override { return "refusing"; }
  Outcome acquire(const TokenRequest& /*request*/, const Deadline& /*deadline*/) override {
    return Failed{Error{.code = Code::identity_refused, .message = "no", .hint = "ask again"}};
  }
};

TEST(AppDiscovery, asks_the_managed_identity_first) {
  Scene scene;
  scene.give_token(metadata);
  give_az_token(scene);
  EXPECT_EQ(token_of(scene.acquire(make_appauth)), "tok-1");
  EXPECT_THAT(scene.fake.commands.runs(), SizeIs(0));
}

TEST(AppDiscovery, goes_on_after_an_explicit_refusal) {
  Scene scene;
  scene.answer(metadata, 403, R"({"error":"forbidden"})");
  give_az_token(scene);
  EXPECT_EQ(token_of(scene.acquire(make_appauth)), "az-token");
}

TEST(AppDiscovery, takes_no_selector_from_the_variables_of_the_chain) {
  Scene scene{{"AZURE_CLIENT_ID", "somebody"}, {"AZURE_TENANT_ID", "contoso"}};
  scene.give_token(metadata);
  EXPECT_EQ(token_of(scene.acquire(make_appauth)), "tok-1");
  for (const std::string& line : scene.fake.transport.requests()) {
    EXPECT_EQ(line.find("client_id"), std::string::npos) << line;
  }
}

TEST(AppDiscovery, stays_with_the_one_that_gave_a_token) {
  Scene scene;
  scene.answer(metadata, 400, R"({"error":"invalid_request"})");
  give_az_token(scene);
  const auto credential = make_appauth({}, scene.context(Usage::alone));
  EXPECT_EQ(token_of(credential->acquire(scene.request, scene.fake.deadline())), "az-token");
  const auto asked = scene.fake.transport.requests().size();
  EXPECT_EQ(token_of(credential->acquire(scene.request, scene.fake.deadline())), "az-token");
  EXPECT_EQ(scene.fake.transport.requests().size(), asked);
}

TEST(AppDiscovery, lists_every_reason_when_none_gives_a_token) {
  Scene scene;
  scene.answer(metadata, 400, R"({"error":"invalid_request"})");
  const auto error = error_of(scene.acquire(make_appauth));
  EXPECT_EQ(error.code, Code::identity_unavailable);
  EXPECT_THAT(error.message, HasSubstr("none of the 3 identities"));
  EXPECT_THAT(error.notes,
              ElementsAre(HasSubstr("managed identity: this machine has no system-assigned"),
                          HasSubstr("token provider file: "), "Azure CLI: az is not installed"));
}

TEST(AppDiscovery, ends_with_the_code_of_a_refusal_where_there_was_one) {
  Scene scene;
  scene.answer(metadata, 403, R"({"error":"forbidden"})");
  EXPECT_EQ(error_of(scene.acquire(make_appauth)).code, Code::identity_refused);
}

TEST(AppDiscovery, gives_a_single_failure_as_it_is) {
  Scene scene;
  std::vector<std::unique_ptr<Credential>> members;
  members.push_back(std::make_unique<Refusing>());
  AppDiscovery discovery{std::move(members), scene.world, Usage::alone};
  const auto error = error_of(discovery.acquire(scene.request, scene.fake.deadline()));
  EXPECT_EQ(error.message, "no");
  EXPECT_EQ(error.hint, "ask again");
}

TEST(AppDiscovery, is_merely_absent_in_a_chain_where_nothing_is_there) {
  Scene scene;
  scene.answer(metadata, 400, R"({"error":"invalid_request"})");
  EXPECT_THAT(reason_of(scene.acquire(make_appauth, Usage::chained)),
              HasSubstr("Azure CLI: az is not installed"));
}

TEST(AppDiscovery, asks_for_the_user_assigned_identity_it_is_given) {
  Scene scene;
  IdentitySpec spec;
  spec.client_id = "mine";
  scene.give_token("client_id=mine");
  scene.answer_once(metadata, 400, "{}");  // the probe
  EXPECT_EQ(token_of(scene.acquire(make_appauth, spec)), "tok-1");
}

TEST(AppDiscovery, asks_az_for_the_tenant_it_is_given) {
  Scene scene;
  scene.answer(metadata, 400, R"({"error":"invalid_request"})");
  give_az_token(scene);
  IdentitySpec spec;
  spec.tenant_id = "contoso";
  EXPECT_EQ(token_of(scene.acquire(make_appauth, spec)), "az-token");
  EXPECT_THAT(scene.fake.commands.runs().front().arguments, ::testing::Contains("contoso"));
}

}  // namespace
}  // namespace kvlaunch::test
