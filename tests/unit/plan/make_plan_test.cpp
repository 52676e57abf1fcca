#include "launcher/plan/make_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

EnvEntry secret_entry(std::string name, std::string_view reference) {
  return EnvEntry{.name = std::move(name),
                  .source = SecretUse{.reference = parse_reference(reference).value()},
                  .where = Location{.file = "kvlaunch.yaml", .line = 3}};
}

EnvEntry literal_entry(std::string name, std::string text) {
  return EnvEntry{.name = std::move(name), .source = LiteralValue{std::move(text)}};
}

Manifest manifest_of(std::vector<EnvEntry> env) {
  Manifest manifest;
  manifest.vault = "contoso-dev";
  manifest.env = std::move(env);
  return manifest;
}

Result<Plan> plan_of(const Manifest& manifest, const Settings& settings = {},
                     const Environment& base = {}) {
  return make_plan(manifest, settings, base, base);
}

Environment with(const char* name, const char* value) {
  Environment environment;
  environment.set(name, value);
  return environment;
}

TEST(Plan, fetches_an_object_once_however_often_it_is_used) {
  const auto plan =
      plan_of(manifest_of({secret_entry("A", "kv:smtp#/a"), secret_entry("B", "kv:SMTP"),
                           secret_entry("C", "kv://contoso-dev/smtp")}));
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->fetches.size(), 1U);
  EXPECT_EQ(plan->bindings.size(), 3U);
}

TEST(Plan, completes_a_vault_name_with_the_suffix_of_the_cloud) {
  auto manifest = manifest_of({secret_entry("A", "kv:x")});
  manifest.cloud = CloudName::china;
  const auto plan = plan_of(manifest);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->vaults.at(0).origin.host, "contoso-dev.vault.azure.cn");
  EXPECT_EQ(plan->vaults.at(0).scope, "https://vault.azure.cn/.default");
}

TEST(Plan, takes_the_cloud_of_the_authority_where_the_manifest_names_none) {
  const auto environment = with("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/");
  const auto plan = plan_of(manifest_of({secret_entry("A", "kv:x")}), {}, environment);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->vaults.at(0).origin.host, "contoso-dev.vault.usgovcloudapi.net");
}

TEST(Plan, suggests_the_nearest_alias_for_a_vault_nobody_declared) {
  auto manifest = manifest_of({secret_entry("A", "kv://shred/x")});
  manifest.vaults["shared"] = VaultEntry{.alias = "shared", .vault = "contoso-shared"};
  const auto plan = plan_of(manifest);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, Code::reference_vault);
  EXPECT_THAT(plan.error().hint, HasSubstr("shared"));
}

TEST(Plan, knows_a_declared_and_the_default_vault_by_their_names_however_they_are_written) {
  auto manifest = manifest_of(
      {secret_entry("A", "kv://contoso-dev/x"), secret_entry("B", "kv://contoso-eu/x")});
  manifest.vault = "https://contoso-dev.vault.azure.net";
  manifest.vaults["eu"] = VaultEntry{.alias = "eu", .vault = "Contoso-EU.vault.azure.net"};
  const auto plan = plan_of(manifest);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->vaults.at(0).label, "contoso-dev.vault.azure.net");
  EXPECT_EQ(plan->vaults.at(1).label, "eu (contoso-eu.vault.azure.net)");
}

TEST(Plan, remembers_which_variables_are_inherited) {
  const auto plan = plan_of(manifest_of({}), {}, with("A", "mine"));
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(plan->inherited, ElementsAre("A"));
}

TEST(Plan, uses_the_identity_of_the_declared_vault_for_a_reference_by_host) {
  auto manifest = manifest_of({secret_entry("A", "kv://contoso-eu.vault.azure.net/x")});
  manifest.vaults["eu"] = VaultEntry{.alias = "eu", .vault = "contoso-eu", .identity = "batch"};
  manifest.identities["batch"] =
      IdentitySpec{.type = IdentitySpec::Type::managed_identity, .label = "batch"};
  const auto plan = plan_of(manifest);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->identities.at(plan->vaults.at(0).identity).label, "batch");
}

// The label of the one identity of a plan, with what it was made of.
IdentitySpec identity_of_plan(const Settings& settings, const Environment& environment,
                              Manifest manifest = manifest_of({secret_entry("A", "kv:x")})) {
  const auto plan = plan_of(manifest, settings, environment);
  return plan && plan->identities.size() == 1 ? plan->identities[0] : IdentitySpec{};
}

constexpr const char* library_variable = "AzureServicesAuthConnectionString";

TEST(Plan, takes_the_librarys_connection_string_where_the_chain_would_decide) {
  const auto spec = identity_of_plan({}, with(library_variable, "RunAs=App;AppKey=secret"));
  EXPECT_EQ(spec.type, IdentitySpec::Type::connection_string);
  EXPECT_EQ(spec.connection_string_source->name, library_variable);
  EXPECT_EQ(spec.connection_string, "");  // the text stays where it is
  EXPECT_EQ(spec.where->file, "the variable AzureServicesAuthConnectionString");
  EXPECT_EQ(identity_of_plan({.identity = "auto"}, with(library_variable, "RunAs=App")).label,
            library_variable);
}

TEST(Plan, leaves_the_librarys_connection_string_alone_where_an_identity_is_chosen) {
  const auto environment = with(library_variable, "RunAs=App");
  EXPECT_EQ(identity_of_plan({.identity = "environment"}, environment).label, "environment");
  EXPECT_EQ(identity_of_plan({.identity = "appauth"}, environment).label, "appauth");
  auto manifest = manifest_of({secret_entry("A", "kv:x")});
  manifest.identity = IdentitySpec{.type = IdentitySpec::Type::azure_cli, .label = "azure-cli"};
  EXPECT_EQ(identity_of_plan({}, environment, manifest).label, "azure-cli");
}

TEST(Plan, takes_a_blank_connection_string_for_none) {
  EXPECT_EQ(identity_of_plan({}, with(library_variable, " \t")).label, "auto");
}

TEST(Plan, does_not_fall_back_to_the_variable_after_a_blank_string_on_the_command_line) {
  const auto environment = with(library_variable, "RunAs=App");
  EXPECT_EQ(identity_of_plan({.connection_string = ""}, environment).label, "auto");
}

TEST(Plan, lets_a_connection_string_of_the_command_line_replace_every_identity) {
  auto manifest = manifest_of({secret_entry("A", "kv://eu/x")});
  manifest.vaults["eu"] =
      VaultEntry{.alias = "eu", .vault = "contoso-eu", .identity = "managed-identity"};
  const auto given = identity_of_plan({.connection_string = "RunAs=App"}, {}, manifest);
  EXPECT_EQ(given.connection_string, "RunAs=App");
  EXPECT_EQ(given.where->file, "--connection-string");
  const auto own = identity_of_plan({.connection_string_in_variable = true}, {}, manifest);
  EXPECT_EQ(own.connection_string_source->name, "KVLAUNCH_CONNECTION_STRING");
}

TEST(Plan, lets_the_command_line_replace_the_identity_of_single_vaults_too) {
  auto manifest = manifest_of({secret_entry("A", "kv://eu/x")});
  manifest.vaults["eu"] =
      VaultEntry{.alias = "eu", .vault = "contoso-eu", .identity = "managed-identity"};
  const auto plan = plan_of(manifest, Settings{.identity = "azure-cli"});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->identities.at(0).type, IdentitySpec::Type::azure_cli);
}

TEST(Plan, does_not_fetch_what_an_inherited_value_preserves) {
  const auto plan = plan_of(manifest_of({secret_entry("A", "kv:x")}),
                            Settings{.preserve_env = {true, {}}}, with("A", "mine"));
  ASSERT_TRUE(plan.ok());
  EXPECT_FALSE(plan->needs_network());
  EXPECT_THAT(plan->preserved, ElementsAre("A"));
}

TEST(Plan, lets_the_command_line_beat_a_preserved_value) {
  auto entry = literal_entry("A", "given");
  entry.origin = EnvEntry::Origin::command_line;
  const auto plan =
      plan_of(manifest_of({entry}), Settings{.preserve_env = {true, {}}}, with("A", "mine"));
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->bindings.size(), 1U);
}

TEST(Guard, stops_at_an_inherited_reference_that_nobody_resolved) {
  const auto plan =
      plan_of(manifest_of({}), {}, with("DB", "@Microsoft.KeyVault(VaultName=v;SecretName=n)"));
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, Code::variable_unresolved);
  EXPECT_THAT(plan.error().hint, HasSubstr("--resolve-env=DB"));
}

TEST(Guard, lets_a_portal_url_pass_as_the_setting_it_is) {
  EXPECT_TRUE(
      plan_of(manifest_of({}), {}, with("URL", "https://v1a.vault.azure.net/secrets/n")).ok());
}

TEST(Guard, is_content_when_the_manifest_sets_the_variable) {
  EXPECT_TRUE(plan_of(manifest_of({literal_entry("DB", "x")}), {}, with("DB", "kv:other")).ok());
}

TEST(Guard, resolves_what_it_is_told_to) {
  const auto plan =
      plan_of(manifest_of({}), Settings{.resolve_env = {true, {"DB"}}}, with("DB", "kv:db"));
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->fetches.size(), 1U);
  EXPECT_EQ(plan->bindings.at(0).origin, "inherited");
}

TEST(Guard, passes_what_it_is_told_to) {
  const auto plan =
      plan_of(manifest_of({}), Settings{.allow_unresolved = {true, {"DB"}}}, with("DB", "kv:db"));
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->bindings.empty());
}

TEST(Plan, refuses_a_path_from_a_vault) {
  const auto plan = plan_of(manifest_of({secret_entry("PATH", "kv:x")}));
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, Code::variable_forbidden);
}

TEST(Plan, reports_every_bad_reference_with_its_place) {
  auto manifest = manifest_of({secret_entry("A", "kv:x"), secret_entry("B", "kv:y")});
  manifest.vault.clear();
  const auto plan = plan_of(manifest);
  ASSERT_FALSE(plan.ok());
  ASSERT_EQ(plan.errors().size(), 2U);
  EXPECT_EQ(plan.errors()[1].location->line, 3);
}

TEST(Plan, knows_which_variables_no_helper_program_may_see) {
  auto manifest = manifest_of({secret_entry("A", "kv:x")});
  manifest.identities["batch"].client_secret =
      SecretSource{SecretSource::Kind::environment, "BATCH_SECRET"};
  const auto plan = plan_of(manifest);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->own_credentials.contains("BATCH_SECRET"));
  EXPECT_TRUE(plan->own_credentials.contains("AZURE_CLIENT_SECRET"));
}

}  // namespace
}  // namespace kvlaunch
