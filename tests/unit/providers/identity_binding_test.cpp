// Workload identity through the proxy of an AKS identity binding, and what happens without asking
// for it.
#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* token_file = "/var/run/secrets/azure/tokens/azure-identity-token";
constexpr const char* ca_file = "/var/run/secrets/azure/ca.pem";
constexpr const char* proxied = "POST https://10.0.0.1:6443/base/contoso/oauth2/v2.0/token";

IdentitySpec bound() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::workload_identity;
  spec.identity_binding = true;
  return spec;
}

class IdentityBindings : public ::testing::Test {
 protected:
  IdentityBindings() {
    scene.fake.files.put(token_file, "head.body.sign");
    scene.fake.files.put(ca_file, "PEM-1");
  }
  Error refused() { return error_of(scene.acquire(make_workload_identity, bound())); }

  Scene scene{{"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"},
              {"AZURE_FEDERATED_TOKEN_FILE", token_file},
              {"AZURE_KUBERNETES_TOKEN_PROXY", "https://10.0.0.1:6443/base"},
              {"AZURE_KUBERNETES_SNI_NAME", "Cluster.ests.aks"},
              {"AZURE_KUBERNETES_CA_FILE", ca_file}};
};

TEST_F(IdentityBindings, send_the_token_request_to_the_proxy_under_its_own_trust) {
  scene.give_token(proxied);
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, bound())), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(), ElementsAre(proxied));
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_assertion=head.body.sign"));
  const TlsTrust expected{.authorities = "PEM-1", .server_name = "cluster.ests.aks"};
  EXPECT_EQ(scene.fake.transport.request(0).trust, expected);
}

TEST_F(IdentityBindings, are_used_only_where_they_are_asked_for) {
  scene.give_token(public_token_url);
  auto spec = bound();
  spec.identity_binding = false;
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, spec)), "tok-1");
  EXPECT_EQ(scene.fake.transport.request(0).trust, TlsTrust{});
}

TEST_F(IdentityBindings, join_the_paths_with_one_slash) {
  scene.fake.environment.set("AZURE_KUBERNETES_TOKEN_PROXY", "https://10.0.0.1:6443/base/");
  scene.give_token(proxied);
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, bound())), "tok-1");
  scene.fake.environment.set("AZURE_KUBERNETES_TOKEN_PROXY", "https://10.0.0.1:6443");
  scene.give_token("POST https://10.0.0.1:6443/contoso/oauth2/v2.0/token");
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, bound())), "tok-1");
}

TEST_F(IdentityBindings, follow_the_authorities_when_they_rotate_and_keep_them_meanwhile) {
  scene.give_token(proxied);
  const auto provider = make_workload_identity(bound(), scene.context(Usage::alone));
  const auto trusted = [&](const char* file) {
    scene.fake.files.put(ca_file, file);
    EXPECT_EQ(token_of(provider->acquire(scene.request, scene.fake.deadline())), "tok-1");
    const auto count = scene.fake.transport.requests().size();
    return scene.fake.transport.request(count - 1).trust.authorities;
  };
  EXPECT_EQ(trusted("PEM-1"), "PEM-1");
  EXPECT_EQ(trusted(""), "PEM-1");
  EXPECT_EQ(trusted("PEM-2"), "PEM-2");
}

TEST_F(IdentityBindings, need_authorities_where_the_file_never_had_any) {
  scene.fake.files.put(ca_file, "");
  EXPECT_EQ(refused().code, Code::credential_file);
  scene.fake.environment.set("AZURE_KUBERNETES_CA_FILE", "/nowhere");
  EXPECT_EQ(refused().code, Code::credential_file);
  EXPECT_THAT(scene.fake.transport.requests(), IsEmpty());
}

TEST_F(IdentityBindings, take_authorities_from_the_variable_or_the_system_too) {
  scene.give_token(proxied);
  scene.fake.environment.unset("AZURE_KUBERNETES_CA_FILE");
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, bound())), "tok-1");
  EXPECT_EQ(scene.fake.transport.request(0).trust.authorities, "");
  scene.fake.environment.set("AZURE_KUBERNETES_CA_DATA", "PEM-3");
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, bound())), "tok-1");
  EXPECT_EQ(scene.fake.transport.request(1).trust.authorities, "PEM-3");
}

TEST_F(IdentityBindings, refuse_variables_that_contradict_each_other) {
  scene.fake.environment.set("AZURE_KUBERNETES_CA_DATA", "PEM-3");
  EXPECT_EQ(refused().code, Code::identity_configuration);
  scene.fake.environment.unset("AZURE_KUBERNETES_CA_DATA");
  for (const char* url : {"http://10.0.0.1/", "https://u@10.0.0.1/", "https://10.0.0.1/?a=b",
                          "https://10.0.0.1/#f", "10.0.0.1", "https://"}) {
    scene.fake.environment.set("AZURE_KUBERNETES_TOKEN_PROXY", url);
    EXPECT_EQ(refused().code, Code::identity_configuration) << url;
  }
  scene.fake.environment.unset("AZURE_KUBERNETES_TOKEN_PROXY");
  EXPECT_EQ(refused().code, Code::identity_configuration);
  EXPECT_THAT(scene.fake.transport.requests(), IsEmpty());
}

TEST_F(IdentityBindings, ask_entra_directly_in_a_cluster_without_one) {
  for (const char* name :
       {"AZURE_KUBERNETES_TOKEN_PROXY", "AZURE_KUBERNETES_SNI_NAME", "AZURE_KUBERNETES_CA_FILE"}) {
    scene.fake.environment.unset(name);
  }
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(scene.acquire(make_workload_identity, bound())), "tok-1");
  EXPECT_THAT(scene.fake.log.notes(), ::testing::Contains(HasSubstr("no identity binding here")));
}

TEST_F(IdentityBindings, are_named_as_the_cause_when_entra_refuses_their_token) {
  const auto hint_for = [&](int number, bool opted_in) {
    scene.answer("POST https", 400,
                 R"({"error":"invalid_client","error_codes":[)" + std::to_string(number) + "]}");
    auto spec = bound();
    spec.identity_binding = opted_in;
    return error_of(scene.acquire(make_workload_identity, spec)).hint;
  };
  EXPECT_THAT(hint_for(700211, false), HasSubstr("identity-binding: true"));
  EXPECT_THAT(hint_for(700212, false), HasSubstr("identity-binding: true"));
  EXPECT_THAT(hint_for(700213, false), Not(HasSubstr("identity-binding")));
  EXPECT_THAT(hint_for(700212, true), Not(HasSubstr("identity-binding")));
  scene.fake.environment.unset("AZURE_KUBERNETES_TOKEN_PROXY");
  EXPECT_THAT(hint_for(700212, false), Not(HasSubstr("identity-binding")));
}

}  // namespace
}  // namespace kvlaunch::test
