// Reading JSON (RFC 8259) without a document tree: strings go into Secrets, nothing is copied on
// the way. For token answers, secret bundles, lists, and values with a JSON pointer.
//
// Why our own: a DOM leaves copies of every string behind in freed memory (reference: Poco's parser
// keeps several), and the bodies read here hold tokens and values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

// A view into a JSON text that has been checked as a whole. Valid while the text lives; cheap to
// copy. Finding is a scan each time: meant for bodies of a few members, not for big documents.
class Json {
 public:
  enum class Type { null, boolean, number, string, array, object };

  // Checks the whole text: syntax, UTF-8, depth, one value and nothing after it. Linear time.
  // Error Code::response_malformed without location; the message holds no part of the text.
  static Result<Json> parse(std::string_view text, std::size_t max_depth = 64);

  [[nodiscard]] Type type() const;
  // The member of that exact name (the last one, should it stand twice); nothing if this is no
  // object.
  [[nodiscard]] std::optional<Json> member(std::string_view name) const;
  // member() of member(): for "error" / "innererror" / "code".
  [[nodiscard]] std::optional<Json> at(std::initializer_list<std::string_view> path) const;
  // The elements of an array; empty for other types.
  [[nodiscard]] std::vector<Json> elements() const;
  // Names (unescaped) and values of an object, in order.
  [[nodiscard]] std::vector<std::pair<std::string, Json>> members() const;

  // The unescaped string; nothing for other types. Lone surrogates are an error of parse().
  [[nodiscard]] std::optional<Secret> secret() const;
  // The same for strings that are no secrets (ids, codes, names).
  [[nodiscard]] std::optional<std::string> string() const;
  // A number, or a string of digits with optional sign, that is integral and fits 64 bits.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<bool> boolean() const;
  // The text of this value as it stands, without blanks around it.
  [[nodiscard]] std::string_view raw() const { return text_; }
  // The same without blanks between tokens.
  [[nodiscard]] Secret compact() const;

 private:
  explicit Json(std::string_view text) : text_(text) {}
  std::string_view text_;
};

}  // namespace kvlaunch
