// The buffer between a connection and the parts of a response.
#include "launcher/network/reader.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace kvlaunch::network {

Error too_large(const std::string& peer, const std::string& what) {
  return Error{.code = Code::response_too_large,
               .message = "the answer of " + peer + " is too large: " + what};
}

Reader::~Reader() {
  OPENSSL_cleanse(buffer_.data(), buffer_.size());
}

Result<Reader::Filled> Reader::fill() {
  begin_ = end_ = 0;
  const auto count = connection_.read(buffer_);
  if (!count) return count.errors();
  end_ = *count;
  return end_ == 0 ? Filled::ended : Filled::some;
}

Error Reader::truncated() const {
  return Error{.code = Code::connection_lost,
               .message = connection_.received() == received_before_
                              ? connection_.peer() + " closed the connection without an answer"
                              : connection_.peer() + " closed the connection inside its answer"};
}

Result<void> Reader::read_line(std::string& lines, std::size_t limit_bytes) {
  while (true) {
    const auto text = buffered();
    const auto line_end = text.find('\n');
    const auto piece = text.substr(0, line_end == std::string_view::npos ? line_end : line_end + 1);
    if (lines.size() + piece.size() > limit_bytes) {
      return too_large(connection_.peer(),
                       "more than " + std::to_string(limit_bytes / 1024) + " KiB of headers");
    }
    lines.append(piece);
    begin_ += piece.size();
    if (line_end != std::string_view::npos) return {};
    const auto filled = fill();
    if (!filled) return filled.errors();
    if (*filled == Filled::ended) return truncated();
  }
}

Result<void> Reader::read_exactly(std::size_t size, SecretWriter& into) {
  while (size > 0) {
    if (!leftover()) {
      const auto filled = fill();
      if (!filled) return filled.errors();
      if (*filled == Filled::ended) return truncated();
    }
    const auto piece = buffered().substr(0, size);
    into.append(piece);
    begin_ += piece.size();
    size -= piece.size();
  }
  return {};
}

Result<void> Reader::read_to_end(SecretWriter& into, std::size_t limit_bytes) {
  while (true) {
    const auto piece = buffered();
    if (into.size() + piece.size() > limit_bytes) return too_large(connection_.peer(), "its body");
    into.append(piece);
    begin_ += piece.size();
    const auto filled = fill();
    if (!filled) return filled.errors();
    if (*filled == Filled::ended) return {};
  }
}

}  // namespace kvlaunch::network
