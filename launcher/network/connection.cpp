// Layers of BIOs, driven without blocking.
//
// BIO_f_ssl turns an SSL into a BIO, so that a second SSL can stand on the first one (an https
// proxy) and every layer is read, written and retried in the same way.
#include "launcher/network/connection.hpp"

#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include "launcher/network/shortage.hpp"

namespace kvlaunch::network {

Connection::Connection(Connected connected, std::string peer, const SocketBio& bio)
    : connected_(std::move(connected)),
      peer_(std::move(peer)),
      top_(bio.over(connected_.socket.get())) {}

Result<void> Connection::start_tls(TlsContext& context, const std::string& host, std::string peer,
                                   const TlsTrust& trust) {
  peer_ = std::move(peer);
  Verification verification{.host = host, .trust = trust, .patience = *patience_};
  auto made = context.client(verification);
  if (!made) return std::move(made).errors();
  BioHandle layer{BIO_new(BIO_f_ssl())};
  if (!layer || !top_) return Error{.code = Code::out_of_memory, .message = "out of memory"};
  SSL* ssl = made->get();
  auto* below = top_.release();
  SSL_set_bio(ssl, below, below);
  BIO_set_ssl(layer.get(), made->release(), BIO_CLOSE);
  top_ = std::move(layer);
  tls_.push_back(ssl);

  while (true) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_do_handshake(ssl);
    const int state = SSL_get_error(ssl, result);
    if (result == 1 || (state != SSL_ERROR_WANT_READ && state != SSL_ERROR_WANT_WRITE)) {
      TlsContext::detach(ssl);
      if (result == 1) return {};
      return handshake_error(verification, state);
    }
    const short events = state == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    if (wait_for(connected_.socket.get(), events, *patience_) == Waited::out_of_time) {
      TlsContext::detach(ssl);
      return out_of_time("waiting for TLS with " + peer_);
    }
  }
}

Error Connection::handshake_error(const Verification& verification, int state) {
  const int error_number = errno;
  if (verification.refusal) {
    ERR_clear_error();
    return *verification.refusal;
  }
  if (auto lack = shortage()) {
    ERR_clear_error();
    return *std::move(lack);
  }
  Error error{.code = Code::tls_failure, .message = "TLS with " + peer_ + " failed: "};
  const auto queued = ERR_peek_last_error();
  if (queued != 0 && ERR_GET_REASON(queued) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    if (ERR_GET_REASON(queued) == SSL_R_WRONG_VERSION_NUMBER) {
      error.hint =
          "what answers there does not speak TLS: check the port, and that nothing between "
          "here and there answers in its place";
    }
    error.message += take_openssl_reason();
  } else if (state == SSL_ERROR_SYSCALL && error_number != 0) {
    error.message += std::generic_category().message(error_number);
  } else {
    error.message += "the other side closed the connection";
  }
  ERR_clear_error();
  return error;
}

Result<std::size_t> Connection::read(std::span<char> into) {
  constexpr std::size_t longest = std::numeric_limits<int>::max();
  const int size = static_cast<int>(std::min(into.size(), longest));
  while (true) {
    ERR_clear_error();
    errno = 0;
    const int count = BIO_read(top_.get(), into.data(), size);
    if (count > 0) {
      received_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (BIO_should_retry(top_.get())) {
      if (auto waited = wait(Direction::reading); !waited) return std::move(waited).errors();
      continue;
    }
    const bool ended = tls_.empty()
                           ? BIO_eof(top_.get()) == 1
                           : (SSL_get_shutdown(tls_.back()) & SSL_RECEIVED_SHUTDOWN) != 0 &&
                                 ERR_peek_last_error() == 0;
    if (ended) return std::size_t{0};
    return lost();
  }
}

Result<void> Connection::write(std::string_view bytes) {
  constexpr std::size_t longest = std::numeric_limits<int>::max();
  while (!bytes.empty()) {
    ERR_clear_error();
    errno = 0;
    // A retried TLS write must repeat its arguments (SSL_write(3)): `bytes` only moves on success.
    const int count =
        BIO_write(top_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), longest)));
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (BIO_should_retry(top_.get())) {
      if (auto waited = wait(Direction::writing); !waited) return waited;
    } else {
      return lost();
    }
  }
  // Acknowledge the answer's first segment at once: a server that writes an answer in two pieces
  // and leaves Nagle's algorithm on sends the second only then, and a delayed acknowledgement takes
  // 40 ms (tcp(7): the flag is not permanent, so it is set for each answer).
  const int on = 1;
  setsockopt(connected_.socket.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  return {};
}

Result<void> Connection::wait(Direction direction) {
  // TLS may want the other direction than we do.
  const short events = BIO_should_write(top_.get()) ? POLLOUT : POLLIN;
  if (wait_for(connected_.socket.get(), events, *patience_) == Waited::ready) return {};
  return out_of_time((direction == Direction::writing ? "sending to " : "waiting for ") + peer_);
}

Error Connection::lost() const {
  const int error_number = errno;
  if (auto lack = shortage()) {
    ERR_clear_error();
    return *std::move(lack);
  }
  Error error{.code = Code::connection_lost, .message = "lost the connection to " + peer_};
  if (error_number != 0) error.message += ": " + std::generic_category().message(error_number);
  ERR_clear_error();
  return error;
}

bool Connection::looks_alive() const {
  pollfd polled{connected_.socket.get(), POLLIN | POLLRDHUP, 0};
  poll(&polled, 1, 0);
  if ((polled.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0) return false;
  // Under TLS 1.3 session tickets may wait to be read; without TLS nothing should.
  return !tls_.empty() || (polled.revents & POLLIN) == 0;
}

std::string Connection::tls_version() const {
  return tls_.empty() ? std::string{} : SSL_get_version(tls_.back());
}

std::optional<TlsFacts> Connection::tls_facts() const {
  if (tls_.empty()) return std::nullopt;
  return facts_of(*tls_.back());
}

}  // namespace kvlaunch::network
