#include "providers/connection_string_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = ConnectionStringForm::Kind;
using Store = CertificateSearch::Store;

struct Reading {
  Result<ConnectionStringForm> form;
  std::vector<ConnectionStringWarning> warnings;
};

Reading read(std::string_view text) {
  std::vector<ConnectionStringWarning> warnings;
  auto form = read_connection_string(text, warnings);
  return {std::move(form), std::move(warnings)};
}

// What it selects, or every message.
std::string selected(std::string_view text) {
  const auto reading = read(text);
  if (reading.form) return describe(*reading.form);
  std::string messages;
  for (const Error& error : reading.form.errors()) {
    EXPECT_EQ(error.code, Code::connection_string);
    EXPECT_FALSE(error.hint.empty()) << error.message;
    messages += (messages.empty() ? "" : "; ") + error.message;
  }
  return messages;
}

std::string hint_for(std::string_view text) {
  const auto reading = read(text);
  return reading.form ? "(none)" : reading.form.error().hint;
}

const std::string thumbprint = "A94A8FE5CCB19BA61C4C0873D391E987982FBBD3";
const std::string app = "RunAs=App;AppId=a;TenantId=t;";

TEST(ConnectionStringForm, selects_developer_tools) {
  EXPECT_EQ(selected("RunAs=Developer;DeveloperTool=AzureCli"), "Azure CLI");
  EXPECT_EQ(selected("RunAs=Developer;DeveloperTool=AzureCLI"), "Azure CLI");
  EXPECT_EQ(selected("runas=developer; developertool = visualstudio;"), "token provider file");
}

TEST(ConnectionStringForm, selects_the_current_user) {
  EXPECT_EQ(selected("RunAs=CurrentUser"), "integrated Windows authentication");
}

TEST(ConnectionStringForm, selects_managed_identities) {
  EXPECT_EQ(selected("RunAs=App"), "system-assigned managed identity");
  EXPECT_EQ(selected("RunAs=App;AppId=a"), "user-assigned managed identity");
  EXPECT_EQ(read("RunAs=App;AppId=a").form->app_id, "a");
}

TEST(ConnectionStringForm, selects_a_client_secret) {
  const auto reading = read(app + "AppKey='s;e\"cret'");
  ASSERT_TRUE(reading.form.ok());
  EXPECT_EQ(describe(*reading.form), "client secret");
  EXPECT_EQ(reading.form->app_id, "a");
  EXPECT_EQ(reading.form->tenant_id, "t");
  EXPECT_TRUE(reading.form->app_key.equals("s;e\"cret"));
}

TEST(ConnectionStringForm, selects_a_certificate_from_a_store) {
  const auto by_thumbprint =
      read(app + "CertificateThumbprint=" + thumbprint + ";CertificateStoreLocation=CurrentUser");
  ASSERT_TRUE(by_thumbprint.form.ok());
  EXPECT_EQ(describe(*by_thumbprint.form), "certificate from the CurrentUser store");
  EXPECT_EQ(by_thumbprint.form->certificate.thumbprint, thumbprint);
  const auto by_subject = read(
      app + "CertificateSubjectName='CN=app, O=Contoso';CertificateStoreLocation=localmachine");
  ASSERT_TRUE(by_subject.form.ok());
  EXPECT_EQ(by_subject.form->certificate.subject, "CN=app, O=Contoso");
  EXPECT_EQ(by_subject.form->certificate.store, Store::local_machine);
}

TEST(ConnectionStringForm, takes_the_numbers_of_store_locations) {
  const std::string text = app + "CertificateSubjectName=x;CertificateStoreLocation=";
  EXPECT_EQ(read(text + "1").form->certificate.store, Store::current_user);
  EXPECT_EQ(read(text + "2").form->certificate.store, Store::local_machine);
  EXPECT_EQ(selected(text + "3"), "CertificateStoreLocation has a value that is unknown");
}

TEST(ConnectionStringForm, cleans_a_thumbprint_of_what_dialogs_put_around_it) {
  const auto reading = read(app +
                            "CertificateStoreLocation=1;CertificateThumbprint=\u200e"
                            "a9 4a 8f e5 cc b1 9b a6 1c 4c 08 73 d3 91 e9 87 98 2f bb d3");
  ASSERT_TRUE(reading.form.ok());
  EXPECT_EQ(reading.form->certificate.thumbprint, thumbprint);
  EXPECT_EQ(selected(app + "CertificateStoreLocation=1;CertificateThumbprint=a94a"),
            "CertificateThumbprint is not the thumbprint of a certificate");
}

TEST(ConnectionStringForm, selects_a_certificate_in_a_key_vault) {
  const auto reading = read(
      "RunAs=App;AppId=a;KeyVaultCertificateSecretIdentifier="
      "https://MyVault.vault.azure.net/Secrets/myCert/;"
      "KeyVaultUserAssignedManagedIdentityId=m;MsiRetryTimeout=7");
  ASSERT_TRUE(reading.form.ok());
  EXPECT_EQ(describe(*reading.form), "certificate from a key vault");
  EXPECT_EQ(reading.form->certificate_identifier, "https://myvault.vault.azure.net/secrets/myCert");
  EXPECT_EQ(reading.form->vault_client_id, "m");
  EXPECT_EQ(reading.form->tenant_id, "");
  EXPECT_EQ(reading.form->retry_limit, std::chrono::seconds{7});
}

TEST(ConnectionStringForm, takes_a_retry_timeout_of_zero_for_no_bound) {
  EXPECT_EQ(read("RunAs=App;MsiRetryTimeout=20").form->retry_limit, std::chrono::seconds{20});
  EXPECT_EQ(read("RunAs=App;MsiRetryTimeout=0").form->retry_limit, std::nullopt);
  EXPECT_EQ(selected("RunAs=App;MsiRetryTimeout=soon"), "MsiRetryTimeout is not a number");
  EXPECT_EQ(selected("RunAs=App;MsiRetryTimeout=1.5"), "MsiRetryTimeout is not a number");
  EXPECT_EQ(selected("RunAs=App;MsiRetryTimeout=99999999999"), "MsiRetryTimeout is not a number");
  EXPECT_EQ(selected("RunAs=App;MsiRetryTimeout=-1"), "MsiRetryTimeout is negative");
  EXPECT_EQ(selected("RunAs=App;MsiRetryTimeout="), "MsiRetryTimeout is empty");
}

TEST(ConnectionStringForm, refuses_what_is_missing_or_empty) {
  EXPECT_EQ(selected(" "), "the connection string is blank");
  EXPECT_EQ(selected(";"), "RunAs is missing");
  EXPECT_EQ(selected("AppId=a"), "RunAs is missing");
  EXPECT_EQ(selected("RunAs=''"), "RunAs is empty");
  EXPECT_EQ(selected("RunAs=Developer"), "DeveloperTool is missing");
  EXPECT_EQ(selected("RunAs=Developer;DeveloperTool=' '"), "DeveloperTool is empty");
  EXPECT_EQ(selected("RunAs=App;AppId="), "AppId is empty");
  EXPECT_EQ(selected("RunAs=App;AppId=a;AppKey=s"), "TenantId is missing");
  EXPECT_EQ(selected("RunAs=App;AppId=a;TenantId=;AppKey=s"), "TenantId is empty");
  EXPECT_EQ(selected(app + "AppKey="), "AppKey is empty");
  EXPECT_EQ(selected(app + "CertificateSubjectName=x;CertificateStoreLocation="),
            "CertificateStoreLocation is empty");
  EXPECT_EQ(selected(app + "CertificateStoreLocation=CurrentUser"),
            "CertificateThumbprint is missing");
  EXPECT_EQ(selected(app + "CertificateSubjectName=;CertificateStoreLocation=CurrentUser"),
            "CertificateSubjectName is empty");
}

TEST(ConnectionStringForm, refuses_values_that_are_unknown) {
  EXPECT_EQ(selected("RunAs=Somebody"), "RunAs has a value that is unknown");
  EXPECT_EQ(selected("RunAs=Developer;DeveloperTool=Emacs"),
            "DeveloperTool has a value that is unknown");
  EXPECT_EQ(selected("RunAs=App;AppId=a;TenantId=not/a/tenant;AppKey=s"),
            "TenantId is not a tenant id");
}

TEST(ConnectionStringForm, knows_where_the_forms_of_other_libraries_went) {
  EXPECT_THAT(hint_for("RunAs=Workload;AppId=a"), HasSubstr("workload-identity"));
}

TEST(ConnectionStringForm, refuses_a_certificate_without_its_store) {
  EXPECT_EQ(selected(app + "CertificateThumbprint=" + thumbprint),
            "CertificateThumbprint needs CertificateStoreLocation beside it");
  EXPECT_EQ(selected(app + "CertificateSubjectName=x;AppKey=s"),
            "CertificateSubjectName needs CertificateStoreLocation beside it");
}

TEST(ConnectionStringForm, refuses_an_identifier_that_is_no_secret_of_a_vault) {
  const auto with = [](const std::string& identifier) {
    return selected("RunAs=App;AppId=a;KeyVaultCertificateSecretIdentifier=" + identifier);
  };
  const std::string key = "KeyVaultCertificateSecretIdentifier ";
  EXPECT_EQ(with("myCert"), key + "is not an https URL");
  EXPECT_EQ(with("http://v.vault.azure.net/secrets/c"), key + "is not an https URL");
  const auto host = key + "names a host that is no key vault of a known cloud";
  EXPECT_EQ(with("https://contoso.vault.example/secrets/c"), host);
  EXPECT_EQ(with("https://vault.azure.net/secrets/c"), host);
  EXPECT_EQ(with("https://v.vault.azure.net/secrets/c"), host);
  EXPECT_EQ(with("https://a.b.vault.azure.net/secrets/c"), host);
  EXPECT_EQ(with("https://contoso.vault.azure.net:8443/secrets/c"), host);
  const auto kind = key + "names the certificate or its key, not the secret that holds both";
  EXPECT_EQ(with("https://contoso.vault.azure.net/certificates/c"), kind);
  EXPECT_EQ(with("https://contoso.vault.azure.net/keys/c"), kind);
  EXPECT_EQ(with("https://contoso.vault.azure.net/c"),
            key + "does not begin with /secrets/ behind the host");
  EXPECT_EQ(with("https://contoso.vault.azure.net/secrets/"), key + "does not name a secret");
  EXPECT_EQ(with("https://contoso.vault.azure.net/secrets/c/old"), key + "does not name a secret");
  EXPECT_EQ(with("https://contoso.vault.azure.net/secrets/c?x=1"), key + "does not name a secret");
  EXPECT_EQ(with("https://contoso.vault.azure.cn/secrets/c/0123456789abcdef0123456789abcdef"),
            "certificate from a key vault");
}

TEST(ConnectionStringForm, refuses_every_key_that_the_form_passes_over) {
  EXPECT_EQ(selected("RunAs=App;TenantId=t;AppKey=s"),
            "AppKey has no effect without AppId; TenantId has no effect without AppId");
  EXPECT_EQ(selected("RunAs=App;AppId=a;TenantId=t"),
            "TenantId has no effect with AppId alone, a managed identity");
  EXPECT_EQ(selected(app + "AppKey=s;MsiRetryTimeout=1"),
            "MsiRetryTimeout has no effect with AppKey");
  EXPECT_EQ(selected(app + "AppKey=s;DeveloperTool=AzureCli"),
            "DeveloperTool has no effect with AppKey");
  EXPECT_EQ(selected("RunAs=CurrentUser;AppId=a"), "AppId has no effect with RunAs=CurrentUser");
  EXPECT_EQ(selected("RunAs=Developer;DeveloperTool=AzureCli;TenantId=t"),
            "TenantId has no effect with RunAs=Developer");
  EXPECT_EQ(selected("RunAs=App;AppId=a;KeyVaultUserAssignedManagedIdentityId=m"),
            "KeyVaultUserAssignedManagedIdentityId has no effect with AppId alone, a managed "
            "identity");
  EXPECT_EQ(selected(app +
                     "CertificateStoreLocation=1;CertificateSubjectName=x;"
                     "CertificateThumbprint=" +
                     thumbprint),
            "CertificateSubjectName has no effect beside CertificateThumbprint");
}

// The library decides in this order and lets the others lie.
TEST(ConnectionStringForm, refuses_two_credentials_by_the_one_that_would_win) {
  const std::string vault =
      "KeyVaultCertificateSecretIdentifier=https://contoso.vault.azure.net/secrets/c;";
  const std::string store = "CertificateStoreLocation=1;CertificateSubjectName=x;";
  EXPECT_EQ(selected(app + store + vault + "AppKey=s"),
            "AppKey has no effect with CertificateStoreLocation; "
            "KeyVaultCertificateSecretIdentifier has no effect with CertificateStoreLocation");
  EXPECT_EQ(selected(app + vault + "AppKey=s"),
            "AppKey has no effect with KeyVaultCertificateSecretIdentifier");
}

TEST(ConnectionStringForm, refuses_a_key_that_stands_twice_in_any_spelling) {
  EXPECT_EQ(selected("RunAs=App;RUNAS=Developer"), "RunAs stands twice");
  EXPECT_EQ(selected("RunAs=App;x=1;X=2"), "a key that is unknown stands twice");
}

TEST(ConnectionStringForm, warns_of_an_unknown_key_with_the_nearest_one) {
  const auto reading = read("RunAs=App;AppIdd=a;zzzzzzzzzzz=b");
  ASSERT_TRUE(reading.form.ok());
  ASSERT_EQ(reading.warnings.size(), 2U);
  EXPECT_EQ(reading.warnings[0].message,
            "part 2 of the connection string has a key that is unknown");
  EXPECT_EQ(reading.warnings[0].hint, "did you mean AppId?");
  EXPECT_THAT(reading.warnings[1].hint, HasSubstr("leave it out"));
}

TEST(ConnectionStringForm, never_shows_a_value_nor_an_unknown_key) {
  for (const char* const text :
       {"RunAs=hunter2", "RunAs=App;AppKey=hunter2", "RunAs=App;AppId=hunter2;TenantId=hunter2",
        "RunAs=App;AppId=hunter2;TenantId=hunter 2;AppKey=hunter2;hunter2=hunter2",
        "RunAs=App;AppId=a;AppKey=ab;hunter2=;TenantId=t", "RunAs=App;MsiRetryTimeout=hunter2",
        "RunAs=App;AppId=a;CertificateStoreLocation=hunter2;CertificateThumbprint=hunter2",
        "RunAs=App;AppId=a;KeyVaultCertificateSecretIdentifier=hunter2",
        "RunAs=Developer;DeveloperTool=hunter2", "RunAs=App;hunter2=1;HUNTER2=2"}) {
    const auto reading = read(text);
    std::string all;
    for (const auto& warning : reading.warnings) all += warning.message + warning.hint;
    if (!reading.form) {
      for (const Error& error : reading.form.errors()) all += error.message + error.hint;
    }
    EXPECT_EQ(all.find("unter"), std::string::npos) << text;
    EXPECT_FALSE(all.empty()) << text;
  }
}

}  // namespace
}  // namespace kvlaunch::test
