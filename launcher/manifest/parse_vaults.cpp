// `vaults`: aliases.
#include "launcher/manifest/document.hpp"

namespace kvlaunch {

using yaml::Node;

namespace {

VaultDraft parse_entry(const Node::Entry& entry, Inspector& inspector) {
  VaultDraft draft;
  draft.where = inspector.where_key(entry);
  const Node& node = entry.value;
  if (node.is_scalar()) {
    draft.vault = inspector.setting(node, "vault");
    return draft;
  }
  if (!inspector.expect(node, Node::Kind::mapping, "vault \"" + entry.key + "\"",
                        "write its name, or { vault: NAME, identity: ... }")) {
    return draft;
  }
  inspector.check_keys(node, "vaults.X");
  inspector.take(node, "vault", draft.vault,
                 [&](const Node& value) { return inspector.setting(value, "vault"); });
  inspector.take(node, "identity", draft.identity, [&](const Node& value) {
    return parse_identity_choice(value, inspector.hiding_values());
  });
  inspector.take(node, "trust-host", draft.trust_host,
                 [&](const Node& value) { return inspector.boolean(value, "trust-host"); });
  inspector.take(node, "scope", draft.scope,
                 [&](const Node& value) { return inspector.setting(value, "scope"); });
  return draft;
}

}  // namespace

std::map<std::string, VaultDraft> parse_vaults(const Node& node, Inspector inspector) {
  std::map<std::string, VaultDraft> vaults;
  if (!inspector.expect(node, Node::Kind::mapping, "vaults", "write vaults: { ALIAS: NAME }")) {
    return vaults;
  }
  for (const Node::Entry& entry : node.entries) {
    if (!is_label(entry.key)) {
      inspector.report(Code::manifest_bad_value, inspector.where_key(entry),
                       "\"" + entry.key + "\" cannot be an alias", "use letters, digits, - and _");
      continue;
    }
    vaults.emplace(entry.key, parse_entry(entry, inspector));
  }
  return vaults;
}

}  // namespace kvlaunch
