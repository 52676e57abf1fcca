#include "launcher/resolve/secret_reader.hpp"

#include <gtest/gtest.h>

#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch::test {
namespace {

constexpr const char* version = "0123456789abcdef0123456789abcdef";

class SecretReader : public testing::Test {
 protected:
  Result<VaultSecret> read(const std::string& identifier) {
    World world = world_.world();
    return read_vault_secret(identifier, identity_, world, world_.deadline());
  }
  void answer(const std::string& pattern, int status, const std::string& body) {
    world_.transport.on(pattern, [=](const HttpRequest&) -> Result<HttpResponse> {
      return FakeTransport::response(status, body);
    });
  }

  FakeWorld world_;
  FakeIdentity identity_;
};

TEST_F(SecretReader, gives_value_and_content_type_of_the_secret_an_identifier_names) {
  answer("GET https://contoso.vault.azure.net/secrets/cert?", 200,
         R"({"value":"MIIC","contentType":"application/x-pkcs12"})");
  const auto secret = read("https://contoso.vault.azure.net/secrets/cert");
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->value.reveal(), "MIIC");
  EXPECT_EQ(secret->content_type, "application/x-pkcs12");
}

TEST_F(SecretReader, asks_for_the_version_that_is_named) {
  const std::string path = "/secrets/cert/" + std::string{version};
  answer("GET https://contoso.vault.azure.cn" + path + "?", 200, R"({"value":"MIIC"})");
  EXPECT_TRUE(read("https://contoso.vault.azure.cn" + path).ok());
}

TEST_F(SecretReader, reports_a_missing_secret_as_an_error) {
  answer("GET", 404, R"({"error":{"code":"SecretNotFound"}})");
  const auto secret = read("https://contoso.vault.azure.net/secrets/cert");
  ASSERT_FALSE(secret.ok());
  EXPECT_EQ(secret.error().code, Code::secret_missing);
}

TEST_F(SecretReader, sends_nothing_to_a_host_that_is_no_vault) {
  EXPECT_EQ(read("https://contoso.vault.example/secrets/cert").error().code, Code::reference_host);
  EXPECT_EQ(read("https://contoso.vault.azure.net/keys/cert").error().code, Code::reference_syntax);
  EXPECT_TRUE(world_.transport.requests().empty());
}

}  // namespace
}  // namespace kvlaunch::test
