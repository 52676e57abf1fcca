// Short forms for tests of the YAML reader.
#pragma once

#include <string>
#include <string_view>

#include "launcher/yaml/reader.hpp"

namespace kvlaunch::yaml {

inline Source source_of(std::string_view text) {
  return Source{.file = "test.yaml", .text = std::string{text}};
}

// The errors of a text, or an empty list.
inline Errors problems_of(std::string_view text, const Limits& limits = {}) {
  return read_with_problems(source_of(text), limits).problems;
}

// "CODE LINE:COLUMN" of the first error; "fine" without one.
inline std::string first_problem(std::string_view text, const Limits& limits = {}) {
  const Errors problems = problems_of(text, limits);
  if (problems.empty()) return "fine";
  const Error& error = problems.front();
  std::string shown{name_of(error.code)};
  if (!error.location) return shown;
  return shown + " " + std::to_string(error.location->line) + ":" +
         std::to_string(error.location->column);
}

inline std::string repeated(std::string_view text, int times) {
  std::string result;
  result.reserve(text.size() * static_cast<std::size_t>(times));
  for (int i = 0; i < times; ++i) result.append(text);
  return result;
}

}  // namespace kvlaunch::yaml
