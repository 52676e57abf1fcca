#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/resolve/key_vault_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using VaultChallenge = KeyVaultClient;

TEST_F(VaultChallenge, follows_one_challenge_with_a_fresh_token) {
  world_.transport.once("GET", refuses(challenge_text()));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  ASSERT_TRUE(get().ok());
  EXPECT_THAT(identity_.rejected(), ElementsAre("token-1"));
  EXPECT_EQ(header_of(world_.transport.request(1), "Authorization"), "Bearer token-2");
}

TEST_F(VaultChallenge, gives_up_on_a_vault_that_refuses_the_token_it_asked_for) {
  const Error error = error_for(refuses(challenge_text()));
  EXPECT_EQ(error.code, Code::vault_unauthorized);
  EXPECT_EQ(error.status, 401);
  EXPECT_EQ(error.request_id, "req-401");
  EXPECT_THAT(world_.transport.requests(), SizeIs(2));
}

TEST_F(VaultChallenge, answers_one_claims_challenge_with_the_claims) {
  const std::string claims_challenge =
      R"(Bearer authorization_uri="https://l/t", error="insufficient_claims", claims="eyJhIjoxfQ==")";
  world_.transport.once("GET", refuses(claims_challenge));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  ASSERT_TRUE(get().ok());
  EXPECT_THAT(identity_.requests(), ElementsAre("https://vault.azure.net/.default |  | ",
                                                "https://vault.azure.net/.default |  | {\"a\":1}"));
}

TEST_F(VaultChallenge, follows_no_second_claims_challenge) {
  const Error error =
      error_for(refuses(R"(Bearer error="insufficient_claims", claims="eyJhIjoxfQ==")"));
  EXPECT_EQ(error.code, Code::vault_unauthorized);
  EXPECT_THAT(world_.transport.requests(), SizeIs(2));
}

TEST_F(VaultChallenge, takes_the_tenant_of_the_challenge_when_none_is_configured) {
  FakeIdentity without_tenant{""};
  World world = world_.world();
  VaultGate gate{world_.transport, world_.clock, world_.randomness};
  KeyVault vault{endpoint_, without_tenant, gate, world, world_.deadline()};
  world_.transport.once("GET", refuses(challenge_text(other_tenant)));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  ASSERT_TRUE(vault.get(fetch_of("db-password")).ok());
  EXPECT_EQ(without_tenant.requests().at(1),
            "https://vault.azure.net/.default | " + std::string{other_tenant} + " | ");
}

TEST_F(VaultChallenge, names_both_tenants_when_the_identity_may_not_change_its_own) {
  identity_.answer = [](const TokenRequest& request) -> Result<std::string> {
    if (request.tenant.empty()) return std::string{"token"};
    return Error{.code = Code::identity_configuration, .message = "tenant not allowed"};
  };
  const Error error = error_for(refuses(challenge_text(other_tenant)));
  EXPECT_EQ(error.code, Code::tenant_mismatch);
  EXPECT_THAT(error.message, HasSubstr(home_tenant));
  EXPECT_THAT(error.message, HasSubstr(other_tenant));
  EXPECT_THAT(error.hint, HasSubstr("AZURE_ADDITIONALLY_ALLOWED_TENANTS"));
  EXPECT_THAT(error.notes, Contains("tenant not allowed"));
}

TEST_F(VaultChallenge, tries_another_tenant_once_when_the_identity_allows_it) {
  world_.transport.once("GET", refuses(challenge_text(other_tenant)));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  EXPECT_TRUE(get().ok());
  EXPECT_THAT(identity_.requests(), SizeIs(2));
}

TEST_F(VaultChallenge, stays_with_adfs_whatever_the_challenge_names) {
  FakeIdentity adfs{"adfs"};
  World world = world_.world();
  VaultGate gate{world_.transport, world_.clock, world_.randomness};
  KeyVault vault{endpoint_, adfs, gate, world, world_.deadline()};
  world_.transport.once("GET", refuses(challenge_text(other_tenant)));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  ASSERT_TRUE(vault.get(fetch_of("db-password")).ok());
  EXPECT_EQ(adfs.requests().at(1), "https://vault.azure.net/.default |  | ");
}

TEST_F(VaultChallenge, sends_no_token_where_a_challenge_names_a_foreign_resource) {
  const Error error =
      error_for(refuses(challenge_text(home_tenant, "https://management.azure.com")));
  EXPECT_EQ(error.code, Code::challenge_refused);
  EXPECT_THAT(identity_.requests(), SizeIs(1));
}

TEST_F(VaultChallenge, asks_a_vault_of_its_own_host_without_a_token_first) {
  endpoint_ = own_vault("kv.contoso.example");
  world_.transport.once("GET", refuses(challenge_text(home_tenant, "https://contoso.example")));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  ASSERT_TRUE(get().ok());
  EXPECT_EQ(header_of(world_.transport.request(0), "Authorization"), "");
  EXPECT_EQ(header_of(world_.transport.request(1), "Authorization"), "Bearer token-1");
  EXPECT_THAT(identity_.requests(), ElementsAre("https://contoso.example/.default |  | "));
}

TEST_F(VaultChallenge, takes_a_configured_scope_over_the_challenge) {
  endpoint_ = own_vault("kv.contoso.example", "api://own/.default");
  world_.transport.once("GET", refuses(challenge_text(home_tenant, "https://contoso.example")));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  ASSERT_TRUE(get().ok());
  EXPECT_THAT(identity_.requests(),
              ElementsAre("api://own/.default |  | ", "api://own/.default |  | "));
}

TEST_F(VaultChallenge, gives_no_token_of_a_known_cloud_to_a_host_of_the_manifests_own) {
  endpoint_ = own_vault("x.y.vault.azure.net");
  EXPECT_EQ(error_for(refuses(challenge_text())).code, Code::challenge_refused);
  EXPECT_THAT(identity_.requests(), IsEmpty());

  endpoint_ = own_vault("kv.contoso.example", "https://vault.azure.net/.default");
  EXPECT_EQ(error_for(answers(200, "{}")).code, Code::challenge_refused);
  EXPECT_THAT(identity_.requests(), IsEmpty());
}

}  // namespace
}  // namespace kvlaunch
