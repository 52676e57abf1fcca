// A value, or the reasons why there is none.
//
// Functions that can find several problems at once return them all; `error()` is the first.
// Reading the wrong side is a programming error and ends the process (std::get throws).
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "launcher/base/error.hpp"

namespace kvlaunch {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>) {
    std::get<1>(content_).push_back(std::move(error));
  }
  // `errors` must not be empty.
  Result(Errors errors) : content_(std::in_place_index<1>, std::move(errors)) {}

  [[nodiscard]] bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return std::get<0>(content_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(content_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const { return std::get<1>(content_).front(); }
  [[nodiscard]] Errors& errors() & { return std::get<1>(content_); }
  [[nodiscard]] const Errors& errors() const& { return std::get<1>(content_); }
  [[nodiscard]] Errors&& errors() && { return std::get<1>(std::move(content_)); }

  template <class F>
  auto and_then(F&& next) && -> std::invoke_result_t<F, T&&> {
    if (!ok()) return std::move(*this).errors();
    return std::forward<F>(next)(std::move(*this).value());
  }

 private:
  std::variant<T, Errors> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) { errors_.push_back(std::move(error)); }
  Result(Errors errors) : errors_(std::move(errors)) {}

  [[nodiscard]] bool ok() const { return errors_.empty(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const { return errors_.front(); }
  [[nodiscard]] const Errors& errors() const& { return errors_; }
  [[nodiscard]] Errors&& errors() && { return std::move(errors_); }

 private:
  Errors errors_;
};

}  // namespace kvlaunch
