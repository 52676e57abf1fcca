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
              ElementsAre("environment", "workload identity", "managed identity", "Azure CLI",
                          "Azure Developer CLI", "Azure PowerShell"));
}

TEST(Catalogue, asks_a_ci_system_before_the_metadata_service_of_its_runner) {
  Environment environment;
  environment.set("ACTIONS_ID_TOKEN_REQUEST_URL", "https://ci.example");
  environment.set("AZURE_TOKEN_CREDENTIALS", "prod");
  EXPECT_THAT(
      *planned_providers({}, environment),
      ElementsAre("environment", "workload identity", "GitHub Actions", "managed identity"));
  environment.unset("ACTIONS_ID_TOKEN_REQUEST_URL");
  environment.set("SYSTEM_OIDCREQUESTURI", "https://ci.example");
  EXPECT_THAT(
      *planned_providers({}, environment),
      ElementsAre("environment", "workload identity", "Azure Pipelines", "managed identity"));
}

TEST(Catalogue, follows_the_selection_of_the_variable) {
  EXPECT_THAT(planned("prod"), ElementsAre("environment", "workload identity", "managed identity"));
  EXPECT_THAT(planned("dev"), ElementsAre("Azure CLI", "Azure Developer CLI", "Azure PowerShell"));
  EXPECT_THAT(planned(" Dev\t"), ::testing::SizeIs(3));
  EXPECT_THAT(planned("EnvironmentCredential"), ElementsAre("environment"));
  EXPECT_THAT(planned("workloadidentitycredential"), ElementsAre("workload identity"));
  EXPECT_THAT(planned("ManagedIdentityCredential"), ElementsAre("managed identity"));
  EXPECT_THAT(planned("AzureCLICredential"), ElementsAre("Azure CLI"));
  EXPECT_THAT(planned("AzureDeveloperCliCredential"), ElementsAre("Azure Developer CLI"));
  EXPECT_THAT(planned("AzurePowerShellCredential"), ElementsAre("Azure PowerShell"));
  EXPECT_THAT(planned("InteractiveBrowserCredential"), ElementsAre("browser"));
  EXPECT_THAT(planned("VisualStudioCredential"), ElementsAre("token provider file"));
}

TEST(Catalogue, asks_a_person_by_explicit_choice_only) {
  EXPECT_THAT(planned(nullptr), ::testing::Not(::testing::Contains("device code")));
  EXPECT_THAT(planned(nullptr), ::testing::Not(::testing::Contains("browser")));
  EXPECT_THAT(planned(nullptr, of(Type::device_code)), ElementsAre("device code"));
}

TEST(Catalogue, takes_an_empty_selection_for_none) {
  EXPECT_THAT(planned(""), ::testing::SizeIs(6));
  EXPECT_THAT(planned("  "), ::testing::SizeIs(6));
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
  EXPECT_THAT(planned("VisualStudioCodeCredential"), ElementsAre("identity-configuration"));
  EXPECT_THAT(planned("BrokerCredential"), ElementsAre("identity-configuration"));
}

TEST(Catalogue, does_not_apply_the_variable_to_an_identity_chosen_by_name) {
  EXPECT_THAT(planned("dev", of(Type::environment)), ElementsAre("environment"));
}

TEST(Catalogue, builds_a_chain_of_the_manifests_own) {
  IdentitySpec spec;
  spec.chain = {Type::azure_cli, Type::environment, Type::github_oidc, Type::appauth};
  EXPECT_THAT(planned("prod", spec),
              ElementsAre("Azure CLI", "environment", "GitHub Actions", "AppAuthentication"));
}

TEST(Catalogue, takes_no_chain_into_a_chain) {
  for (const Type type : {Type::automatic, Type::connection_string}) {
    IdentitySpec spec;
    spec.chain = {Type::environment, type};
    const auto names = planned_providers(spec, {});
    ASSERT_FALSE(names.ok()) << name_of(type);
    EXPECT_EQ(names.error().code, Code::identity_configuration);
  }
}

TEST(Catalogue, names_each_provider_as_it_names_itself) {
  Scene scene;
  const auto makers = std::to_array<std::pair<Type, CredentialFactory*>>(
      {{Type::environment, make_environment},
       {Type::workload_identity, make_workload_identity},
       {Type::managed_identity, make_managed_identity},
       {Type::client_secret, make_client_secret},
       {Type::client_certificate, make_client_certificate},
       {Type::azure_cli, make_azure_cli},
       {Type::azure_developer_cli, make_azure_developer_cli},
       {Type::azure_powershell, make_azure_powershell},
       {Type::github_oidc, make_github_oidc},
       {Type::azure_pipelines, make_azure_pipelines},
       {Type::device_code, make_device_code},
       {Type::browser, make_browser}});
  for (const auto& [type, make] : makers) {
    EXPECT_EQ(planned(nullptr, of(type)).front(), make({}, scene.context(Usage::alone))->name());
  }
  EXPECT_EQ(planned("VisualStudioCredential").front(),
            make_token_provider_file({}, scene.context(Usage::alone))->name());
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
  EXPECT_THAT(
      token.error().notes,
      ElementsAre("environment: AZURE_TENANT_ID and AZURE_CLIENT_ID are not set",
                  "workload identity: AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID and "
                  "AZURE_CLIENT_ID are not set",
                  "managed identity: nothing answers at 169.254.169.254",
                  "Azure CLI: az is not installed", "Azure Developer CLI: azd is not installed",
                  "Azure PowerShell: pwsh is not installed"));
  EXPECT_LT(scene.fake.clock.steady() - start, std::chrono::seconds{3});
}

TEST(WholeChain, with_tools_that_hang_takes_their_own_time_and_no_more) {
  Scene scene;
  scene.fake.transport.on("GET http://169.254.169.254", [&](const HttpRequest& request) {
    scene.fake.clock.advance(request.connect_timeout);
    return Result<HttpResponse>{Error{.code = Code::connect_failure, .message = "timed out"}};
  });
  Milliseconds own_time{0};
  for (const char* name : {"az", "azd", "pwsh"}) {
    scene.fake.commands.install("/usr/bin", name, [&](const CommandRequest& request) {
      own_time += request.timeout;
      scene.fake.clock.advance(request.timeout);
      CommandResult result;
      result.timed_out = true;
      return Result<CommandResult>{std::move(result)};
    });
  }
  const auto start = scene.fake.clock.steady();
  const auto token = ask(scene, {});
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::identity_unavailable);
  EXPECT_THAT(token.error().notes.back(), HasSubstr("pwsh did not answer in time"));
  EXPECT_LT(scene.fake.clock.steady() - start, own_time + std::chrono::seconds{3});
  EXPECT_EQ(own_time, std::chrono::seconds{13 + 13 + 30});
}

TEST(WholeChain, on_a_ci_runner_never_asks_the_metadata_service) {
  Scene scene{{"ACTIONS_ID_TOKEN_REQUEST_URL", "https://ci.example/"},
              {"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job-token"},
              {"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"}};
  scene.answer("GET https://ci.example/", 200, R"({"value":"a.b.c"})");
  scene.give_token(public_token_url);
  ASSERT_TRUE(ask(scene, {}).ok());
  EXPECT_THAT(scene.fake.transport.requests(),
              ::testing::Not(::testing::Contains(HasSubstr("169.254.169.254"))));
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
  for (const Type type : {Type::azure_cli, Type::azure_developer_cli, Type::azure_powershell,
                          Type::device_code, Type::browser}) {
    EXPECT_EQ(tenant_of(of(type)), "") << name_of(type);
  }
  auto app = of(Type::client_secret);
  app.tenant_id = "fabrikam";
  EXPECT_EQ(tenant_of(app), "fabrikam");
}

TEST(Catalogue, refuses_a_plan_whose_authority_no_token_request_may_go_to) {
  Environment environment;
  environment.set("AZURE_AUTHORITY_HOST", "https://login.example");
  EXPECT_TRUE(planned_providers({}, environment).ok());  // nothing here asks Entra
  environment.set("AZURE_TENANT_ID", "contoso.example");
  environment.set("AZURE_CLIENT_ID", "app");
  environment.set("AZURE_CLIENT_SECRET", "x");
  EXPECT_EQ(planned_providers({}, environment).error().code, Code::authority_untrusted);
  EXPECT_TRUE(planned_providers(of(Type::managed_identity), environment).ok());
}

TEST(Catalogue, refuses_a_plan_whose_tenant_is_none) {
  Environment environment;
  environment.set("AZURE_TENANT_ID", "my tenant");
  environment.set("AZURE_CLIENT_ID", "app");
  environment.set("AZURE_CLIENT_SECRET", "x");
  EXPECT_EQ(planned_providers({}, environment).error().code, Code::identity_configuration);
}

}  // namespace
}  // namespace kvlaunch::test
