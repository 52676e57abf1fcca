// Bytes that must not leak: move-only, in a buffer of their own, wiped when they go.
//
// Contract: the bytes live in exactly one heap block owned by the Secret (no small-string copy, no
// growth in place). Destruction, move-from and overwriting cleanse the block with OPENSSL_cleanse.
// There is no stream operator, no implicit conversion and no ordering, so a value cannot reach a
// log or a test report by accident; `reveal()` is the only way in and easy to grep for.
// Not thread-safe for concurrent mutation; concurrent `reveal()` is fine.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string_view>

namespace kvlaunch {

class Secret {
 public:
  Secret() = default;
  // Copies `bytes`; the caller remains responsible for wiping its own copy.
  explicit Secret(std::string_view bytes);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // Valid until this Secret is moved from, overwritten or destroyed.
  [[nodiscard]] std::string_view reveal() const { return {bytes_.get(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // The only way to a second copy; deliberate and greppable.
  [[nodiscard]] Secret clone() const { return Secret{reveal()}; }

  // Compares in time that depends only on the lengths.
  [[nodiscard]] bool equals(std::string_view other) const;

 private:
  friend class SecretWriter;
  void wipe() noexcept;

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// Collects a Secret piece by piece; blocks left behind by growth are wiped.
class SecretWriter {
 public:
  SecretWriter() = default;
  explicit SecretWriter(std::size_t capacity) { reserve(capacity); }

  void reserve(std::size_t capacity);
  void append(std::string_view bytes);
  void append(char byte) { append(std::string_view{&byte, 1}); }
  [[nodiscard]] std::size_t size() const { return secret_.size_; }
  // The bytes so far; valid until the next append.
  [[nodiscard]] std::string_view reveal() const { return secret_.reveal(); }
  // Hands the bytes over and leaves the writer empty.
  [[nodiscard]] Secret take();

 private:
  Secret secret_;
};

// GoogleTest prints unknown types as raw bytes; this keeps values out of failing test reports.
void PrintTo(const Secret& secret, std::ostream* out);

}  // namespace kvlaunch
