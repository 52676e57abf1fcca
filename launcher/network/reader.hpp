// Reading a response piece by piece from a connection, through one buffer that is wiped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "launcher/base/secret.hpp"
#include "launcher/network/connection.hpp"

namespace kvlaunch::network {

// Lives for one exchange; what follows the response in the buffer is lost with it (see leftover()).
class Reader {
 public:
  explicit Reader(Connection& connection)
      : connection_(connection), received_before_(connection.received()) {}
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Appends the next line, its line end included, to `lines`. Errors: Code::response_too_large when
  // `lines` would exceed `limit_bytes`; Code::connection_lost when the stream ends before the line.
  Result<void> read_line(std::string& lines, std::size_t limit_bytes);
  // Exactly `size` bytes. Code::connection_lost when the stream ends before.
  Result<void> read_exactly(std::size_t size, SecretWriter& into);
  // Up to the end of the stream. Code::response_too_large when `into` would exceed `limit_bytes`.
  Result<void> read_to_end(SecretWriter& into, std::size_t limit_bytes);
  // Has more been received than was asked for?
  [[nodiscard]] bool leftover() const { return begin_ != end_; }

 private:
  enum class Filled { some, ended };
  Result<Filled> fill();
  [[nodiscard]] std::string_view buffered() const {
    return {buffer_.data() + begin_, end_ - begin_};
  }
  Error truncated() const;

  Connection& connection_;
  const std::uint64_t received_before_;
  std::array<char, 16 * 1024> buffer_{};  // a TLS record (RFC 8446 section 5.1)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// Code::response_too_large, with the name of who sent it and no more.
Error too_large(const std::string& peer, const std::string& what);

}  // namespace kvlaunch::network
