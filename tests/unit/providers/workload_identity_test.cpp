#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* token_file = "/var/run/secrets/azure/tokens/azure-identity-token";

class WorkloadIdentityProvider : public ::testing::Test {
 protected:
  Scene scene{{"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"},
              {"AZURE_FEDERATED_TOKEN_FILE", token_file}};
};

TEST_F(WorkloadIdentityProvider, exchanges_the_projected_token_as_it_is) {
  scene.fake.files.put(token_file, "head.body.sign\n");
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity)), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_assertion=head.body.sign"));
  EXPECT_THAT(scene.fake.log.warnings(), IsEmpty());
}

TEST_F(WorkloadIdentityProvider, reads_the_file_for_every_token) {
  scene.fake.files.put(token_file, "first");
  scene.give_token(public_token_url);
  const auto provider = make_workload_identity(IdentitySpec{}, scene.context(Usage::alone));
  EXPECT_EQ(token_of(provider->acquire(scene.request, scene.fake.deadline())), "tok-1");
  scene.fake.files.put(token_file, "second");
  EXPECT_EQ(token_of(provider->acquire(scene.request, scene.fake.deadline())), "tok-1");
  EXPECT_THAT(scene.body_of(1), HasSubstr("client_assertion=second"));
}

TEST_F(WorkloadIdentityProvider, stops_the_chain_when_the_file_cannot_be_read_or_is_empty) {
  EXPECT_EQ(error_of(scene.acquire(make_workload_identity, Usage::chained)).code,
            Code::credential_file);
  scene.fake.files.put(token_file, "\n");
  EXPECT_EQ(error_of(scene.acquire(make_workload_identity, Usage::chained)).code,
            Code::credential_file);
}

TEST_F(WorkloadIdentityProvider, shows_what_a_federated_credential_compares) {
  const std::string claims =
      R"({"iss":"https://oidc.example","sub":"system:serviceaccount:ns:sa","aud":["api://x"]})";
  scene.fake.files.put(token_file, "e30." + base64_encode(claims, Base64::url) + ".sig");
  scene.answer(
      public_token_url, 400,
      R"({"error":"invalid_client","error_codes":[700213],"error_description":"AADSTS700213"})");
  const auto error = error_of(scene.acquire(make_workload_identity));
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(notes_of(error), HasSubstr("the token says: issuer https://oidc.example, subject "
                                         "system:serviceaccount:ns:sa, audience api://x"));
}

TEST(WorkloadIdentity, is_unavailable_without_its_variables_and_names_them) {
  Scene nothing;
  EXPECT_EQ(reason_of(nothing.acquire(make_workload_identity, Usage::chained)),
            "AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID and AZURE_CLIENT_ID are not set");
  Scene partly{{"AZURE_TENANT_ID", "contoso"}, {"AZURE_CLIENT_ID", "app"}};
  EXPECT_EQ(reason_of(partly.acquire(make_workload_identity, Usage::chained)),
            "AZURE_FEDERATED_TOKEN_FILE is not set");
}

TEST(WorkloadIdentity, says_how_a_pod_gets_it_where_it_was_asked_for) {
  Scene scene;
  EXPECT_THAT(error_of(scene.acquire(make_workload_identity, Usage::alone)).hint,
              HasSubstr("azure.workload.identity/use"));
}

TEST(WorkloadIdentity, takes_the_settings_of_the_manifest_before_the_variables) {
  Scene scene{{"AZURE_TENANT_ID", "other"}, {"AZURE_CLIENT_ID", "other"}};
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::workload_identity;
  spec.tenant_id = "contoso";
  spec.client_id = "app-9";
  spec.token_file = "/tokens/mine";
  scene.fake.files.put("/tokens/mine", "jwt");
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, spec)), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_id=app-9"));
}

}  // namespace
}  // namespace kvlaunch::test
