// Judging scalars.
#include "launcher/manifest/env_value.hpp"

#include <algorithm>

#include "launcher/base/environment.hpp"
#include "templates/setting.hpp"

namespace kvlaunch {

using Source = std::variant<LiteralValue, UnsetVariable, SecretUse>;

namespace {

// How a text is written that is meant as it stands.
std::string literally(ScalarPlace place) {
  return place == ScalarPlace::manifest ? "{ value: TEXT }"
                                        : "put it into the manifest as { value: TEXT }";
}

Error template_error(std::string_view text, ScalarPlace place) {
  if (looks_like_reference(text)) {
    return Error{.code = Code::reference_syntax,
                 .message = "a reference cannot hold a template",
                 .hint = "use secret(... ~ ...) within {{ }}, or write the reference out"};
  }
  return Error{.code = Code::not_yet,
               .message = "templates in `env` are not supported yet",
               .hint = "if it is meant as text: " + literally(place)};
}

bool is_short_word(std::string_view text) {
  constexpr std::size_t longest = 40;
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

}  // namespace

std::optional<Error> problem_with_kind(const Reference& reference) {
  switch (reference.kind) {
    case ObjectKind::secret:
      return std::nullopt;
    case ObjectKind::certificate:
      if (reference.field.empty()) {
        return Error{.code = Code::reference_syntax,
                     .message = "a certificate as a value needs the part that is meant",
                     .hint = "name a part of it: #cert, #chain, #fullchain or #key"};
      }
      return Error{.code = Code::not_yet,
                   .message = "certificates are not supported yet",
                   .hint = "use the secret of the same name: kv:" + reference.name};
    case ObjectKind::key:
      return Error{.code = Code::not_yet,
                   .message = "keys are not supported yet",
                   .hint = "remove it: a later version brings it"};
  }
  return std::nullopt;
}

Error nul_in_value() {
  return Error{.code = Code::variable_nul,
               .message = "the value holds a NUL byte, which no variable can",
               .hint = "remove the \\0"};
}

Error bad_variable_name() {
  return Error{.code = Code::variable_name,
               .message = "not the name of a variable",
               .hint = "use letters, digits and _, not a digit first"};
}

Result<Source> judge_scalar(std::string_view text, ScalarPlace place) {
  if (text.find('\0') != std::string_view::npos) return nul_in_value();
  if (has_template_tag(text)) return template_error(text, place);
  if (looks_like_reference(text)) {
    auto reference = parse_reference(text);
    if (!reference) return std::move(reference).errors();
    if (auto problem = problem_with_kind(*reference)) return *std::move(problem);
    return Source{SecretUse{.reference = *std::move(reference)}};
  }
  if (const auto foreign = foreign_reference(text)) {
    return Error{
        .code = Code::reference_unsupported,
        .message = "a reference of another system: " + std::string{*foreign},
        .hint = "write kv:NAME or kv://VAULT/NAME; if it is meant as text: " + literally(place)};
  }
  return Source{LiteralValue{std::string{text}}};
}

Result<EnvEntry> parse_env_assignment(std::string_view text) {
  Location where{.file = "-e"};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    // The whole argument may be a value put in the wrong place: it is not repeated.
    return Error{.code = Code::usage,
                 .message = "-e takes NAME=VALUE",
                 .hint = "write -e NAME=VALUE; --preserve-env=NAME passes an inherited variable on",
                 .location = where};
  }
  const std::string_view name = text.substr(0, equals);
  if (!is_variable_name(name)) {
    Error error = bad_variable_name();
    // "-e dGV4dA==" is a value put in the wrong place.
    if (text.find_first_not_of('=', equals) != std::string_view::npos && is_short_word(name)) {
      error.message = "'" + std::string{name} + "' is " + error.message;
    }
    error.location = where;
    return error;
  }
  where.file += " " + std::string{name};
  auto source = judge_scalar(text.substr(equals + 1), ScalarPlace::elsewhere);
  if (!source) {
    Error error = source.error();
    error.location = where;
    return error;
  }
  return EnvEntry{.name = std::string{name},
                  .source = *std::move(source),
                  .origin = EnvEntry::Origin::command_line,
                  .where = where};
}

}  // namespace kvlaunch
