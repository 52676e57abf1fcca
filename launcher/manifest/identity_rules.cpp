// The rules for identities.
#include "launcher/manifest/identity_rules.hpp"

#include <algorithm>
#include <array>

#include "launcher/base/cloud.hpp"
#include "launcher/base/nearest.hpp"
#include "launcher/base/url.hpp"
#include "launcher/yaml/reader.hpp"

namespace kvlaunch {

using Type = IdentitySpec::Type;

namespace {

struct OwnKey {
  std::string_view key;
  Type type;
};

// Keys that only one type has; tenant-id, client-id, authority-host and trust-authority go with
// all.
constexpr auto own_keys = std::to_array<OwnKey>({
    {"object-id", Type::managed_identity},
    {"resource-id", Type::managed_identity},
    {"client-secret", Type::client_secret},
    {"certificate-file", Type::client_certificate},
    {"certificate-password", Type::client_certificate},
    {"send-chain", Type::client_certificate},
    {"token-file", Type::workload_identity},
    {"identity-binding", Type::workload_identity},
    {"subscription", Type::azure_cli},
    {"service-connection-id", Type::azure_pipelines},
});

class Rules {
 public:
  explicit Rules(const IdentityDraft& draft) : draft_(draft) {}

  Errors check() {
    if (has("connection-string")) {
      check_alone("connection-string", {});
    } else if (has("chain")) {
      check_alone("chain", {"tenant-id", "client-id", "authority-host", "trust-authority"});
    } else if (has("type")) {
      check_own_keys();
      check_managed_identity();
    }
    check_authority();
    check_tenant();
    return std::move(errors_);
  }

 private:
  [[nodiscard]] bool has(std::string_view key) const {
    return draft_.keys.contains(std::string{key});
  }

  void add(std::string_view key, Code code, std::string message, std::string hint) {
    const auto found = draft_.keys.find(std::string{key});
    errors_.push_back(Error{.code = code,
                            .message = std::move(message),
                            .hint = std::move(hint),
                            .location = found == draft_.keys.end() ? draft_.where : found->second});
  }

  void check_alone(std::string_view key, const std::vector<std::string_view>& beside) {
    for (const auto& row : draft_.keys) {
      if (row.first == key || std::find(beside.begin(), beside.end(), row.first) != beside.end()) {
        continue;
      }
      add(row.first, Code::manifest_conflict,
          "\"" + row.first + "\" does not go with \"" + std::string{key} + "\"",
          "remove one of the two");
    }
  }

  void check_own_keys() {
    for (const OwnKey& row : own_keys) {
      if (!has(row.key) || draft_.spec.type == row.type) continue;
      add(row.key, Code::manifest_conflict,
          "\"" + std::string{row.key} + "\" does not go with type " +
              std::string{name_of(draft_.spec.type)},
          "it belongs to type " + std::string{name_of(row.type)});
    }
  }

  void check_managed_identity() {
    const int named =
        (has("client-id") ? 1 : 0) + (has("object-id") ? 1 : 0) + (has("resource-id") ? 1 : 0);
    if (draft_.spec.type != Type::managed_identity || named < 2) return;
    add(has("resource-id") ? "resource-id" : "object-id", Code::manifest_conflict,
        "a managed identity is named once", "keep one of client-id, object-id and resource-id");
  }

  void check_authority() {
    const std::string& host = draft_.spec.authority_host;
    if (host.empty() || draft_.spec.trust_authority || cloud_of_authority(host) != nullptr) return;
    add("authority-host", Code::authority_untrusted,
        "authority-host is no known cloud's login host",
        "add trust-authority: true if that host may receive the credential");
  }

  void check_tenant() {
    const std::string& tenant = draft_.spec.tenant_id;
    if (tenant.empty() || is_tenant_id(tenant)) return;
    add("tenant-id", Code::manifest_bad_value, "not a tenant id",
        "a tenant id is a GUID or a domain name such as contoso.onmicrosoft.com");
  }

  const IdentityDraft& draft_;
  Errors errors_;
};

}  // namespace

bool IdentityDraft::names_kind() const {
  return keys.contains("type") || keys.contains("chain") || keys.contains("connection-string");
}

Errors problems_with_identity(const IdentityDraft& draft) {
  return Rules{draft}.check();
}

Result<std::string> authority_host_of(std::string_view text) {
  const bool has_scheme = text.find("://") != std::string_view::npos;
  const auto url = parse_url(has_scheme ? std::string{text} : "https://" + std::string{text});
  if (url && url->scheme == "https" && url->target == "/") return url->authority();
  return Error{
      .code = Code::manifest_bad_value,
      .message = "authority-host must be a host reached by https",
      .hint = "write a host such as login.microsoftonline.us; the tenant goes into tenant-id"};
}

bool holds_app_key(std::string_view connection_string) {
  constexpr std::string_view key = "appkey";
  const std::string text = to_lower(connection_string);
  // What is no ASCII may be one of the blanks that the grammar knows.
  const auto may_be_blank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte >= 0x7F;
  };
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    std::size_t behind = at + key.size();
    while (behind < text.size() && may_be_blank(text[behind])) ++behind;
    if (behind < text.size() && text[behind] == '=') return true;
  }
  return false;
}

std::string hint_for_identity_type(std::string_view given) {
  if (given == "auto") return "leave the type out, or write `identity: auto`";
  if (given == "connection-string") return "write connection-string: TEXT without a type";
  auto known = identity_type_names();
  // These two are no values of `type`.
  std::erase_if(known, [](auto name) { return name == "auto" || name == "connection-string"; });
  const std::string_view near = nearest(given, known);
  if (!near.empty()) return "did you mean " + std::string{near} + "?";
  std::string list = "write one of ";
  for (const std::string_view type : known) {
    list.append(type == known.front() ? "" : ", ").append(type);
  }
  return list;
}

}  // namespace kvlaunch
