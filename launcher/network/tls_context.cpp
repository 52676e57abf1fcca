// Setting up OpenSSL, and turning its verdicts into errors that say what to do.
#include "launcher/network/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <new>
#include <string_view>

#include "launcher/base/url.hpp"
#include "launcher/network/shortage.hpp"
#include "launcher/network/tls_facts.hpp"

namespace kvlaunch::network {
namespace {

// RFC 7301: a length, then the name. Only what we speak is offered.
constexpr std::array<unsigned char, 9> http_1_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

Error openssl_failed(std::string_view what) {
  if (auto lack = shortage()) return *std::move(lack);
  return Error{.code = Code::internal,
               .message = "cannot set up TLS: " + std::string{what} + ": " + take_openssl_reason()};
}

std::string hex_text(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text.empty() ? "(none)" : text;
}

bool set_expected_host(SSL* ssl, const std::string& host) {
  auto* parameters = SSL_get0_param(ssl);
  if (is_address_literal(host)) {
    return X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1;
  }
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // SNI holds names only (RFC 6066 section 3). What SSL_set_tlsext_host_name stands for, without
  // the cast in that macro; OpenSSL copies the name.
  return X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size()) == 1 &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(host.c_str())) == 1;
}

// In place of the context's store, for this connection alone.
Result<void> set_authorities(SSL* ssl, const std::string& pem, const std::string& host) {
  const StoreHandle store{X509_STORE_new()};
  if (!store) return openssl_failed("X509_STORE_new");
  if (add_certificates(*store, pem) == 0) {
    if (auto lack = shortage()) return *std::move(lack);
    return Error{.code = Code::tls_untrusted,
                 .message = "the authorities given for " + host + " hold no certificate",
                 .hint = "they must be certificates in PEM form"};
  }
  // What SSL_set1_verify_cert_store does, without the cast in that macro; it takes a reference.
  if (SSL_ctrl(ssl, SSL_CTRL_SET_VERIFY_CERT_STORE, 1, store.get()) != 1) {
    return openssl_failed("SSL_set1_verify_cert_store");
  }
  return {};
}

std::string sha1_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) {
    return {};
  }
  return {reinterpret_cast<const char*>(digest.data()), size};
}

// The handshake itself then proves that the other side has the key of this certificate.
std::optional<Error> refusal_of_pin(X509* leaf, const Verification& verification) {
  const std::string found = sha1_of(leaf);
  if (!found.empty() && found == verification.trust.leaf_sha1) return std::nullopt;
  if (auto lack = shortage()) return lack;
  return Error{.code = Code::tls_untrusted,
               .message = "the certificate that answers for " + verification.host +
                          " is not the one whose thumbprint is pinned",
               .hint = "its thumbprint (SHA-1) is " + hex_text(found)};
}

}  // namespace

Result<SSL_CTX*> TlsContext::context() {
  const std::lock_guard lock{mutex_};
  if (context_) return context_.get();
  SslContextHandle made{SSL_CTX_new(TLS_client_method())};
  if (!made) return openssl_failed("SSL_CTX_new");
  auto* context = made.get();
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_alpn_protos(context, http_1_1.data(), http_1_1.size()) != 0) {
    return openssl_failed("SSL_CTX_new");
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify, this);
  SSL_CTX_set1_cert_store(context, trust_.store());
  // Tokens and values pass through OpenSSL's record buffers: wiped after each read, and given back
  // while a connection is idle (34 KB each).
  SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  // A record's header and body in one recv.
  SSL_CTX_set_read_ahead(context, 1);
  // Nothing is resumed: TLS 1.3 saves no round trip by it, and no session is kept anywhere.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  context_ = std::move(made);
  return context_.get();
}

void TlsContext::prepare() {
  static_cast<void>(context());
}

Result<SslHandle> TlsContext::client(Verification& verification) {
  const auto shared = context();
  if (!shared) return shared.errors();
  SslHandle ssl{SSL_new(*shared)};
  if (!ssl || !set_expected_host(ssl.get(), verification.host)) return openssl_failed("SSL_new");
  if (!verification.trust.authorities.empty()) {
    const auto set = set_authorities(ssl.get(), verification.trust.authorities, verification.host);
    if (!set) return set.errors();
  }
  SSL_set_app_data(ssl.get(), &verification);
  SSL_set_connect_state(ssl.get());
  return ssl;
}

void TlsContext::detach(SSL* ssl) {
  SSL_set_app_data(ssl, nullptr);
}

// Called by OpenSSL in the middle of the handshake, on the thread that drives it. The store is
// waited for here and not earlier: its loading then overlaps with two round trips.
int TlsContext::verify(X509_STORE_CTX* chain, void* self) noexcept {
  const auto& context = *static_cast<const TlsContext*>(self);
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* verification = static_cast<Verification*>(SSL_get_app_data(ssl));
  if (verification == nullptr) return 0;  // only a handshake verifies
  try {
    return context.judge(chain, *verification);
  } catch (const std::bad_alloc&) {
    // OpenSSL's frames lie above: nothing may be thrown through them.
    verification->refusal = Error{.code = Code::out_of_memory, .message = "out of memory"};
    X509_STORE_CTX_set_error(chain, X509_V_ERR_OUT_OF_MEM);
    return 0;
  }
}

int TlsContext::judge(X509_STORE_CTX* chain, Verification& verification) const {
  if (!verification.trust.leaf_sha1.empty()) {
    verification.refusal = refusal_of_pin(X509_STORE_CTX_get0_cert(chain), verification);
    if (!verification.refusal) return 1;
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  const bool own_authorities = !verification.trust.authorities.empty();
  if (const auto ready = own_authorities ? Result<void>{} : trust_.ready(verification.patience);
      !ready) {
    verification.refusal = ready.error();
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  if (X509_verify_cert(chain) == 1) return 1;
  verification.refusal = refusal(chain, verification);
  return 0;
}

Error TlsContext::refusal(X509_STORE_CTX* chain, const Verification& verification) const {
  if (auto lack = shortage()) return *std::move(lack);
  const std::string& host = verification.host;
  const int reason = X509_STORE_CTX_get_error(chain);
  auto* leaf = X509_STORE_CTX_get0_cert(chain);
  if (reason == X509_V_ERR_HOSTNAME_MISMATCH || reason == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    return Error{
        .code = Code::tls_wrong_host,
        .message = "the certificate that answers for " + host + " is for " + names_of(*leaf),
        .hint = "check what " + host + " resolves to (hosts file, DNS, private endpoint, proxy)"};
  }
  auto* judged = X509_STORE_CTX_get_current_cert(chain);
  if (judged == nullptr) judged = leaf;
  Error error{.code = Code::tls_untrusted,
              .message = "the certificate of " + host +
                         " is not trusted: " + X509_verify_cert_error_string(reason) +
                         " (issuer: " + shown_name(X509_get_issuer_name(judged)) + ")",
              .hint = verification.trust.authorities.empty()
                          ? trust_.hint()
                          : "only the authorities given for this host count here"};
  if (reason == X509_V_ERR_CERT_HAS_EXPIRED || reason == X509_V_ERR_CERT_NOT_YET_VALID) {
    error.hint =
        "compare the clock of this machine with the real time; if it is right, the server "
        "needs a new certificate";
  }
  return error;
}

}  // namespace kvlaunch::network
