// Certificates made on the fly, and the files that tell clients to trust them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "devvault/certificate_authority.hpp"
#include "devvault/scratch_directory.hpp"
#include "devvault/trust_files.hpp"
#include "launcher/base/clock.hpp"

namespace devvault {
namespace {

class AuthorityTest : public testing::Test {
 protected:
  // The certificate a server would show for `name`; nullptr if there is none.
  X509* certificate_for(const std::string& name) {
    connection_.reset(SSL_new(context_.get()));
    return authority_->equip(connection_.get(), name) ? SSL_get_certificate(connection_.get())
                                                      : nullptr;
  }

  bool is_trusted(X509* certificate) {
    const std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>> store{X509_STORE_new()};
    X509_STORE_add_cert(store.get(), authority_->certificate());
    const std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>> check{
        X509_STORE_CTX_new()};
    X509_STORE_CTX_init(check.get(), store.get(), certificate, nullptr);
    X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_SERVER);
    return X509_verify_cert(check.get()) == 1;
  }

  kvlaunch::SystemClock clock_;
  std::unique_ptr<CertificateAuthority> authority_ =
      std::move(CertificateAuthority::make(clock_.wall())).value();
  std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>> context_{SSL_CTX_new(TLS_server_method())};
  std::unique_ptr<SSL, OpensslFree<SSL_free>> connection_;
};

TEST_F(AuthorityTest, can_let_each_certificate_vouch_for_itself) {
  authority_ = std::move(CertificateAuthority::make_self_signing(clock_.wall())).value();
  X509* const certificate = certificate_for("localhost");
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(certificate)),
            0);
  EXPECT_EQ(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
  EXPECT_FALSE(is_trusted(certificate));
}

TEST_F(AuthorityTest, vouches_for_the_very_name_and_no_other) {
  X509* const certificate = certificate_for("contoso.vault.azure.net");
  ASSERT_NE(certificate, nullptr);
  EXPECT_TRUE(is_trusted(certificate));
  EXPECT_EQ(X509_check_host(certificate, "contoso.vault.azure.net", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate, "other.vault.azure.net", 0, 0, nullptr), 0);
}

TEST_F(AuthorityTest, vouches_for_addresses_and_for_this_machine) {
  EXPECT_EQ(X509_check_ip_asc(certificate_for("10.1.2.3"), "10.1.2.3", 0), 1);
  X509* const local = certificate_for("localhost");
  EXPECT_EQ(X509_check_host(local, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(local, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(local, "::1", 0), 1);
}

TEST_F(AuthorityTest, takes_names_longer_than_a_common_name_may_be) {
  const std::string name = std::string(63, 'a') + ".vault.azure.net";
  X509* const certificate = certificate_for(name);
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_check_host(certificate, name.c_str(), 0, 0, nullptr), 1);
}

TEST_F(AuthorityTest, has_no_certificate_for_names_that_are_none) {
  for (const char* name : {"", "a,DNS:b", "a b", "UPPER", "a/b", "*.vault.azure.net"}) {
    EXPECT_EQ(certificate_for(name), nullptr) << name;
  }
}

TEST_F(AuthorityTest, shows_the_same_certificate_for_the_same_name) {
  X509* const first = certificate_for("a.vault.azure.net");
  X509_up_ref(first);
  const CertificateHandle kept{first};
  EXPECT_EQ(certificate_for("a.vault.azure.net"), first);
}

TEST_F(AuthorityTest, fills_a_trust_store_that_opens_with_its_password) {
  const auto store = java_trust_store(authority_->certificate_pem(), "devvault");
  ASSERT_TRUE(store);
  const std::unique_ptr<BIO, OpensslFree<BIO_free>> memory{
      BIO_new_mem_buf(store->data(), static_cast<int>(store->size()))};
  const std::unique_ptr<PKCS12, OpensslFree<PKCS12_free>> pkcs12{
      d2i_PKCS12_bio(memory.get(), nullptr)};
  ASSERT_NE(pkcs12, nullptr);
  EXPECT_EQ(PKCS12_verify_mac(pkcs12.get(), "devvault", -1), 1);
  EXPECT_EQ(PKCS12_verify_mac(pkcs12.get(), "other", -1), 0);
  ERR_clear_error();
  // trustedKeyUsage as DER, without which Java trusts nothing in the file.
  EXPECT_THAT(*store, testing::HasSubstr(std::string{"\x06\x0c\x60\x86\x48\x01\x86\xf9\x66\xad"
                                                     "\xca\x7b\x01\x01",
                                                     14}));
}

TEST(ScratchDirectory, leaves_nothing_behind) {
  std::string path;
  {
    auto directory = std::move(ScratchDirectory::make({})).value();
    path = std::move(directory.put("ca.pem", "text", 0444)).value();
    struct stat status {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0444U);
    EXPECT_EQ(status.st_size, 4);
  }
  struct stat status {};
  EXPECT_NE(stat(path.c_str(), &status), 0);
  EXPECT_NE(stat(path.substr(0, path.rfind('/')).c_str(), &status), 0);
}

}  // namespace
}  // namespace devvault
