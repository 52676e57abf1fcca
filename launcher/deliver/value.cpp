// Pointer, decode, trim: the steps between the bytes of a vault and a variable's value.
#include "launcher/deliver/value.hpp"

#include <array>
#include <charconv>
#include <string>

#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"

namespace kvlaunch {
namespace {

Error unusable(std::string message, std::string hint) {
  return Error{
      .code = Code::value_unusable, .message = std::move(message), .hint = std::move(hint)};
}

// RFC 6901 section 4: ~1 first, then ~0.
std::string unescape_token(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const auto pair = token.substr(i, 2);
    if (pair == "~0" || pair == "~1") {
      name += pair[1] == '0' ? '~' : '/';
      ++i;
    } else {
      name += token[i];
    }
  }
  return name;
}

// RFC 6901 section 4: digits without a leading zero; "-" names what is not there.
std::optional<std::size_t> array_index(std::string_view token) {
  if (token.empty() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  const auto* const last = token.data() + token.size();
  const auto [end, failure] = std::from_chars(token.data(), last, index);
  if (failure != std::errc{} || end != last) return std::nullopt;
  return index;
}

std::optional<Json> step(const Json& from, std::string_view token) {
  if (from.type() == Json::Type::object) return from.member(unescape_token(token));
  if (from.type() != Json::Type::array) return std::nullopt;
  const auto index = array_index(token);
  if (!index) return std::nullopt;
  const auto elements = from.elements();
  if (*index >= elements.size()) return std::nullopt;
  return elements[*index];
}

std::optional<Secret> text_of(const Json& value) {
  switch (value.type()) {
    case Json::Type::null:
      return std::nullopt;
    case Json::Type::string:
      return value.secret();
    case Json::Type::boolean:
    case Json::Type::number:
      return Secret{value.raw()};
    case Json::Type::array:
    case Json::Type::object:
      return value.compact();
  }
  return std::nullopt;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error bad_base64(std::string_view how, std::string why) {
  return unusable("the value is not " + std::string{how} + ": " + std::move(why),
                  how == "base64" ? "check the value in the vault; base64 with '-' and '_' is "
                                    "decode: base64url"
                                  : "check the value in the vault; base64 with '+' and '/' is "
                                    "decode: base64");
}

Result<Secret> decode_base64(std::string_view text, Decode how) {
  const bool url = how == Decode::base64url;
  const std::string_view name = url ? "base64url" : "base64";
  SecretWriter bytes{text.size() / 4 * 3 + 3};
  unsigned bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (is_blank(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = base64_digit(c, url ? Base64::url : Base64::standard);
    if (value < 0) return bad_base64(name, "a character outside its alphabet");
    if (padding > 0) return bad_base64(name, "text after the padding");
    bits = (bits << 6U) | static_cast<unsigned>(value);
    ++digits;
    if (digits % 4 != 1) {
      // 4, 2 or 0 bits remain for the next digit.
      const unsigned left = static_cast<unsigned>(6 - 2 * ((digits - 1) % 4));
      bytes.append(static_cast<char>((bits >> left) & 0xFFU));
      bits &= (1U << left) - 1U;
    }
  }
  if (digits % 4 == 1 || bits != 0) return bad_base64(name, "it is cut off or damaged");
  // Padding may be missing; a wrong amount of it means that something else is.
  if (padding != 0 && (digits % 4 == 0 || digits % 4 + padding != 4)) {
    return bad_base64(name, "the wrong number of '=' at the end");
  }
  return bytes.take();
}

Result<Secret> decode_hex(std::string_view text) {
  const std::string hint = "check the value in the vault, or leave out decode: hex";
  SecretWriter bytes{text.size() / 2};
  int high = -1;
  for (const char c : text) {
    if (is_blank(c)) continue;
    const int value = hex_digit(c);
    if (value < 0) return unusable("the value is not hex: a character that is no hex digit", hint);
    if (high < 0) {
      high = value;
    } else {
      bytes.append(static_cast<char>(high * 16 + value));
      high = -1;
    }
  }
  if (high >= 0) return unusable("the value is not hex: an odd number of digits", hint);
  return bytes.take();
}

}  // namespace

Result<std::optional<Secret>> json_member(std::string_view document, std::string_view pointer) {
  auto root = Json::parse(document);
  if (!root) {
    return unusable("the value is not JSON, which a pointer ('#/...') needs",
                    "leave out the pointer, or store JSON in the vault");
  }
  std::optional<Json> found = *root;
  while (found && !pointer.empty()) {
    pointer.remove_prefix(1);
    const auto end = pointer.find('/');
    found = step(*found, pointer.substr(0, end));
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
  }
  if (!found) return std::optional<Secret>{};
  return text_of(*found);
}

Result<Secret> decode(std::string_view text, Decode how) {
  switch (how) {
    case Decode::none:
      return Secret{text};
    case Decode::base64:
    case Decode::base64url:
      return decode_base64(text, how);
    case Decode::hex:
      return decode_hex(text);
  }
  return Secret{text};
}

std::string_view trim_line_end(std::string_view text) {
  if (text.ends_with("\r\n")) return text.substr(0, text.size() - 2);
  if (text.ends_with('\n')) return text.substr(0, text.size() - 1);
  return text;
}

}  // namespace kvlaunch
