#include "providers/catalogue.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Type = IdentitySpec::Type;

std::vector<std::string> planned(const char* selection, const IdentitySpec& spec = {}) {
  Environment environment;
  if (selection != nullptr) environment.set("AZURE_TOKEN_CREDENTIALS", selection);
  const auto names = planned_providers(spec, environment);
  if (!names) return {std::string{name_of(names.error().code)}};
  return *names;
}

IdentitySpec of(Type type) {
  IdentitySpec spec;
  spec.type = type;
  return spec;
}

Result<std::shared_ptr<const AccessToken>> ask(Scene& scene, const IdentitySpec& spec) {
  auto source = make_token_source(spec, {CloudName::public_cloud, scene.owner}, scene.world);
  if (!source) return source.errors();
  return (*source)->token(scene.request, scene.fake.deadline());
}

TEST(Catalogue, has_the_order_of_the_sdks) {
  EXPECT_THAT(planned(nullptr),
              ElementsAre("environment", "workload identity", "managed identity", "Azure CLI"));
}

TEST(Catalogue, follows_the_selection_of_the_variable) {
  EXPECT_THAT(planned("prod"), ElementsAre("environment", "workload identity", "managed identity"));
  EXPECT_THAT(planned("dev"), ElementsAre("Azure CLI"));
  EXPECT_THAT(planned(" Dev\t"), ElementsAre("Azure CLI"));
  EXPECT_THAT(planned("EnvironmentCredential"), ElementsAre("environment"));
  EXPECT_THAT(planned("workloadidentitycredential"), ElementsAre("workload identity"));
  EXPECT_THAT(planned("ManagedIdentityCredential"), ElementsAre("managed identity"));
  EXPECT_THAT(planned("AzureCLICredential"), ElementsAre("Azure CLI"));
}

TEST(Catalogue, takes_an_empty_selection_for_none) {
  EXPECT_THAT(planned(""), ::testing::SizeIs(4));
  EXPECT_THAT(planned("  "), ::testing::SizeIs(4));
}

TEST(Catalogue, refuses_a_selection_that_nobody_knows_and_lists_what_there_is) {
  Environment environment;
  environment.set("AZURE_TOKEN_CREDENTIALS", "production");
  const auto names = planned_providers({}, environment);
  ASSERT_FALSE(names.ok());
  EXPECT_EQ(names.error().code, Code::identity_configuration);
  EXPECT_THAT(names.error().hint, HasSubstr("prod, dev, EnvironmentCredential"));
}

TEST(Catalogue, tells_names_that_do_not_exist_on_linux_from_unknown_ones) {
  EXPECT_THAT(planned("VisualStudioCredential"), ElementsAre("identity-configuration"));
  EXPECT_THAT(planned("AzurePowerShellCredential"), ElementsAre("not-yet"));
  EXPECT_THAT(planned("InteractiveBrowserCredential"), ElementsAre("not-yet"));
}

TEST(Catalogue, does_not_apply_the_variable_to_an_identity_chosen_by_name) {
  EXPECT_THAT(planned("dev", of(Type::environment)), ElementsAre("environment"));
}

TEST(Catalogue, answers_types_of_a_later_version_by_name) {
  for (const Type type : {Type::azure_developer_cli, Type::azure_powershell, Type::github_oidc,
                          Type::azure_pipelines, Type::device_code, Type::browser}) {
    const auto names = planned_providers(of(type), {});
    ASSERT_FALSE(names.ok()) << name_of(type);
    EXPECT_EQ(names.error().code, Code::not_yet);
    EXPECT_THAT(names.error().message, HasSubstr(std::string{name_of(type)}));
  }
}

TEST(Catalogue, builds_a_chain_of_the_manifests_own) {
  IdentitySpec spec;
  spec.chain = {Type::azure_cli, Type::environment};
  EXPECT_THAT(planned("prod", spec), ElementsAre("Azure CLI", "environment"));
  spec.chain.push_back(Type::github_oidc);
  EXPECT_THAT(planned(nullptr, spec), ElementsAre("not-yet"));
}

TEST(Catalogue, names_each_provider_as_it_names_itself) {
  Scene scene;
  for (CredentialFactory* const make :
       {make_environment, make_workload_identity, make_managed_identity, make_client_secret,
        make_client_certificate, make_azure_cli, make_appauth}) {
    const auto provider = make({}, scene.context(Usage::alone));
    bool found = false;
    for (const Type type :
         {Type::environment, Type::workload_identity, Type::managed_identity, Type::client_secret,
          Type::client_certificate, Type::azure_cli, Type::appauth}) {
      found = found || planned(nullptr, of(type)).front() == provider->name();
    }
    EXPECT_TRUE(found) << provider->name();
  }
}

TEST(Catalogue, leaves_it_to_the_plan_whether_the_librarys_variable_counts) {
  Scene scene{{"AzureServicesAuthConnectionString", "RunAs=App;AppKey=do-not-show"},
              {"AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential"}};
  scene.give_token("&resource=");
  EXPECT_TRUE(ask(scene, {}).ok());
}

TEST(Catalogue, has_the_list_of_the_old_library_by_name) {
  EXPECT_THAT(planned(nullptr, of(Type::appauth)), ElementsAre("AppAuthentication"));
}

TEST(WholeChain, names_every_reason_within_three_seconds_where_nothing_is_there) {
  Scene scene;
  scene.fake.transport.on("GET http://169.254.169.254", [&](const HttpRequest& request) {
    scene.fake.clock.advance(request.connect_timeout);
    return Result<HttpResponse>{Error{.code = Code::connect_failure, .message = "timed out"}};
  });
  const auto start = scene.fake.clock.steady();
  const auto token = ask(scene, {});
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::identity_unavailable);
  EXPECT_THAT(token.error().notes,
              ElementsAre("environment: AZURE_TENANT_ID and AZURE_CLIENT_ID are not set",
                          "workload identity: AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID and "
                          "AZURE_CLIENT_ID are not set",
                          "managed identity: nothing answers at 169.254.169.254",
                          "Azure CLI: az is not installed"));
  EXPECT_LT(scene.fake.clock.steady() - start, std::chrono::seconds{3});
}

TEST(WholeChain, goes_from_one_unconfigured_provider_to_the_next_until_one_is) {
  Scene scene;
  scene.answer("GET http://169.254.169.254", 400, R"({"error":"invalid_request"})");
  scene.fake.commands.install("/usr/bin", "az", [](const CommandRequest&) {
    return Result<CommandResult>{
        FakeCommands::succeeded(R"({"accessToken":"az-token","expires_on":1767229200})")};
  });
  const auto token = ask(scene, {});
  ASSERT_TRUE(token.ok());
  EXPECT_EQ((*token)->value.reveal(), "az-token");
}

TEST(WholeChain, with_a_single_member_waits_for_the_metadata_service_without_probe) {
  Scene scene{{"AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential"}};
  scene.give_token("&resource=");
  EXPECT_TRUE(ask(scene, {}).ok());
  EXPECT_THAT(scene.fake.transport.requests(), ::testing::SizeIs(1));
}

TEST(TokenSource, knows_the_tenant_that_its_requests_go_to) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"}};
  const auto tenant_of = [&](const IdentitySpec& spec) {
    return (*make_token_source(spec, {}, scene.world))->configured_tenant();
  };
  EXPECT_EQ(tenant_of({}), "contoso");
  EXPECT_EQ(tenant_of(of(Type::azure_cli)), "");
  auto app = of(Type::client_secret);
  app.tenant_id = "fabrikam";
  EXPECT_EQ(tenant_of(app), "fabrikam");
}

}  // namespace
}  // namespace kvlaunch::test
