// A stream that exists only in a test: reads from a script, keeps what is written.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "devvault/stream.hpp"

namespace devvault::test {

class ScriptedStream final : public Stream {
 public:
  // Each piece arrives by itself; after the last one the client has closed.
  explicit ScriptedStream(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

  ReadResult read(std::span<char> buffer, Milliseconds /*patience*/) override {
    if (next_ == pieces_.size()) return {ReadResult::Status::end, 0};
    std::string& piece = pieces_[next_];
    const std::size_t size = std::min(buffer.size(), piece.size());
    std::copy_n(piece.data(), size, buffer.data());
    piece.erase(0, size);
    if (piece.empty()) ++next_;
    return {ReadResult::Status::data, size};
  }
  bool write(std::string_view bytes) override {
    writes_.emplace_back(bytes);
    return true;
  }
  void finish() override {}
  void abort() override {}
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] bool has_buffered() const override { return false; }

  [[nodiscard]] const std::vector<std::string>& writes() const { return writes_; }
  [[nodiscard]] std::string written() const {
    std::string all;
    for (const std::string& part : writes_) all += part;
    return all;
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
  std::vector<std::string> writes_;
};

}  // namespace devvault::test
