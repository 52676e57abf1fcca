// Values of expressions and the filters on them (jinja2/filters.py).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/base/result.hpp"
#include "templates/place.hpp"

namespace kvlaunch::templates {

// Something that is not there, as Jinja2's StrictUndefined: every use is an error but `default`.
struct Undefined {
  Span span;             // of the expression that brought it
  std::string variable;  // the environment variable that is not set
};

using Value = std::variant<std::string, std::int64_t, bool, Undefined>;

// An argument of a filter or function, evaluated.
struct BoundArgument {
  std::string keyword;  // empty: by position
  Value value;
  Span span;
};

// A call of a filter or function, with the template it stands in, which errors show.
struct Call {
  std::string_view text;  // the template's
  Span span;
  std::string_view name;
  std::vector<BoundArgument> arguments;
};

// No text made in a template gets longer.
inline constexpr std::size_t text_limit_bytes = 1024 * 1024;

// Puts arguments in the order of `parameters`, nullptr where none was given. `call` must outlive
// the result. Errors: too many, unknown, twice, or fewer than the first `required` ones.
Result<std::vector<const BoundArgument*>> bind(const Call& call,
                                               const std::vector<std::string_view>& parameters,
                                               std::size_t required);

// `input | call`.
Result<Value> apply_filter(const Call& call, const Value& input);

// As Python's str(): true is "True". Code::template_undefined for what is not there.
Result<std::string> text_of(std::string_view text, const Value& value);

}  // namespace kvlaunch::templates
