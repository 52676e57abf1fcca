// Size, encoding, control characters and a first bound on nesting.
#include "launcher/yaml/bytes.hpp"

#include <algorithm>

#include "launcher/base/utf8.hpp"

namespace kvlaunch::yaml {
namespace {

// yaml-cpp reads ahead over all brackets that could still turn out to be a key: a megabyte of '['
// took 230 MB before its own depth limit was asked. No ordinary text leaves so many open.
constexpr int open_brackets = 4096;

Mark mark_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? offset : offset - newline - 1;
  return Mark{.line = static_cast<int>(line) + 1, .column = static_cast<int>(column) + 1};
}

// No excerpt: such bytes are not for terminals.
Error at(const Source& source, std::size_t offset, Code code, std::string message,
         std::string hint) {
  const Mark mark = mark_at(source.text, offset);
  return Error{.code = code,
               .message = std::move(message),
               .hint = std::move(hint),
               .location = Location{.file = source.file, .line = mark.line, .column = mark.column}};
}

bool is_control(char32_t code_point) {
  constexpr char32_t next_line = 0x85;
  return (code_point < 0x20 && code_point != '\t' && code_point != '\n') ||
         (code_point >= 0x7F && code_point < 0xA0 && code_point != next_line);
}

std::optional<Error> problem_with_encoding(const Source& source) {
  const std::string_view text = source.text;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      return at(source, i, Code::manifest_encoding, "this is not UTF-8",
                "save the file in the encoding UTF-8");
    }
    const char32_t code_point = first_code_point(text.substr(i));
    if (code_point == 0) {
      return at(source, i, Code::manifest_encoding, "a NUL byte", "remove the NUL byte");
    }
    if (code_point == '\r') {
      if (i + 1 == text.size() || text[i + 1] != '\n') {
        return at(source, i, Code::manifest_encoding, "a carriage return that ends no line",
                  "end lines with a line feed alone");
      }
    } else if (is_control(code_point)) {
      return at(source, i, Code::manifest_encoding, "a control character",
                "remove it, or write it as an escape in double quotes");
    }
    i += length;
  }
  return std::nullopt;
}

std::optional<Error> problem_with_brackets(const Source& source, const Limits& limits) {
  int open = 0;
  std::size_t crossing = 0;  // where the limit was last passed
  for (std::size_t i = 0; i < source.text.size(); ++i) {
    const char c = source.text[i];
    if (c == '[' || c == '{') {
      if (++open == limits.depth + 1) crossing = i;
      if (open > open_brackets) {
        return at(source, crossing, Code::manifest_too_deep,
                  "more than " + std::to_string(limits.depth) + " levels of nesting",
                  "write the file flatter");
      }
    } else if ((c == ']' || c == '}') && open > 0) {
      --open;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view without_bom(std::string_view bytes) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return bytes.starts_with(mark) ? bytes.substr(mark.size()) : bytes;
}

std::optional<Error> problem_with_bytes(const Source& source, const Limits& limits) {
  if (source.text.size() > limits.bytes) {
    return Error{.code = Code::manifest_too_large,
                 .message = "larger than " + std::to_string(limits.bytes / 1024) + " KiB",
                 .hint = "split it with include",
                 .location = Location{.file = source.file}};
  }
  if (auto problem = problem_with_encoding(source)) return problem;
  return problem_with_brackets(source, limits);
}

}  // namespace kvlaunch::yaml
