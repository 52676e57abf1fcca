// Where in a template something is wrong, as people are shown it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "launcher/base/error.hpp"

namespace kvlaunch::templates {

// A stretch of a template's text, in bytes from its start.
struct Span {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::size_t tag = 0;  // where the tag begins that it lies in
};

// An error at `span`: line and column in `text`, and as excerpt the tag alone, in one line, its
// string literals as "…" because they may hold anything. A tag that is never closed shows its
// opening only: where it would have ended, nobody knows.
Error error_at(std::string_view text, const Span& span, Code code, std::string message,
               std::string hint);

}  // namespace kvlaunch::templates
