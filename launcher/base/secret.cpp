// Secret: owned, wiped bytes.
#include "launcher/base/secret.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <ostream>
#include <utility>

namespace kvlaunch {

Secret::Secret(std::string_view bytes) {
  if (bytes.empty()) return;
  bytes_ = std::make_unique<char[]>(bytes.size());
  std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  size_ = capacity_ = bytes.size();
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

Secret::~Secret() {
  wipe();
}

bool Secret::equals(std::string_view other) const {
  return size_ == other.size() &&
         (size_ == 0 || CRYPTO_memcmp(bytes_.get(), other.data(), size_) == 0);
}

void Secret::wipe() noexcept {
  // The whole block, not only the used part: a shortened value leaves its tail behind.
  if (bytes_) OPENSSL_cleanse(bytes_.get(), capacity_);
  bytes_.reset();
  size_ = capacity_ = 0;
}

void SecretWriter::reserve(std::size_t capacity) {
  if (capacity <= secret_.capacity_) return;
  Secret larger;
  larger.bytes_ = std::make_unique<char[]>(capacity);
  larger.capacity_ = capacity;
  larger.size_ = secret_.size_;
  if (secret_.size_ > 0) std::memcpy(larger.bytes_.get(), secret_.bytes_.get(), secret_.size_);
  secret_ = std::move(larger);
}

void SecretWriter::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (secret_.size_ + bytes.size() > secret_.capacity_) {
    reserve(std::max(secret_.capacity_ * 2, secret_.size_ + bytes.size()));
  }
  std::memcpy(secret_.bytes_.get() + secret_.size_, bytes.data(), bytes.size());
  secret_.size_ += bytes.size();
}

Secret SecretWriter::take() {
  return std::move(secret_);
}

void PrintTo(const Secret& /*secret*/, std::ostream* out) {
  *out << "<secret>";
}

}  // namespace kvlaunch
