// `env-from`: selections of many secrets.
#include "launcher/base/url.hpp"
#include "launcher/manifest/document.hpp"
#include "launcher/manifest/env_value.hpp"

namespace kvlaunch {

using yaml::Node;

namespace {

// `vault` beside `secret: NAME` is the vault of that reference.
void name_vault(Reference& reference, const std::string& vault) {
  reference.vault_form = Reference::VaultForm::name_or_alias;
  reference.vault = vault;
  if (vault.starts_with("https://")) {
    const auto url = parse_url(vault);
    if (!url) return;  // the plan refuses the vault with its own words
    reference.vault = url->authority();
    reference.vault_form = Reference::VaultForm::host;
  } else if (vault.find('.') != std::string::npos) {
    reference.vault = to_lower(vault);
    reference.vault_form = Reference::VaultForm::host;
  }
}

void parse_members(const Node& node, EnvFromEntry& entry, Inspector& inspector) {
  const Node* secret = node.find("secret");
  const auto text = inspector.text(*secret, "\"secret\"");
  if (!text) return;
  auto reference = parse_reference_or_rest(*text, ObjectKind::secret);
  if (!reference) {
    inspector.report_at(*secret, reference.error());
    return;
  }
  if (auto problem = problem_with_kind(*reference)) {
    inspector.report_at(*secret, *std::move(problem));
    return;
  }
  const bool names_vault = reference->vault_form != Reference::VaultForm::default_vault;
  if (names_vault && !entry.vault.empty()) {
    inspector.report(Code::manifest_conflict, inspector.where(secret->mark),
                     "the vault is named twice", "remove `vault`, or name it there alone");
  } else if (!entry.vault.empty()) {
    name_vault(*reference, entry.vault);
  }
  entry.members_of = *std::move(reference);
}

void check_selection(const Node& node, const EnvFromEntry& entry, Inspector& inspector) {
  const bool by_name = node.find("prefix") != nullptr || node.find("tags") != nullptr;
  const bool all = node.find("all") != nullptr;
  const bool members = node.find("secret") != nullptr;
  const int ways = (by_name ? 1 : 0) + (all ? 1 : 0) + (members ? 1 : 0);
  if (ways == 0) {
    inspector.report(Code::manifest_missing_value, inspector.where(node.mark, 1),
                     "nothing is selected",
                     "write one of prefix, tags, all: true, or secret with format");
  } else if (ways > 1) {
    inspector.report(Code::manifest_conflict, inspector.where(node.mark, 1),
                     "more than one way to select",
                     "keep prefix and tags, or all: true, or secret with format");
  }
  if (members != (node.find("format") != nullptr)) {
    inspector.report(Code::manifest_conflict, inspector.where(node.mark, 1),
                     "\"secret\" and \"format\" belong together",
                     "write { secret: NAME, format: json } or format: dotenv");
  }
  if (entry.strip_prefix && entry.prefix.empty()) {
    inspector.report(Code::manifest_conflict, inspector.where(node.find("strip-prefix")->mark),
                     "there is no prefix to strip", "add `prefix`, or remove `strip-prefix`");
  }
}

template <class T, class Read>
void set(Inspector& inspector, const Node& node, std::string_view key, T& target, Read&& read) {
  std::optional<T> given;
  inspector.take(node, key, given, std::forward<Read>(read));
  if (given) target = *std::move(given);
}

EnvFromEntry parse_entry(const Node& node, Inspector& inspector) {
  using Format = EnvFromEntry::MemberFormat;
  using Rename = EnvFromEntry::Rename;
  EnvFromEntry entry;
  entry.where = inspector.where(node.mark, 1);
  inspector.check_keys(node, "env-from");
  const auto set_setting = [&](std::string_view key, std::string& target) {
    set(inspector, node, key, target,
        [&](const Node& value) { return inspector.setting(value, key); });
  };
  const auto set_boolean = [&](std::string_view key, bool& target) {
    set(inspector, node, key, target,
        [&](const Node& value) { return inspector.boolean(value, key); });
  };
  set_setting("vault", entry.vault);
  set_setting("prefix", entry.prefix);
  set_setting("add-prefix", entry.add_prefix);
  set_boolean("all", entry.all);
  set_boolean("strip-prefix", entry.strip_prefix);
  set_boolean("override", entry.override_inherited);
  set_boolean("optional", entry.optional);
  set(inspector, node, "tags", entry.tags,
      [&](const Node& value) { return inspector.text_map(value, "tags"); });
  set(inspector, node, "allow", entry.allow,
      [&](const Node& value) { return inspector.variables(value, "allow"); });
  set(inspector, node, "exclude", entry.exclude,
      [&](const Node& value) { return inspector.list(value, "exclude"); });
  set(inspector, node, "format", entry.format, [&](const Node& value) {
    return inspector.word<Format>(value, "format",
                                  {{"json", Format::json}, {"dotenv", Format::dotenv}});
  });
  set(inspector, node, "rename", entry.rename, [&](const Node& value) {
    return inspector.word<Rename>(value, "rename",
                                  {{"upper-snake", Rename::upper_snake}, {"snake", Rename::snake}});
  });
  if (node.find("secret") != nullptr) parse_members(node, entry, inspector);
  const Node* all = node.find("all");
  if (all != nullptr && all->is_scalar() && all->text == "false") {
    inspector.report(Code::manifest_bad_value, inspector.where(all->mark),
                     "\"all\" can only be true", "write all: true, or remove it");
  }
  const Node* tags = node.find("tags");
  if (tags != nullptr && tags->kind == Node::Kind::mapping && tags->entries.empty() &&
      !tags->reported) {
    inspector.report(Code::manifest_bad_value, inspector.where(tags->mark), "no tag is named",
                     "name one, or write all: true");
  }
  check_selection(node, entry, inspector);
  return entry;
}

}  // namespace

std::vector<EnvFromEntry> parse_env_from(const Node& node, Inspector inspector) {
  std::vector<EnvFromEntry> entries;
  if (!inspector.expect(node, Node::Kind::sequence, "env-from",
                        "write env-from: [ { prefix: app- } ]")) {
    return entries;
  }
  for (const Node& item : node.items) {
    if (!inspector.expect(item, Node::Kind::mapping, "an entry of env-from",
                          "write { prefix: app- }")) {
      continue;
    }
    entries.push_back(parse_entry(item, inspector));
  }
  return entries;
}

}  // namespace kvlaunch
