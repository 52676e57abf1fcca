// PEM and PKCS#12, by OpenSSL. Keys never leave OpenSSL's own, cleansed memory.
#include "providers/certificate_file.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <ctime>

namespace kvlaunch {
namespace {

// Deletes with a plain OpenSSL function.
template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
void free_certificates(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Certificates = std::unique_ptr<STACK_OF(X509), Freed<free_certificates>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, PrivateKeyDeleter>;
using LibraryContext = std::unique_ptr<OSSL_LIB_CTX, Freed<OSSL_LIB_CTX_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, Freed<OSSL_PROVIDER_unload>>;
using Pkcs12 = std::unique_ptr<PKCS12, Freed<PKCS12_free>>;

// More is no chain; keeps a hostile file from growing the assertion.
constexpr std::size_t most_certificates = 16;

Error unusable(const std::string& name, const std::string& what, std::string hint = {}) {
  return Error{
      .code = Code::credential_file, .message = name + ": " + what, .hint = std::move(hint)};
}

constexpr const char* password_hint =
    "set AZURE_CLIENT_CERTIFICATE_PASSWORD, or certificate-password in the manifest";

Bio memory_bio(std::string_view bytes) {
  if (bytes.size() > INT_MAX) return nullptr;
  return Bio{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
}

std::string der_of(const X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(certificate, &out);
  return der;
}

WallTime moment_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  // What WallTime cannot say (before 1678, after 2262) is as good as 1970 and as never.
  const auto seconds = std::clamp<std::int64_t>(timegm(&parts), 0, 9'000'000'000);
  return WallTime{std::chrono::seconds{seconds}};
}

// The certificate of the key comes first, wherever it stood in the file.
Result<SigningCertificate> assemble(PrivateKey key, std::vector<Certificate> certificates,
                                    const std::string& name) {
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return unusable(name, "the key is not an RSA key", "Entra accepts RSA keys only");
  }
  if (certificates.empty()) {
    return unusable(name, "no certificate in it", "put the certificate beside its key");
  }
  if (certificates.size() > most_certificates) return unusable(name, "too many certificates");
  const auto leaf =
      std::find_if(certificates.begin(), certificates.end(), [&](const Certificate& certificate) {
        const EVP_PKEY* const its_key = X509_get0_pubkey(certificate.get());
        return its_key != nullptr && EVP_PKEY_eq(its_key, key.get()) == 1;
      });
  if (leaf == certificates.end()) {
    return unusable(name, "no certificate in it belongs to the private key",
                    "check that key and certificate were made together");
  }
  std::rotate(certificates.begin(), leaf, leaf + 1);
  const X509* const leading = certificates.front().get();
  SigningCertificate loaded{std::move(key),
                            {},
                            moment_of(X509_get0_notBefore(leading)),
                            moment_of(X509_get0_notAfter(leading))};
  for (const Certificate& certificate : certificates) {
    loaded.chain_der.push_back(der_of(certificate.get()));
  }
  return loaded;
}

// Gives the password to OpenSSL, which would ask on the terminal otherwise.
int give_password(char* buffer, int size, int /*writing*/, void* secret) {
  const auto password = static_cast<const Secret*>(secret)->reveal();
  if (password.empty() || size < 0 || password.size() > static_cast<std::size_t>(size)) return -1;
  std::memcpy(buffer, password.data(), password.size());
  return static_cast<int>(password.size());
}

struct PemBlocks {
  std::vector<Certificate> certificates;
  int keys = 0;
  bool encrypted = false;
};

// One pass over all blocks; the key itself is decoded by a second one, with the password.
Result<PemBlocks> scan_pem(std::string_view bytes, const std::string& name) {
  PemBlocks blocks;
  const Bio bio = memory_bio(bytes);
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (bio && PEM_read_bio(bio.get(), &label, &header, &data, &size) == 1) {
    const std::string_view kind{label};
    bool readable = true;
    if (kind == "CERTIFICATE") {
      const unsigned char* in = data;
      Certificate certificate{d2i_X509(nullptr, &in, size)};
      readable = certificate != nullptr;
      if (readable) blocks.certificates.push_back(std::move(certificate));
    } else if (kind.ends_with("PRIVATE KEY")) {
      ++blocks.keys;
      blocks.encrypted =
          kind.starts_with("ENCRYPTED") || std::strstr(header, "ENCRYPTED") != nullptr;
    }
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    if (!readable) return unusable(name, "a certificate in it cannot be read");
  }
  ERR_clear_error();
  return blocks;
}

Result<SigningCertificate> load_pem(std::string_view bytes, const Secret& password,
                                    const std::string& name) {
  auto blocks = scan_pem(bytes, name);
  if (!blocks) return blocks.errors();
  if (blocks->keys == 0) {
    return unusable(name, "no private key in it", "put the private key into the same file");
  }
  if (blocks->keys > 1) return unusable(name, "more than one private key in it", "leave one");
  if (blocks->encrypted && password.empty()) {
    return unusable(name, "the private key is encrypted", password_hint);
  }
  const Bio bio = memory_bio(bytes);
  // The callback only reads; OpenSSL's signature knows no const.
  PrivateKey key{
      PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password, const_cast<Secret*>(&password))};
  ERR_clear_error();
  if (!key) {
    return blocks->encrypted
               ? unusable(name, "the password does not open the private key", password_hint)
               : unusable(name, "the private key cannot be read");
  }
  return assemble(std::move(key), std::move(blocks->certificates), name);
}

// PKCS#12 files of Windows and of old exports use RC2, which lives in OpenSSL's legacy provider.
// A context of its own keeps that provider away from TLS; loading any provider by name switches
// the implicit default one off, so it is loaded too.
struct LegacyCapable {
  LibraryContext context{OSSL_LIB_CTX_new()};
  Provider standard{OSSL_PROVIDER_load(context.get(), "default")};
  Provider legacy{OSSL_PROVIDER_load(context.get(), "legacy")};  // may be missing
};

// While it lives, `context` is this thread's default. OpenSSL 3.0's PKCS12_parse decrypts keys
// there whatever context the file was read in, and RC2 would be unknown.
class DefaultContext {
 public:
  explicit DefaultContext(OSSL_LIB_CTX* context) : before_(OSSL_LIB_CTX_set0_default(context)) {}
  DefaultContext(const DefaultContext&) = delete;
  DefaultContext& operator=(const DefaultContext&) = delete;
  ~DefaultContext() { OSSL_LIB_CTX_set0_default(before_); }

 private:
  OSSL_LIB_CTX* before_;
};

// Into the default context, because the private one ends with the file.
PrivateKey moved_to_default_context(const PrivateKey& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(key.get(), &der);
  if (size <= 0) return nullptr;
  const unsigned char* in = der;
  PrivateKey moved{d2i_AutoPrivateKey(nullptr, &in, size)};
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return moved;
}

Error unreadable_pkcs12(const std::string& name, const LegacyCapable& library, bool has_password) {
  const unsigned long reason = ERR_peek_last_error();
  const bool wrong_password = ERR_GET_LIB(reason) == ERR_LIB_PKCS12 &&
                              ERR_GET_REASON(reason) == PKCS12_R_MAC_VERIFY_FAILURE;
  if (wrong_password) {
    return unusable(name, has_password ? "the password does not open it" : "it has a password",
                    password_hint);
  }
  if (library.legacy == nullptr) {
    return unusable(name, "cannot be decrypted",
                    "install OpenSSL's legacy provider (legacy.so), or encrypt the file with AES");
  }
  return unusable(name, "cannot be decrypted", "export it again with AES-256 encryption");
}

Result<SigningCertificate> load_pkcs12(std::string_view bytes, const Secret& password,
                                       const std::string& name) {
  const LegacyCapable library;
  ERR_clear_error();
  PKCS12* raw = PKCS12_init_ex(NID_pkcs7_data, library.context.get(), nullptr);
  const Bio bio = memory_bio(bytes);
  // On failure OpenSSL frees the object and clears `raw`.
  const bool parsed = raw != nullptr && bio && d2i_PKCS12_bio(bio.get(), &raw) != nullptr;
  const Pkcs12 file{raw};
  if (!parsed) {
    ERR_clear_error();
    return unusable(name, "neither PEM nor PKCS#12", "use a .pem or .pfx file");
  }
  SecretWriter terminated{password.reveal().size() + 1};
  terminated.append(password.reveal());
  terminated.append('\0');
  EVP_PKEY* raw_key = nullptr;
  X509* raw_leaf = nullptr;
  STACK_OF(X509)* raw_others = nullptr;
  int opened = 0;
  {
    const DefaultContext private_context{library.context.get()};
    // An empty password is tried as NULL and as "": PKCS12_parse(3).
    opened = PKCS12_parse(file.get(), terminated.reveal().data(), &raw_key, &raw_leaf, &raw_others);
  }
  const PrivateKey foreign_key{raw_key};
  Certificate leaf{raw_leaf};
  const Certificates others{raw_others};
  if (opened != 1) {
    auto error = unreadable_pkcs12(name, library, !password.empty());
    ERR_clear_error();
    return error;
  }
  if (!foreign_key) return unusable(name, "no private key in it", "export it with its key");
  std::vector<Certificate> certificates;
  if (leaf) certificates.push_back(std::move(leaf));
  while (others && sk_X509_num(others.get()) > 0) {
    certificates.emplace_back(sk_X509_shift(others.get()));
  }
  auto key = moved_to_default_context(foreign_key);
  ERR_clear_error();
  if (!key) return unusable(name, "the private key cannot be read");
  return assemble(std::move(key), std::move(certificates), name);
}

}  // namespace

void PrivateKeyDeleter::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

Result<SigningCertificate> load_certificate(std::string_view bytes, const Secret& password,
                                            const std::string& name) {
  const bool is_pem = bytes.find("-----BEGIN") != std::string_view::npos;
  return is_pem ? load_pem(bytes, password, name) : load_pkcs12(bytes, password, name);
}

}  // namespace kvlaunch
