#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

IdentitySpec managed() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::managed_identity;
  return spec;
}

class CloudShell : public ::testing::Test {
 protected:
  Scene scene{{"MSI_ENDPOINT", "http://localhost:50342/oauth2/token"}};
};

TEST_F(CloudShell, is_asked_with_a_form_and_without_proxy) {
  scene.answer("POST http://localhost:50342", 200, R"({"access_token":"t","expires_in":"3599"})");
  EXPECT_EQ(token_of(scene.acquire(make_managed_identity, managed())), "t");
  EXPECT_THAT(scene.fake.transport.requests(),
              ElementsAre("POST http://localhost:50342/oauth2/token"));
  EXPECT_EQ(scene.body_of(0), "resource=https%3A%2F%2Fvault.azure.net");
  EXPECT_EQ(scene.header_of(0, "Metadata"), "true");
  EXPECT_EQ(scene.header_of(0, "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(scene.fake.transport.request(0).proxy, ProxyUse::never);
}

TEST_F(CloudShell, has_a_long_lived_token_refreshed_at_half_its_life) {
  scene.answer("POST http", 200, R"({"access_token":"t","expires_in":"14400"})");
  EXPECT_EQ(std::get<AccessToken>(scene.acquire(make_managed_identity, managed())).refresh_at,
            scene.fake.clock.wall() + std::chrono::hours{2});
}

TEST_F(CloudShell, cannot_name_an_identity_by_any_id) {
  for (auto member :
       {&IdentitySpec::client_id, &IdentitySpec::object_id, &IdentitySpec::resource_id}) {
    auto spec = managed();
    spec.*member = "id";
    EXPECT_EQ(error_of(scene.acquire(make_managed_identity, spec)).code,
              Code::identity_configuration);
    EXPECT_THAT(reason_of(scene.acquire(make_managed_identity, spec, Usage::chained)),
                HasSubstr("Cloud Shell knows one identity only"));
  }
  EXPECT_THAT(scene.fake.transport.requests(), IsEmpty());
}

TEST_F(CloudShell, lets_the_chain_go_on_when_a_variable_names_an_identity) {
  scene.fake.environment.set("AZURE_CLIENT_ID", "id-7");
  EXPECT_THAT(reason_of(scene.acquire(make_managed_identity, Usage::chained)),
              HasSubstr("Cloud Shell"));
}

TEST_F(CloudShell, stops_the_chain_when_it_refuses_and_says_what_it_said) {
  scene.answer("POST http", 400,
               R"({"error":{"code":"invalid_request","message":"no such audience"}})");
  const auto error = error_of(scene.acquire(make_managed_identity, managed(), Usage::chained));
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(notes_of(error), HasSubstr("it says: invalid_request: no such audience"));
}

}  // namespace
}  // namespace kvlaunch::test
