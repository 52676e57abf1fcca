// recv and send with MSG_NOSIGNAL as a BIO_METHOD (BIO_meth_new(3)).
#include "launcher/network/socket_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

namespace kvlaunch::network {
namespace {

int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool would_block(ssize_t count) {
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int write_some(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  BIO_clear_retry_flags(bio);
  const auto count = send(socket_of(bio), data, size, MSG_NOSIGNAL);
  if (would_block(count)) BIO_set_retry_write(bio);
  *written = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count > 0 ? 1 : 0;
}

int read_some(BIO* bio, char* data, std::size_t size, std::size_t* got) {
  BIO_clear_retry_flags(bio);
  const auto count = recv(socket_of(bio), data, size, 0);
  if (would_block(count)) BIO_set_retry_read(bio);
  if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  *got = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count > 0 ? 1 : 0;
}

long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  switch (command) {
    case BIO_CTRL_FLUSH:  // nothing is held back; OpenSSL takes 0 for a failed handshake
      return 1;
    case BIO_CTRL_EOF:  // how the TLS layer tells an ended stream from an error
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default:
      return 0;
  }
}

}  // namespace

// No type of its own: those are few per process, and only BIO_find_type would ask for it.
SocketBio::SocketBio() : method_(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "launcher socket")) {
  if (!method_) return;
  BIO_meth_set_write_ex(method_.get(), write_some);
  BIO_meth_set_read_ex(method_.get(), read_some);
  BIO_meth_set_ctrl(method_.get(), control);
}

BioHandle SocketBio::over(int socket) const {
  if (!method_) return nullptr;
  BioHandle bio{BIO_new(method_.get())};
  if (bio) {
    BIO_set_data(bio.get(), reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    BIO_set_init(bio.get(), 1);
  }
  return bio;
}

}  // namespace kvlaunch::network
