// A connection as bytes in both directions: a socket, TLS over another stream, or one with bytes
// already taken from it. Used by one thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "devvault/config.hpp"
#include "devvault/stop.hpp"
#include "launcher/base/descriptor.hpp"

namespace devvault {

struct ReadResult {
  enum class Status { data, end, timed_out, failed };
  Status status = Status::failed;
  std::size_t size = 0;  // of data, at least 1
};

class Stream {
 public:
  virtual ~Stream() = default;
  // Waits at most `patience` for the first byte. `buffer` must not be empty.
  virtual ReadResult read(std::span<char> buffer, Milliseconds patience) = 0;
  // All of it, or false when the peer is gone, takes nothing for 30 s, or devvault stops.
  virtual bool write(std::string_view bytes) = 0;
  // Ends it in order: what was written arrives. Nothing happens the second time.
  virtual void finish() = 0;
  // Ends it with a TCP reset.
  virtual void abort() = 0;

  // For poll(2): the socket below.
  [[nodiscard]] virtual int descriptor() const = 0;
  // Bytes are at hand that poll(2) on the descriptor does not announce.
  [[nodiscard]] virtual bool has_buffered() const = 0;
};

class SocketStream final : public Stream {
 public:
  // `stop` outlives the stream.
  SocketStream(kvlaunch::Descriptor socket, const Stop& stop)
      : socket_(std::move(socket)), stop_(stop) {}

  ReadResult read(std::span<char> buffer, Milliseconds patience) override;
  bool write(std::string_view bytes) override;
  void finish() override;
  void abort() override;
  [[nodiscard]] int descriptor() const override { return socket_.get(); }
  [[nodiscard]] bool has_buffered() const override { return false; }

 private:
  kvlaunch::Descriptor socket_;
  const Stop& stop_;
};

// `lower` with `bytes`, which were read from it too early, before it.
class PrefixedStream final : public Stream {
 public:
  PrefixedStream(std::string bytes, Stream& lower) : bytes_(std::move(bytes)), lower_(lower) {}

  ReadResult read(std::span<char> buffer, Milliseconds patience) override;
  bool write(std::string_view bytes) override { return lower_.write(bytes); }
  void finish() override { lower_.finish(); }
  void abort() override { lower_.abort(); }
  [[nodiscard]] int descriptor() const override { return lower_.descriptor(); }
  [[nodiscard]] bool has_buffered() const override {
    return used_ < bytes_.size() || lower_.has_buffered();
  }
  // The first byte, waiting for it if need be; -1 if none comes.
  int peek(Milliseconds patience);

 private:
  std::string bytes_;
  std::size_t used_ = 0;
  Stream& lower_;
};

}  // namespace devvault
