// kvlaunch's own reference syntax, "kv:", and which parser a text belongs to.
#include "launcher/manifest/reference.hpp"

#include "launcher/manifest/reference_parts.hpp"

namespace kvlaunch {

using namespace reference_parts;

namespace {

constexpr std::string_view kv_forms =
    "write kv:NAME, kv:NAME/VERSION, kv:NAME#/pointer or kv://VAULT/NAME";

// What follows "kv:", or the rest form: `kind` counts where none is written.
Result<Reference> parse_rest(std::string_view rest, ObjectKind kind) {
  Reference reference;
  reference.kind = kind;
  const auto mark = rest.find('#');
  std::string_view path = rest.substr(0, mark);
  if (path.starts_with("//")) {
    path.remove_prefix(2);
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) {
      return syntax_error("a vault without a secret's name after it", "write kv://VAULT/NAME");
    }
    if (auto vault = set_vault(reference, path.substr(0, slash)); !vault) {
      return std::move(vault).errors();
    }
    path.remove_prefix(slash + 1);
  } else if (path.starts_with('/')) {
    return syntax_error("one '/' where a name or '//' should be",
                        "write kv:NAME for the default vault, kv://VAULT/NAME for another");
  }
  if (auto object = set_path(reference, path, kind); !object) return std::move(object).errors();
  if (mark != std::string_view::npos) {
    if (auto field = set_field(reference, rest.substr(mark + 1)); !field) {
      return std::move(field).errors();
    }
  }
  return reference;
}

Result<Reference> parse_full(std::string_view text, ObjectKind kind) {
  if (starts_with_ignoring_case(text, kv_prefix)) {
    return parse_rest(text.substr(kv_prefix.size()), kind);
  }
  if (starts_with_ignoring_case(text, app_service_prefix)) return parse_app_service(text);
  if (starts_with_ignoring_case(text, azd_prefix)) return parse_azd(text);
  if (starts_with_ignoring_case(text, vals_prefix) ||
      starts_with_ignoring_case(text, vals_secret_prefix)) {
    return parse_vals(text);
  }
  if (starts_with_ignoring_case(text, secret_init_prefix)) return parse_secret_init(text);
  return parse_object_url(text);
}

bool has_full_form(std::string_view text) {
  return is_guarded_form(text) || starts_with_ignoring_case(text, https_prefix) ||
         starts_with_ignoring_case(text, http_prefix);
}

Error unsupported(std::string_view system) {
  return Error{
      .code = Code::reference_unsupported,
      .message = "a reference of " + std::string{system} + ", which kvlaunch cannot resolve",
      .hint = std::string{kv_forms}};
}

}  // namespace

std::string_view name_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::secret:
      return "secret";
    case ObjectKind::certificate:
      return "certificate";
    case ObjectKind::key:
      return "key";
  }
  return {};
}

std::string_view path_segment_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::secret:
      return "secrets";
    case ObjectKind::certificate:
      return "certificates";
    case ObjectKind::key:
      return "keys";
  }
  return {};
}

std::string Reference::text() const {
  std::string text{kv_prefix};
  if (vault_form != VaultForm::default_vault) text.append("//").append(vault).append("/");
  // A name that is itself a kind word would be read as the kind if a version followed it.
  const bool ambiguous = !version.empty() && kind_of_segment(name).has_value();
  if (kind != ObjectKind::secret || ambiguous) text.append(path_segment_of(kind)).append("/");
  text.append(name);
  if (!version.empty()) text.append("/").append(version);
  if (!field.empty()) text.append("#").append(field);
  return text;
}

Result<Reference> parse_reference(std::string_view text) {
  if (!has_full_form(text)) {
    if (const auto system = foreign_reference(text)) return unsupported(*system);
    return syntax_error("not a reference", std::string{kv_forms});
  }
  auto reference = parse_full(text, ObjectKind::secret);
  if (reference && reference->kind == ObjectKind::certificate && reference->field.empty()) {
    return syntax_error("a certificate as a value needs the part that is meant",
                        "add #fullchain, #cert, #chain, #key or #bundle");
  }
  return reference;
}

Result<Reference> parse_reference_or_rest(std::string_view text, ObjectKind kind) {
  if (text.empty()) return syntax_error("an empty reference", "name the object");
  if (!has_full_form(text)) {
    if (const auto system = foreign_reference(text)) return unsupported(*system);
  }
  auto reference = has_full_form(text) ? parse_full(text, kind) : parse_rest(text, kind);
  if (reference && reference->kind != kind) {
    return syntax_error("a reference to a " + std::string{name_of(reference->kind)} + " where a " +
                            std::string{name_of(kind)} + " is meant",
                        "use " + std::string{name_of(reference->kind)} + " instead of " +
                            std::string{name_of(kind)} + ", or name another object");
  }
  return reference;
}

}  // namespace kvlaunch
