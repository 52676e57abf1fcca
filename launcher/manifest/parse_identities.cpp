// `identities`, and `identity` with settings of its own: reading the keys. What belongs together is
// judged in identity_rules.cpp, after the layers are merged.
#include <algorithm>

#include "launcher/manifest/document.hpp"
#include "launcher/manifest/identity_rules.hpp"

namespace kvlaunch {

using yaml::Node;
using Type = IdentitySpec::Type;

namespace {

std::optional<Type> parse_type(const Node& node, Inspector& inspector) {
  const auto text = inspector.text(node, "type");
  if (!text) return std::nullopt;
  const auto type = identity_type_named(*text);
  if (type && *type != Type::automatic && *type != Type::connection_string) return type;
  inspector.report(Code::manifest_bad_value, inspector.where(node.mark), "not a type of identity",
                   hint_for_identity_type(*text));
  return std::nullopt;
}

std::optional<SecretSource> parse_source(const Node& node, std::string_view key,
                                         Inspector& inspector) {
  constexpr std::string_view hint =
      "write { env: NAME }, { file: PATH } or { credential: NAME }: a secret never stands in a "
      "manifest";
  const std::string what = "\"" + std::string{key} + "\"";
  if (!inspector.expect(node, Node::Kind::mapping, what, hint)) return std::nullopt;
  inspector.check_keys(node, "source");
  if (node.entries.size() != 1) {
    inspector.report(Code::manifest_conflict, inspector.where(node.mark, 1),
                     what + " needs exactly one source", std::string{hint});
    return std::nullopt;
  }
  const Node::Entry& entry = node.entries.front();
  using Kind = SecretSource::Kind;
  const Kind kind = entry.key == "env"    ? Kind::environment
                    : entry.key == "file" ? Kind::file
                                          : Kind::credential;
  auto name = inspector.setting(entry.value, "\"" + entry.key + "\"");
  if (!name) return std::nullopt;
  if (kind == Kind::environment && !is_variable_name(*name)) {
    inspector.report(Code::variable_name, inspector.where(entry.value.mark),
                     "not the name of a variable", "use letters, digits and _, not a digit first");
    return std::nullopt;
  }
  if (kind == Kind::credential && name->find('/') != std::string::npos) {
    inspector.report(Code::manifest_bad_value, inspector.where(entry.value.mark),
                     "a credential is a file name below $CREDENTIALS_DIRECTORY",
                     "write the name alone, or { file: PATH }");
    return std::nullopt;
  }
  return SecretSource{.kind = kind, .name = *std::move(name)};
}

std::vector<Type> parse_chain(const Node& node, Inspector& inspector) {
  std::vector<Type> chain;
  if (!inspector.expect(node, Node::Kind::sequence, "chain", "write chain: [ TYPE, TYPE ]")) {
    return chain;
  }
  for (const Node& item : node.items) {
    const auto type = parse_type(item, inspector);
    if (!type) continue;
    if (std::find(chain.begin(), chain.end(), *type) != chain.end()) {
      inspector.report(Code::manifest_conflict, inspector.where(item.mark),
                       "this type stands twice in the chain", "remove one of the two");
      continue;
    }
    chain.push_back(*type);
  }
  if (node.items.empty()) {
    inspector.report(Code::manifest_bad_value, inspector.where(node.mark, 1), "the chain is empty",
                     "name at least one type, or write `identity: auto`");
  }
  return chain;
}

void parse_connection_string(const Node& node, IdentitySpec& spec, Inspector& inspector) {
  spec.where = inspector.where(node.mark, node.kind == Node::Kind::mapping ? 1 : 0);
  if (node.kind == Node::Kind::mapping && !node.reported) {
    spec.connection_string_source = parse_source(node, "connection-string", inspector);
    return;
  }
  auto text = inspector.setting(node, "connection-string");
  if (!text) return;
  if (holds_app_key(*text)) {
    inspector.report(Code::identity_configuration, inspector.where(node.mark),
                     "a connection string with AppKey cannot stand in a manifest",
                     "set the variable AzureServicesAuthConnectionString instead");
    return;
  }
  spec.connection_string = *std::move(text);
}

void parse_authority(const Node& node, IdentitySpec& spec, Inspector& inspector) {
  const auto text = inspector.setting(node, "authority-host");
  if (!text) return;
  auto host = authority_host_of(*text);
  if (host) {
    spec.authority_host = *std::move(host);
  } else {
    inspector.report_at(node, host.error());
  }
}

void parse_settings(const Node& node, IdentitySpec& spec, Inspector& inspector) {
  const auto take_text = [&](std::string_view key, std::string& target) {
    if (const Node* value = node.find(key)) {
      target = inspector.setting(*value, key).value_or(std::string{});
    }
  };
  const auto take_boolean = [&](std::string_view key, bool& target) {
    if (const Node* value = node.find(key)) {
      target = inspector.boolean(*value, key).value_or(false);
    }
  };
  const auto take_source = [&](std::string_view key, std::optional<SecretSource>& target) {
    if (const Node* value = node.find(key)) target = parse_source(*value, key, inspector);
  };
  take_text("tenant-id", spec.tenant_id);
  take_text("client-id", spec.client_id);
  take_text("object-id", spec.object_id);
  take_text("resource-id", spec.resource_id);
  take_source("client-secret", spec.client_secret);
  take_text("certificate-file", spec.certificate_file);
  take_source("certificate-password", spec.certificate_password);
  take_boolean("send-chain", spec.send_chain);
  take_text("token-file", spec.token_file);
  take_boolean("identity-binding", spec.identity_binding);
  take_text("subscription", spec.subscription);
  take_text("service-connection-id", spec.service_connection_id);
  take_boolean("trust-authority", spec.trust_authority);
  if (const Node* authority = node.find("authority-host")) {
    parse_authority(*authority, spec, inspector);
  }
}

IdentityDraft parse_draft(const Node& node, const std::string& label, Location where,
                          Inspector& inspector) {
  IdentityDraft draft;
  draft.where = std::move(where);
  draft.spec.label = label;
  draft.spec.where = draft.where;
  inspector.check_keys(node, "identities.X");
  for (const Node::Entry& entry : node.entries) {
    draft.keys.emplace(entry.key, inspector.where_key(entry));
  }
  if (const Node* type = node.find("type")) {
    const auto given = parse_type(*type, inspector);
    // What a wrong type would allow cannot be told: say nothing about the other keys.
    if (!given) draft.keys.clear();
    draft.spec.type = given.value_or(Type::automatic);
    if (!given) draft.keys.emplace("type", draft.where);
  }
  if (const Node* chain = node.find("chain")) draft.spec.chain = parse_chain(*chain, inspector);
  if (const Node* text = node.find("connection-string")) {
    draft.spec.type = Type::connection_string;
    parse_connection_string(*text, draft.spec, inspector);
  }
  parse_settings(node, draft.spec, inspector);
  if (draft.names_kind()) {
    for (Error& error : problems_with_identity(draft)) inspector.report(std::move(error));
  }
  return draft;
}

}  // namespace

std::map<std::string, IdentityDraft> parse_identities(const Node& node, Inspector inspector) {
  std::map<std::string, IdentityDraft> identities;
  if (!inspector.expect(node, Node::Kind::mapping, "identities",
                        "write identities: { NAME: { type: TYPE } }")) {
    return identities;
  }
  for (const Node::Entry& entry : node.entries) {
    if (!is_label(entry.key) || entry.key == "auto") {
      inspector.report(Code::manifest_bad_value, inspector.where_key(entry),
                       "\"" + entry.key + "\" cannot be the name of an identity",
                       entry.key == "auto" ? "auto is the chain: choose another name"
                                           : "use letters, digits, - and _");
    }
    if (!inspector.expect(entry.value, Node::Kind::mapping, "identity \"" + entry.key + "\"",
                          "write { type: TYPE }")) {
      continue;
    }
    identities.emplace(entry.key,
                       parse_draft(entry.value, entry.key, inspector.where_key(entry), inspector));
  }
  return identities;
}

std::optional<IdentityChoice> parse_identity_choice(const Node& node, Inspector inspector) {
  if (node.kind != Node::Kind::mapping || node.reported) {
    auto name = inspector.setting(node, "identity");
    if (!name) return std::nullopt;
    return IdentityLabel{.name = *std::move(name), .where = inspector.where(node.mark)};
  }
  auto draft = parse_draft(node, "the inline identity", inspector.where(node.mark, 1), inspector);
  if (!draft.names_kind()) {
    inspector.report(Code::manifest_missing_value, draft.where, "this identity has no type",
                     "add type: TYPE, chain: [ TYPES ] or connection-string");
  }
  return draft;
}

}  // namespace kvlaunch
