// OpenSSL over our own streams, so that TLS within TLS works and writing never raises SIGPIPE.
#include "devvault/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <limits>

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr Milliseconds handshake_patience{30'000};
constexpr std::string_view alpn_http11 = "\x08http/1.1";
constexpr std::string_view session_scope = "devvault";

using SslHandle = std::unique_ptr<SSL, OpensslFree<SSL_free>>;

// What the BIO reads from and writes to.
struct Lower {
  Stream& stream;
  Milliseconds patience;
};

Lower& lower_of(BIO* bio) {
  return *static_cast<Lower*>(BIO_get_data(bio));
}

int bio_read(BIO* bio, char* buffer, int size) {
  BIO_clear_retry_flags(bio);
  Lower& lower = lower_of(bio);
  const ReadResult result =
      lower.stream.read({buffer, static_cast<std::size_t>(size)}, lower.patience);
  switch (result.status) {
    case ReadResult::Status::data:
      return static_cast<int>(result.size);
    case ReadResult::Status::end:
      return 0;
    case ReadResult::Status::timed_out:
      BIO_set_retry_read(bio);
      return -1;
    case ReadResult::Status::failed:
      return -1;
  }
  return -1;
}

int bio_write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  return lower_of(bio).stream.write({bytes, static_cast<std::size_t>(size)}) ? size : -1;
}

long bio_control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* stream_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "devvault stream");
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

int select_http11(SSL* /*connection*/, const unsigned char** chosen, unsigned char* chosen_size,
                  const unsigned char* offered, unsigned int offered_size, void* /*unused*/) {
  unsigned char* found = nullptr;
  const auto* ours = reinterpret_cast<const unsigned char*>(alpn_http11.data());
  if (SSL_select_next_proto(&found, chosen_size, ours, alpn_http11.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

class TlsStream final : public Stream {
 public:
  TlsStream(Stream& lower, SslHandle connection)
      : lower_{lower, handshake_patience}, connection_(std::move(connection)) {
    BIO* bio = BIO_new(stream_method());
    BIO_set_data(bio, &lower_);
    BIO_set_init(bio, 1);
    SSL_set_bio(connection_.get(), bio, bio);  // takes the one reference for both directions
  }

  bool accept() {
    ERR_clear_error();
    const bool accepted = SSL_accept(connection_.get()) == 1;
    ERR_clear_error();
    return accepted;
  }

  ReadResult read(std::span<char> buffer, Milliseconds patience) override {
    using Status = ReadResult::Status;
    lower_.patience = patience;
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(connection_.get(), buffer.data(), buffer.size(), &size);
    if (result == 1) return {Status::data, size};
    const int reason = SSL_get_error(connection_.get(), result);
    ERR_clear_error();
    if (reason == SSL_ERROR_WANT_READ) return {Status::timed_out, 0};
    if (reason == SSL_ERROR_ZERO_RETURN) return {Status::end, 0};
    broken_ = true;
    return {Status::failed, 0};
  }

  bool write(std::string_view bytes) override {
    if (bytes.empty()) return true;
    ERR_clear_error();
    std::size_t written = 0;
    const bool complete =
        SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &written) == 1;
    ERR_clear_error();
    broken_ = broken_ || !complete;
    return complete;
  }

  void finish() override {
    // After a fatal error SSL_shutdown must not be called (its manual page).
    if (!broken_) SSL_shutdown(connection_.get());
    ERR_clear_error();
    lower_.stream.finish();
  }
  void abort() override { lower_.stream.abort(); }
  [[nodiscard]] int descriptor() const override { return lower_.stream.descriptor(); }
  [[nodiscard]] bool has_buffered() const override {
    return SSL_pending(connection_.get()) > 0 || lower_.stream.has_buffered();
  }

 private:
  Lower lower_;
  SslHandle connection_;
  bool broken_ = false;
};

}  // namespace

TlsServer::TlsServer(CertificateAuthority& authority,
                     std::function<bool(const std::string&)> serves)
    : authority_(authority),
      serves_(std::move(serves)),
      context_(SSL_CTX_new(TLS_server_method())) {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_id_context(
      context, reinterpret_cast<const unsigned char*>(session_scope.data()), session_scope.size());
  // What SSL_CTX_set_tlsext_servername_callback does, without its C cast.
  SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(&TlsServer::choose_certificate));
  SSL_CTX_set_tlsext_servername_arg(context, this);
  SSL_CTX_set_alpn_select_cb(context, select_http11, nullptr);
}

// Called for every full handshake, with or without SNI.
int TlsServer::choose_certificate(SSL* connection, int* alert, void* server) {
  auto& self = *static_cast<TlsServer*>(server);
  const char* asked = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (asked == nullptr) return SSL_TLSEXT_ERR_OK;
  const std::string name = kvlaunch::to_lower(asked);
  if (self.serves_(name) && self.authority_.equip(connection, name)) return SSL_TLSEXT_ERR_OK;
  *alert = SSL_AD_UNRECOGNIZED_NAME;
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::unique_ptr<Stream> TlsServer::accept(Stream& lower, const std::string& usual_name) {
  SslHandle connection{SSL_new(context_.get())};
  if (!connection || !authority_.equip(connection.get(), usual_name)) return nullptr;
  auto stream = std::make_unique<TlsStream>(lower, std::move(connection));
  if (!stream->accept()) return nullptr;
  return stream;
}

}  // namespace devvault
