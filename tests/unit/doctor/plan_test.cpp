#include "launcher/doctor/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch::doctor {
namespace {

struct ExaminationPlanTest : testing::Test {
  ExaminationPlan plan(const std::string& secret = "") {
    return plan_examination(manifest, settings, environment, environment, secret);
  }

  Manifest manifest;
  Settings settings;
  Environment environment;
};

TEST_F(ExaminationPlanTest, has_an_identity_without_any_vault) {
  const auto made = plan();
  EXPECT_TRUE(made.plan.vaults.empty());
  EXPECT_EQ(made.plan.identities.size(), 1U);
  EXPECT_TRUE(made.findings.empty());
}

TEST_F(ExaminationPlanTest, has_the_vault_of_the_command_line) {
  settings.vault = "contoso";
  const auto made = plan();
  ASSERT_EQ(made.plan.vaults.size(), 1U);
  EXPECT_EQ(made.plan.vaults[0].origin.host, "contoso.vault.azure.net");
  EXPECT_EQ(made.plan.identities.size(), 1U);
}

TEST_F(ExaminationPlanTest, has_the_secret_that_is_asked_for) {
  settings.vault = "contoso";
  const auto made = plan("kv://other/db");
  ASSERT_TRUE(made.fetch);
  const Fetch& fetch = made.plan.fetches.at(*made.fetch);
  EXPECT_EQ(fetch.name, "db");
  EXPECT_EQ(made.plan.vaults.at(fetch.vault).origin.host, "other.vault.azure.net");
}

TEST_F(ExaminationPlanTest, makes_a_finding_of_a_secret_without_a_vault) {
  const auto made = plan("db");
  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_EQ(made.findings[0].code, Code::reference_vault);
  EXPECT_FALSE(made.plan.identities.empty());
}

TEST_F(ExaminationPlanTest, goes_on_with_the_vault_when_the_manifest_cannot_be_planned) {
  settings.vault = "contoso";
  environment.set("DB", "@Microsoft.KeyVault(VaultName=contoso;SecretName=x)");
  const auto made = plan();
  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_EQ(made.findings[0].area, Area::manifest);
  EXPECT_EQ(made.plan.vaults.size(), 1U);
}

}  // namespace
}  // namespace kvlaunch::doctor
