// The filters that settings may use, as jinja2/filters.py has them.
#include "templates/filters.hpp"

#include <algorithm>
#include <array>

#include "launcher/base/environment.hpp"
#include "launcher/base/url.hpp"
#include "launcher/base/utf8.hpp"
#include "templates/lexer.hpp"

namespace kvlaunch::templates {
namespace {

Error fail(const Call& call, const Span& span, std::string message, std::string hint) {
  return error_at(call.text, span, Code::template_syntax, std::move(message), std::move(hint));
}

Error too_long(const Call& call) {
  return fail(call, call.span, "a text of more than 1 MiB", "make it shorter");
}

using Arguments = std::vector<const BoundArgument*>;

// The text of an argument that has to be one: Python's str methods take no numbers there.
Result<std::string> string_argument(const Call& call, const BoundArgument& argument) {
  if (const auto* const text = std::get_if<std::string>(&argument.value)) return *text;
  if (std::holds_alternative<Undefined>(argument.value)) return text_of(call.text, argument.value);
  return fail(call, argument.span, "not a string", "write it in quotes");
}

Result<bool> truth(const Call& call, const Value& value) {
  if (const auto* const flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return *number != 0;
  auto text = text_of(call.text, value);
  if (!text) return std::move(text).errors();
  return !text->empty();
}

Result<Value> default_filter(const Call& call, const Value& input) {
  auto arguments = bind(call, {"default_value", "boolean"}, 0);
  if (!arguments) return std::move(arguments).errors();
  const auto* const replacement = (*arguments)[0];
  const Value value = replacement != nullptr ? replacement->value : Value{std::string{}};
  if (std::holds_alternative<Undefined>(input)) return value;
  if ((*arguments)[1] == nullptr) return input;
  auto falsy_too = truth(call, (*arguments)[1]->value);
  if (!falsy_too) return std::move(falsy_too).errors();
  auto truthy = truth(call, input);
  if (!truthy) return std::move(truthy).errors();
  return *falsy_too && !*truthy ? value : input;
}

// The result of upper and lower on other text depends on the Unicode tables of the Python at hand.
Result<Value> change_case(const Call& call, const Value& input, char first, char last, int shift) {
  if (auto none = bind(call, {}, 0); !none) return std::move(none).errors();
  auto text = text_of(call.text, input);
  if (!text) return std::move(text).errors();
  for (char& c : *text) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      return fail(call, call.span, std::string{call.name} + " on text that is not ASCII",
                  "write the text in the case you need");
    }
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  }
  return Value{*std::move(text)};
}

Result<Value> upper(const Call& call, const Value& input) {
  return change_case(call, input, 'a', 'z', 'A' - 'a');
}

Result<Value> lower(const Call& call, const Value& input) {
  return change_case(call, input, 'A', 'Z', 'a' - 'A');
}

// str.strip(chars): any of the characters, at both ends.
std::string_view strip_any(std::string_view text, std::string_view characters) {
  const auto one_of = [&](std::string_view character) {
    for (auto rest = characters; !rest.empty(); rest.remove_prefix(utf8_length(rest))) {
      if (rest.substr(0, utf8_length(rest)) == character) return true;
    }
    return false;
  };
  while (!text.empty() && one_of(text.substr(0, utf8_length(text)))) {
    text.remove_prefix(utf8_length(text));
  }
  while (!text.empty()) {
    auto start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    if (!one_of(text.substr(start))) break;
    text = text.substr(0, start);
  }
  return text;
}

Result<Value> trim(const Call& call, const Value& input) {
  auto arguments = bind(call, {"chars"}, 0);
  if (!arguments) return std::move(arguments).errors();
  auto text = text_of(call.text, input);
  if (!text) return std::move(text).errors();
  const auto* const given = (*arguments)[0];
  if (given == nullptr) return Value{std::string{strip_left(strip_right(*text))}};
  auto characters = string_argument(call, *given);
  if (!characters) return std::move(characters).errors();
  return Value{std::string{strip_any(*text, *characters)}};
}

Result<Value> replace(const Call& call, const Value& input) {
  auto arguments = bind(call, {"old", "new", "count"}, 2);
  if (!arguments) return std::move(arguments).errors();
  auto text = text_of(call.text, input);
  auto old_text = text_of(call.text, (*arguments)[0]->value);
  auto new_text = text_of(call.text, (*arguments)[1]->value);
  for (auto* const part : {&text, &old_text, &new_text}) {
    if (!*part) return std::move(*part).errors();
  }
  std::int64_t left = -1;
  if (const auto* const count = (*arguments)[2]) {
    const auto* const number = std::get_if<std::int64_t>(&count->value);
    if (number == nullptr) return fail(call, count->span, "not a number", "write 1 for the first");
    left = *number;
  }
  if (old_text->empty()) {
    return fail(call, (*arguments)[0]->span, "nothing to replace", "name the text to replace");
  }
  std::string result;
  std::string_view rest = *text;
  for (auto at = rest.find(*old_text); left != 0 && at != std::string_view::npos;
       at = rest.find(*old_text)) {
    result.append(rest.substr(0, at)).append(*new_text);
    rest.remove_prefix(at + old_text->size());
    if (left > 0) --left;
    if (result.size() > text_limit_bytes) return too_long(call);
  }
  return Value{result.append(rest)};
}

Result<Value> uricomponent(const Call& call, const Value& input) {
  if (auto none = bind(call, {}, 0); !none) return std::move(none).errors();
  auto text = text_of(call.text, input);
  if (!text) return std::move(text).errors();
  return Value{percent_encode(*text)};
}

// As uricomponent, but '/' stays (urllib.parse.quote).
Result<Value> urlencode(const Call& call, const Value& input) {
  auto encoded = uricomponent(call, input);
  if (!encoded) return encoded;
  std::string result;
  std::string_view rest = std::get<std::string>(*encoded);
  for (auto at = rest.find("%2F"); at != std::string_view::npos; at = rest.find("%2F")) {
    result.append(rest.substr(0, at)).append("/");
    rest.remove_prefix(at + 3);
  }
  return Value{result.append(rest)};
}

Result<Value> string(const Call& call, const Value& input) {
  if (auto none = bind(call, {}, 0); !none) return std::move(none).errors();
  auto text = text_of(call.text, input);
  if (!text) return std::move(text).errors();
  return Value{*std::move(text)};
}

struct Filter {
  std::string_view name;
  Result<Value> (*apply)(const Call& call, const Value& input);
};

constexpr auto filters = std::to_array<Filter>({
    {"default", default_filter},
    {"d", default_filter},
    {"upper", upper},
    {"lower", lower},
    {"trim", trim},
    {"replace", replace},
    {"urlencode", urlencode},
    {"uricomponent", uricomponent},
    {"string", string},
});

std::string list_of_filters() {
  std::string list;
  for (const auto& filter : filters) {
    if (filter.name != "d") list.append(list.empty() ? "" : ", ").append(filter.name);
  }
  return list;
}

}  // namespace

Result<std::vector<const BoundArgument*>> bind(const Call& call,
                                               const std::vector<std::string_view>& parameters,
                                               std::size_t required) {
  const std::string name{call.name};
  Arguments bound(parameters.size(), nullptr);
  std::size_t position = 0;
  for (const auto& argument : call.arguments) {
    const auto slot = argument.keyword.empty()
                          ? position++
                          : static_cast<std::size_t>(
                                std::find(parameters.begin(), parameters.end(), argument.keyword) -
                                parameters.begin());
    if (slot >= parameters.size()) {
      return fail(call, argument.span,
                  argument.keyword.empty() ? "too many arguments for " + name
                                           : name + " takes no argument of that name",
                  "leave it out");
    }
    if (bound[slot] != nullptr) {
      return fail(call, argument.span, "an argument of " + name + " that is given twice",
                  "leave one of them out");
    }
    bound[slot] = &argument;
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (bound[i] == nullptr) {
      return fail(call, call.span,
                  "the argument \"" + std::string{parameters[i]} + "\" of " + name + " is missing",
                  "add it");
    }
  }
  return bound;
}

Result<Value> apply_filter(const Call& call, const Value& input) {
  const auto* const filter =
      std::find_if(filters.begin(), filters.end(),
                   [&](const Filter& candidate) { return candidate.name == call.name; });
  if (filter == filters.end()) {
    return fail(call, call.span, "no filter of settings is called " + std::string{call.name},
                "there are " + list_of_filters());
  }
  auto result = filter->apply(call, input);
  if (!result) return result;
  const auto* const text = std::get_if<std::string>(&*result);
  if (text != nullptr && text->size() > text_limit_bytes) return too_long(call);
  return result;
}

Result<std::string> text_of(std::string_view text, const Value& value) {
  if (const auto* const string_value = std::get_if<std::string>(&value)) return *string_value;
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* const flag = std::get_if<bool>(&value)) {
    return std::string{*flag ? "True" : "False"};
  }
  const auto& missing = std::get<Undefined>(value);
  // What is no variable's name may be anything, a secret included.
  const bool printable = is_variable_name(missing.variable);
  const std::string name = printable ? missing.variable : "NAME";
  return error_at(text, missing.span, Code::template_undefined,
                  printable ? "the environment variable " + name + " is not set"
                            : "an environment variable that is not set",
                  "set it, or give a default: env(\"" + name + "\", \"...\")");
}

}  // namespace kvlaunch::templates
