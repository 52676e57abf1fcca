// `env`: scalars and the long form.
#include <algorithm>
#include <array>

#include "launcher/manifest/document.hpp"
#include "launcher/manifest/env_value.hpp"

namespace kvlaunch {

using yaml::Node;
using Source = decltype(EnvEntry::source);

namespace {

constexpr std::array<std::string_view, 6> source_keys{"value",  "content",     "template",
                                                      "secret", "certificate", "key"};
constexpr std::array<std::string_view, 5> secret_only{"decode", "trim", "optional", "default",
                                                      "allow-expired"};

// The one source of a long form, or nothing after a report.
const Node::Entry* source_of(const Node& node, Inspector& inspector) {
  const Node::Entry* found = nullptr;
  for (const Node::Entry& entry : node.entries) {
    if (std::find(source_keys.begin(), source_keys.end(), entry.key) == source_keys.end()) continue;
    if (found != nullptr) {
      inspector.report(
          Code::manifest_conflict, inspector.where_key(entry),
          "\"" + found->key + "\" and \"" + entry.key + "\" are two sources for one value",
          "keep one of them");
      return nullptr;
    }
    found = &entry;
  }
  if (found == nullptr && !node.reported) {
    inspector.report(Code::manifest_missing_value, inspector.where(node.mark, 1),
                     "no source for the value", "write one of value, secret, or unset: true");
  }
  return found;
}

std::optional<Source> parse_unset(const Node& node, const Node& unset, Inspector& inspector) {
  const auto on = inspector.boolean(unset, "unset");
  if (!on) return std::nullopt;
  if (!*on || node.entries.size() > 1) {
    inspector.report(Code::manifest_conflict, inspector.where(unset.mark),
                     *on ? "\"unset\" stands alone" : "\"unset\" can only be true",
                     "write { unset: true }, or remove it");
    return std::nullopt;
  }
  return Source{UnsetVariable{}};
}

std::optional<Source> parse_value(const Node& node, const Node& value, Inspector& inspector) {
  for (const Node::Entry& entry : node.entries) {
    if (std::find(secret_only.begin(), secret_only.end(), entry.key) == secret_only.end()) continue;
    inspector.report(Code::manifest_conflict, inspector.where_key(entry),
                     "\"" + entry.key + "\" has no meaning beside \"value\"", "remove it");
  }
  auto text = inspector.text(value, "\"value\"");
  if (!text) return std::nullopt;
  if (text->find('\0') != std::string::npos) {
    inspector.report_at(value, nul_in_value());
    return std::nullopt;
  }
  return Source{LiteralValue{*std::move(text)}};
}

std::optional<Reference> parse_secret(const Node& node, Inspector& inspector) {
  const auto text = inspector.text(node, "\"secret\"");
  if (!text) return std::nullopt;
  auto reference = parse_reference_or_rest(*text, ObjectKind::secret);
  if (!reference) {
    inspector.report_at(node, reference.error());
    return std::nullopt;
  }
  if (auto problem = problem_with_kind(*reference)) {
    inspector.report_at(node, *std::move(problem));
    return std::nullopt;
  }
  return *std::move(reference);
}

std::optional<Source> parse_use(const Node& node, const Node& secret, Inspector& inspector) {
  std::optional<Decode> decode;
  std::optional<bool> trim;
  std::optional<bool> optional;
  std::optional<bool> allow_expired;
  std::optional<std::string> fallback;
  inspector.take(node, "decode", decode, [&](const Node& value) {
    return inspector.word<Decode>(
        value, "\"decode\"",
        {{"base64", Decode::base64}, {"base64url", Decode::base64url}, {"hex", Decode::hex}});
  });
  const auto take_boolean = [&](std::string_view key, std::optional<bool>& target) {
    inspector.take(node, key, target,
                   [&](const Node& value) { return inspector.boolean(value, key); });
  };
  take_boolean("trim", trim);
  take_boolean("optional", optional);
  take_boolean("allow-expired", allow_expired);
  inspector.take(node, "default", fallback,
                 [&](const Node& value) { return inspector.text(value, "\"default\""); });
  if (fallback && fallback->find('\0') != std::string::npos) {
    inspector.report_at(*node.find("default"), nul_in_value());
  }
  if (fallback && optional == false) {
    inspector.report(Code::manifest_conflict, inspector.where(node.find("optional")->mark),
                     "a value with a default is optional", "remove `optional` or `default`");
  }
  auto reference = parse_secret(secret, inspector);
  if (!reference) return std::nullopt;
  return Source{SecretUse{.reference = *std::move(reference),
                          .decode = decode.value_or(Decode::none),
                          .trim = trim.value_or(false),
                          .optional = optional.value_or(false) || fallback.has_value(),
                          .default_value = std::move(fallback),
                          .allow_expired = allow_expired.value_or(false)}};
}

// "content", "certificate" and so on come later, and check_keys has said so; a certificate without
// its part will be wrong then, too.
void check_certificate(const Node& node, const Node::Entry& source, Inspector& inspector) {
  if (source.key != "certificate" || node.find("part") != nullptr || !source.value.is_scalar()) {
    return;
  }
  const auto reference = parse_reference_or_rest(source.value.text, ObjectKind::certificate);
  if (reference && reference->field.empty()) {
    inspector.report_at(source.value, *problem_with_kind(*reference));
  }
}

std::optional<Source> parse_long_form(const Node& node, Inspector& inspector) {
  inspector.check_keys(node, "env.X");
  if (const Node* unset = node.find("unset")) return parse_unset(node, *unset, inspector);
  const Node::Entry* source = source_of(node, inspector);
  if (source == nullptr) return std::nullopt;
  if (source->key == "value") return parse_value(node, source->value, inspector);
  if (source->key == "secret") return parse_use(node, source->value, inspector);
  check_certificate(node, *source, inspector);
  return std::nullopt;
}

std::optional<Source> parse_entry(const Node& node, Inspector& inspector) {
  if (node.kind == Node::Kind::mapping && !node.reported) return parse_long_form(node, inspector);
  if (!inspector.expect(node, Node::Kind::scalar, "the value of a variable",
                        node.kind == Node::Kind::null
                            ? "\"\" is the empty text, { unset: true } removes the variable"
                            : "quote it if it is meant as text")) {
    return std::nullopt;
  }
  auto source = judge_scalar(node.text);
  if (source) return *std::move(source);
  inspector.report_at(node, source.error());
  return std::nullopt;
}

}  // namespace

std::vector<EnvEntry> parse_env(const Node& node, Inspector inspector) {
  std::vector<EnvEntry> entries;
  if (!inspector.expect(node, Node::Kind::mapping, "env", "write env: { NAME: VALUE }")) {
    return entries;
  }
  for (const Node::Entry& entry : node.entries) {
    if (!is_variable_name(entry.key)) {
      Error error = bad_variable_name();
      error.location = inspector.where_key(entry);
      inspector.report(std::move(error));
    }
    auto source = parse_entry(entry.value, inspector);
    if (!source) continue;
    entries.push_back(EnvEntry{.name = entry.key,
                               .source = *std::move(source),
                               .origin = EnvEntry::Origin::manifest,
                               .where = inspector.where_key(entry)});
  }
  return entries;
}

}  // namespace kvlaunch
