// Judging scalars.
#include "launcher/manifest/env_value.hpp"

#include "launcher/base/environment.hpp"
#include "templates/setting.hpp"

namespace kvlaunch {

using Source = std::variant<LiteralValue, UnsetVariable, SecretUse>;

namespace {

Error template_error(std::string_view text) {
  if (looks_like_reference(text)) {
    return Error{.code = Code::reference_syntax,
                 .message = "a reference cannot hold a template",
                 .hint = "use secret(... ~ ...) within {{ }}, or write the reference out"};
  }
  return Error{.code = Code::not_yet,
               .message = "templates in `env` are not supported yet",
               .hint = "a text that is meant as it stands is written { value: TEXT }"};
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

Result<Source> judge_scalar(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return nul_in_value();
  if (has_template_tag(text)) return template_error(text);
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
        .hint = "write kv:NAME or kv://VAULT/NAME, or { value: TEXT } if it is meant as text"};
  }
  return Source{LiteralValue{std::string{text}}};
}

Result<EnvEntry> parse_env_assignment(std::string_view text) {
  const Location where{.file = "-e"};
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
    error.location = where;
    return error;
  }
  auto source = judge_scalar(text.substr(equals + 1));
  if (!source) {
    Error error = source.error();
    error.message = std::string{name} + ": " + error.message;
    error.location = where;
    return error;
  }
  return EnvEntry{.name = std::string{name},
                  .source = *std::move(source),
                  .origin = EnvEntry::Origin::command_line,
                  .where = where};
}

}  // namespace kvlaunch
