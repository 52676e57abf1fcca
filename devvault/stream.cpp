// Sockets that never raise SIGPIPE and never wait past a stop.
#include "devvault/stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace devvault {
namespace {

constexpr Milliseconds write_patience{30'000};
// Lingering close: bytes still under way from the client would otherwise turn our FIN into a reset
// that can overtake the last response (RFC 9112 section 9.6).
constexpr Milliseconds linger_patience{500};
constexpr std::size_t linger_reads = 64;

bool would_block(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

}  // namespace

ReadResult SocketStream::read(std::span<char> buffer, Milliseconds patience) {
  using Status = ReadResult::Status;
  for (;;) {
    const ssize_t received = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received > 0) return {Status::data, static_cast<std::size_t>(received)};
    if (received == 0) return {Status::end, 0};
    if (errno == EINTR) continue;
    if (!would_block(errno)) return {Status::failed, 0};
    switch (stop_.wait_for(socket_.get(), POLLIN, patience)) {
      case Waited::ready:
        break;
      case Waited::timed_out:
        return {Status::timed_out, 0};
      case Waited::stopped:
        return {Status::failed, 0};
    }
  }
}

bool SocketStream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (would_block(errno)) {
      if (stop_.wait_for(socket_.get(), POLLOUT, write_patience) != Waited::ready) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void SocketStream::finish() {
  if (!socket_.valid()) return;
  shutdown(socket_.get(), SHUT_WR);
  std::array<char, 4096> rest{};
  for (std::size_t reads = 0; reads < linger_reads; ++reads) {
    if (read(rest, linger_patience).status != ReadResult::Status::data) break;
  }
  socket_.reset();
}

void SocketStream::abort() {
  if (!socket_.valid()) return;
  const linger at_once{1, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

ReadResult PrefixedStream::read(std::span<char> buffer, Milliseconds patience) {
  if (used_ == bytes_.size()) return lower_.read(buffer, patience);
  const std::size_t size = std::min(buffer.size(), bytes_.size() - used_);
  std::copy_n(bytes_.data() + used_, size, buffer.data());
  used_ += size;
  return {ReadResult::Status::data, size};
}

int PrefixedStream::peek(Milliseconds patience) {
  if (used_ == bytes_.size()) {
    char byte = 0;
    if (lower_.read({&byte, 1}, patience).status != ReadResult::Status::data) return -1;
    bytes_ += byte;
  }
  return static_cast<unsigned char>(bytes_[used_]);
}

}  // namespace devvault
