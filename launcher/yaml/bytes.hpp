// What is checked on the bytes of a document before a parser sees them.
#pragma once

#include <optional>

#include "launcher/yaml/reader.hpp"

namespace kvlaunch::yaml {

// The first thing wrong: too large, not UTF-8, NUL, a control character (YAML 1.2 section 5.1
// allows tab, LF and CR; CR only before LF, because nothing else counts it as a line end), or
// brackets open so deep that the parser's memory would suffer before it counts them itself.
std::optional<Error> problem_with_bytes(const Source& source, const Limits& limits);

}  // namespace kvlaunch::yaml
