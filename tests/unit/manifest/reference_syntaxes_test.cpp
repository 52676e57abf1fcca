// The reference syntaxes of other systems: those that are accepted, and those that are recognised.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/manifest/reference.hpp"

namespace kvlaunch {
namespace {

using ::testing::HasSubstr;
using VaultForm = Reference::VaultForm;

constexpr std::string_view version = "7c9e6679f0b94d55a8e8d2c4f1a0b3c2";

// The canonical form of `text`, or "error: REASON".
std::string canonical(const std::string& text) {
  EXPECT_TRUE(looks_like_reference(text)) << text;
  const auto result = parse_reference(text);
  if (result) return result->text();
  EXPECT_EQ(result.error().code, Code::reference_syntax) << text;
  EXPECT_FALSE(result.error().message.empty());
  return "error: " + result.error().message;
}

std::string with_version(std::string_view before, std::string_view after = "") {
  return std::string{before}.append(version).append(after);
}

TEST(ObjectUrl, is_read_as_the_portal_shows_it) {
  EXPECT_EQ(canonical("https://contoso.vault.azure.net/secrets/n"),
            "kv://contoso.vault.azure.net/n");
  EXPECT_EQ(canonical("https://contoso.vault.azure.net/secrets/n/"),
            "kv://contoso.vault.azure.net/n");
  EXPECT_EQ(canonical(with_version("https://contoso.vault.azure.net/secrets/n/")),
            with_version("kv://contoso.vault.azure.net/n/"));
  EXPECT_EQ(canonical(with_version("HTTPS://Contoso.Vault.Azure.NET:443/secrets/N/", "/")),
            with_version("kv://contoso.vault.azure.net:443/N/"));
  EXPECT_EQ(canonical("https://contoso.vault.azure.cn/keys/k"),
            "kv://contoso.vault.azure.cn/keys/k");
}

TEST(ObjectUrl, is_refused_with_the_reason) {
  EXPECT_THAT(canonical("http://c.vault.azure.net/secrets/n"), HasSubstr("http instead of https"));
  EXPECT_THAT(canonical("https://u:p@c.vault.azure.net/secrets/n"), HasSubstr("user information"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets/n?api-version=7.4"), HasSubstr("query"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets/n#x"), HasSubstr("fragment"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets"), HasSubstr("path"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets/"), HasSubstr("path"));
  EXPECT_THAT(canonical("https://c.vault.azure.net//secrets/n"), HasSubstr("path"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets/n//"), HasSubstr("two '/'"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets//n"), HasSubstr("name is empty"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets/a%2Db"), HasSubstr("'%'"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets/.."), HasSubstr("'.'"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/secrets/n/versions"), HasSubstr("32 hex"));
  EXPECT_THAT(canonical(with_version("https://c.vault.azure.net/secrets/n/", "/x")),
              HasSubstr("path"));
  EXPECT_THAT(canonical("https://c.vault.azure.net/certificates/n"), HasSubstr("part"));
}

TEST(ObjectUrl, is_recognised_by_host_and_path) {
  EXPECT_TRUE(looks_like_reference("https://c.vault.usgovcloudapi.net/secrets/n"));
  EXPECT_TRUE(looks_like_reference("https://c.managedhsm.azure.net/keys/n"));
  EXPECT_TRUE(looks_like_reference("https://c.vault.microsoftazure.de/secrets/n"));
  EXPECT_TRUE(looks_like_reference("https://evilvault.azure.net/secrets/n"));
  EXPECT_TRUE(looks_like_reference("https://c.vault.azure.net./secrets/n"));
  EXPECT_TRUE(looks_like_reference("https://c.vault.azure.net:8443/secrets/n"));
}

TEST(ObjectUrl, is_not_every_url) {
  EXPECT_FALSE(looks_like_reference("https://c.vault.azure.net/"));
  EXPECT_FALSE(looks_like_reference("https://c.vault.azure.net"));
  EXPECT_FALSE(looks_like_reference("https://c.vault.azure.net/deletedsecrets/n"));
  EXPECT_FALSE(looks_like_reference("https://example.com/secrets/n"));
  EXPECT_FALSE(looks_like_reference("https://c.vault.azure.net.example.com/secrets/n"));
  EXPECT_FALSE(looks_like_reference("see https://c.vault.azure.net/secrets/n"));
}

TEST(ObjectUrl, may_have_any_host_where_a_reference_is_asked_for) {
  const auto reference =
      parse_reference_or_rest("https://vault.local:8443/secrets/n", ObjectKind::secret);
  ASSERT_TRUE(reference.ok());
  EXPECT_EQ(reference->vault, "vault.local:8443");
  EXPECT_FALSE(parse_reference_or_rest("https://devbox/secrets/n", ObjectKind::secret).ok());
  EXPECT_FALSE(parse_reference_or_rest("https:///secrets/n", ObjectKind::secret).ok());
}

TEST(AppService, takes_a_secret_uri) {
  EXPECT_EQ(canonical("@Microsoft.KeyVault(SecretUri=https://c.vault.azure.net/secrets/n/)"),
            "kv://c.vault.azure.net/n");
  EXPECT_EQ(canonical(with_version(
                "@microsoft.keyvault( secreturi = https://c.vault.azure.net/secrets/n/", " ; )")),
            with_version("kv://c.vault.azure.net/n/"));
}

TEST(AppService, takes_names) {
  EXPECT_EQ(canonical("@Microsoft.KeyVault(VaultName=contoso;SecretName=n)"), "kv://contoso/n");
  EXPECT_EQ(canonical(with_version(
                "@Microsoft.KeyVault( SecretName = n ;; VAULTNAME=contoso;SecretVersion=", ")")),
            with_version("kv://contoso/n/"));
  EXPECT_EQ(canonical("@Microsoft.KeyVault(VaultName=contoso;SecretName=n;SecretVersion=)"),
            "kv://contoso/n");
}

TEST(AppService, is_refused_with_the_reason) {
  EXPECT_THAT(canonical("@Microsoft.KeyVault(VaultName=contoso;SecretName=n) "), HasSubstr("')'"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(VaultName=contoso;SecretName=n"), HasSubstr("')'"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault()"), HasSubstr("VaultName is missing"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(VaultName=contoso)"),
              HasSubstr("SecretName is missing"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(VaultName=contoso;SecretName)"),
              HasSubstr("without '='"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(VaultName=contoso;VaultName=contoso;SecretName=n)"),
              HasSubstr("twice"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(Vault=contoso;SecretName=n)"), HasSubstr("unknown"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(VaultName=c.vault.azure.net;SecretName=n)"),
              HasSubstr("letters, digits"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(SecretUri=http://c.vault.azure.net/secrets/n)"),
              HasSubstr("http instead"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(SecretUri=https://c.vault.azure.net/keys/n)"),
              HasSubstr("does not lead to a secret"));
  EXPECT_THAT(canonical("@Microsoft.KeyVault(SecretUri=c.vault.azure.net/secrets/n)"),
              HasSubstr("https://"));
  EXPECT_THAT(
      canonical("@Microsoft.KeyVault(SecretUri=https://c.vault.azure.net/secrets/n;VaultName=c)"),
      HasSubstr("SecretUri together"));
}

TEST(Azd, has_exactly_three_segments) {
  EXPECT_EQ(canonical("akvs://c3b3091e-400e-43a7-8ee5-e6e8cefdbebf/contoso/n"), "kv://contoso/n");
  EXPECT_EQ(canonical("AKVS://sub/Contoso/N"), "kv://Contoso/N");
  EXPECT_THAT(canonical("akvs://sub/contoso"), HasSubstr("three segments"));
  EXPECT_THAT(canonical("akvs://sub/contoso/n/"), HasSubstr("three segments"));
  EXPECT_THAT(canonical(with_version("akvs://sub/contoso/n/")), HasSubstr("three segments"));
  EXPECT_THAT(canonical("akvs:///contoso/n"), HasSubstr("subscription id"));
  EXPECT_THAT(canonical("akvs://sub//n"), HasSubstr("3 to 24"));
  EXPECT_THAT(canonical("akvs://sub/contoso/"), HasSubstr("empty"));
  EXPECT_THAT(canonical("akvs://sub/contoso-/n"), HasSubstr("ends with"));
}

TEST(Vals, is_taken_as_a_whole_value) {
  EXPECT_EQ(canonical("ref+azurekeyvault://contoso/n"), "kv://contoso/n");
  EXPECT_EQ(canonical("secretref+azurekeyvault://contoso/n/"), "kv://contoso/n");
  EXPECT_EQ(canonical("ref+azurekeyvault://contoso/n+"), "kv://contoso/n");
  EXPECT_EQ(canonical(with_version("Ref+AzureKeyVault://c.vault.azure.cn/n/")),
            with_version("kv://c.vault.azure.cn/n/"));
}

TEST(Vals, has_its_fragment_made_a_json_pointer) {
  EXPECT_EQ(canonical("ref+azurekeyvault://contoso/n#/a/b"), "kv://contoso/n#/a/b");
  EXPECT_EQ(canonical("ref+azurekeyvault://contoso/n#/a%20b/~c"), "kv://contoso/n#/a b/~0c");
}

TEST(Vals, is_refused_with_the_reason) {
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso"), HasSubstr("segments"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n/v/x"), HasSubstr("segments"));
  EXPECT_THAT(canonical("ref+azurekeyvault:///n"), HasSubstr("vault is empty"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso//"), HasSubstr("name is empty"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n/latest"), HasSubstr("32 hex"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n+@host"), HasSubstr("text after"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n rest"), HasSubstr("text after"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n?x=y"), HasSubstr("query"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n#a"), HasSubstr("JSON pointer"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n#/%4"), HasSubstr("hex digits"));
  EXPECT_THAT(canonical("ref+azurekeyvault://contoso/n#/%00"), HasSubstr("control character"));
}

TEST(SecretInit, names_a_secret_of_the_default_vault) {
  EXPECT_EQ(canonical("azure:keyvault:n"), "kv:n");
  EXPECT_EQ(canonical(with_version("Azure:KeyVault:n/")), with_version("kv:n/"));
  EXPECT_THAT(canonical("azure:keyvault:"), HasSubstr("empty"));
  EXPECT_THAT(canonical("azure:keyvault:n/"), HasSubstr("last '/'"));
  EXPECT_THAT(canonical("azure:keyvault:v/n"), HasSubstr("32 hex"));
  EXPECT_THAT(canonical("azure:keyvault:v/n/x"), HasSubstr("more than one"));
}

TEST(GuardedForm, is_every_accepted_one_but_urls) {
  for (const auto* const text :
       {"kv:", "KV:x", "kv://", "@Microsoft.KeyVault(", "@MICROSOFT.KEYVAULT(x", "akvs://",
        "ref+azurekeyvault://", "SecretRef+AzureKeyVault://x", "azure:keyvault:x"}) {
    EXPECT_TRUE(is_guarded_form(text)) << text;
    EXPECT_TRUE(looks_like_reference(text)) << text;
  }
  for (const auto* const text :
       {"", "kv", "kvlaunch", "xkv:a", " kv:a", "https://c.vault.azure.net/secrets/n", "akv://v",
        "azure:storage:x", "@Microsoft.KeyVault"}) {
    EXPECT_FALSE(is_guarded_form(text)) << text;
  }
}

TEST(ForeignReference, is_recognised_by_its_shape) {
  for (const auto* const text :
       {"db@azurekeyvault", "db@azurekeyvault?password",
        "keyvaultref:https://c/secrets/n,identityref:x", "azureSecret(\"n@v\")",
        "akv://vault?auth=cli", "op://vault/item/field", "vault:secret/data/x#KEY",
        ">>vault:secret/data/x#KEY", R"({"uri":"https://c.vault.azure.net/secrets/n"})",
        "@Microsoft.KeyVault", "@Microsoft.AppConfiguration(Endpoint=https://x; Key=y)",
        "ref+awssecrets://a/b", "user:ref+azurekeyvault://v/n+@host", "secretref+vault://a/b",
        "sm://project/n", "gcp:secretmanager:projects/p/secrets/n", "berglas://bucket/n",
        "ssm://path"}) {
    EXPECT_TRUE(foreign_reference(text).has_value()) << text;
    EXPECT_FALSE(looks_like_reference(text)) << text;
    const auto result = parse_reference(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().code, Code::reference_unsupported) << text;
  }
}

TEST(ForeignReference, is_not_ordinary_text) {
  for (const auto* const text : {"",
                                 "on",
                                 "someone@example.com",
                                 "db@azurekeyvault.example",
                                 "a b@azurekeyvault",
                                 "@azurekeyvault",
                                 "vault:1.13",
                                 "vault:secret/data",
                                 "hashicorp/vault:1.13#x y",
                                 R"({"uri":"https://example.com/secrets/n"})",
                                 R"({"uri":"https://c.vault.azure.net/secrets/n","x":1})",
                                 R"({"uri":"https://c.vault.azure.net"})",
                                 "{\"uri\"",
                                 "href+x://y",
                                 "ref+://x",
                                 "ref+a:b",
                                 "arn:aws:secretsmanager:eu-west-1:1:secret:n",
                                 "https://c.vault.azure.net/",
                                 "smtp://host",
                                 "postgres://app:pw@db:5432/app",
                                 "kv:n"}) {
    EXPECT_FALSE(foreign_reference(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace kvlaunch
