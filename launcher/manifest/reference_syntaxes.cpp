// The reference syntaxes of other systems (reference/key-vault.md sections 6.1 to 6.5).
//
// Where those systems ignore something silently (a query, more segments, a second pair), it is an
// error here: a start that fails is better than a value that is not the one meant.
// Sources: azure-docs app-service-key-vault-references.md; azure-dev pkg/keyvault/keyvault.go and
// pkg/azdext/keyvault_resolver.go; helmfile/vals pkg/providers/azurekeyvault/azurekeyvault.go;
// bank-vaults/secret-init pkg/provider/azure.
#include "launcher/base/url.hpp"
#include "launcher/manifest/reference_parts.hpp"

namespace kvlaunch::reference_parts {
namespace {

struct ObjectUrl {
  std::string_view authority;
  std::string_view path;  // without the leading '/'
};

Result<ObjectUrl> take_apart(std::string_view text) {
  if (starts_with_ignoring_case(text, http_prefix)) {
    return syntax_error("http instead of https", "vaults are asked over https only");
  }
  if (!starts_with_ignoring_case(text, https_prefix)) {
    return syntax_error("the URI does not begin with https://",
                        "copy the secret identifier from the portal");
  }
  text.remove_prefix(https_prefix.size());
  if (text.find('?') != std::string_view::npos) {
    return syntax_error("a query ('?') in it", "leave it out: it means nothing to Key Vault");
  }
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return syntax_error("a vault's URL without the object's path",
                        "copy the secret identifier from the portal: https://HOST/secrets/NAME");
  }
  return ObjectUrl{text.substr(0, slash), text.substr(slash + 1)};
}

// KIND/NAME[/VERSION][/]
Result<void> set_url_path(Reference& reference, std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto segments = split(path, '/');
  const auto kind = kind_of_segment(segments.front());
  if (!kind || segments.size() < 2 || segments.size() > 3) {
    return syntax_error("the path is not /secrets/NAME or /secrets/NAME/VERSION",
                        "copy the secret identifier from the portal");
  }
  reference.kind = *kind;
  if (segments.size() == 3 && segments[2].empty()) {
    return syntax_error("two '/' at the end", "leave out one or both");
  }
  return set_object(reference, segments[1], segments.size() == 3 ? segments[2] : "");
}

Result<Reference> parse_url_of(std::string_view text) {
  const auto mark = text.find('#');
  auto url = take_apart(text.substr(0, mark));
  if (!url) return std::move(url).errors();
  if (url->authority.empty()) return syntax_error("a URL without a host");
  Reference reference;
  if (auto vault = set_vault(reference, url->authority); !vault) return std::move(vault).errors();
  if (reference.vault_form != Reference::VaultForm::host) {
    return syntax_error("a URL whose host has no dot", "write kv://VAULT/NAME");
  }
  if (auto object = set_url_path(reference, url->path); !object) return std::move(object).errors();
  if (mark != std::string_view::npos) {
    return syntax_error("a fragment ('#') after a URL",
                        "for a part of the value write " + reference.text() + "#/pointer");
  }
  return reference;
}

struct AppServicePairs {
  std::optional<std::string_view> uri, vault, name, version;
};

Result<AppServicePairs> app_service_pairs(std::string_view body) {
  AppServicePairs pairs;
  for (const auto piece : split(body, ';')) {
    const auto pair = trim_blanks(piece);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return syntax_error("a piece without '=' between the parentheses",
                          "write SecretUri=https://... or VaultName=...;SecretName=...");
    }
    const auto key = trim_blanks(pair.substr(0, equals));
    const auto value = trim_blanks(pair.substr(equals + 1));
    std::optional<std::string_view>* slot = nullptr;
    if (equal_ignoring_case(key, "SecretUri")) slot = &pairs.uri;
    if (equal_ignoring_case(key, "VaultName")) slot = &pairs.vault;
    if (equal_ignoring_case(key, "SecretName")) slot = &pairs.name;
    if (equal_ignoring_case(key, "SecretVersion")) slot = &pairs.version;
    if (slot == nullptr) {
      return syntax_error("an unknown parameter between the parentheses",
                          "known are SecretUri, VaultName, SecretName and SecretVersion");
    }
    if (slot->has_value()) {
      return syntax_error("a parameter stands twice between the parentheses", "keep one of them");
    }
    *slot = value;
  }
  return pairs;
}

Result<Reference> app_service_uri(const AppServicePairs& pairs) {
  if (pairs.vault || pairs.name || pairs.version) {
    return syntax_error("SecretUri together with other parameters",
                        "use SecretUri alone, or VaultName with SecretName");
  }
  auto reference = parse_url_of(*pairs.uri);
  if (reference && reference->kind != ObjectKind::secret) {
    return syntax_error("SecretUri does not lead to a secret",
                        "its path is /secrets/NAME or /secrets/NAME/VERSION");
  }
  return reference;
}

// A vault that other systems know by name only.
Result<void> set_vault_name(Reference& reference, std::string_view vault) {
  if (auto problem = problem_with_vault_name(vault); !problem.empty()) {
    return syntax_error(std::move(problem),
                        "the vault's name alone stands here, without its suffix");
  }
  return set_vault(reference, vault);
}

// vals takes the fragment for a path into a map, percent-encoded: /a/b.
Result<std::string> pointer_of_fragment(std::string_view fragment) {
  auto decoded = percent_decode(fragment);
  if (!decoded) return syntax_error("a '%' without two hex digits after '#'");
  std::string pointer;
  for (const char c : *decoded) {
    if (c == '~') {
      pointer += "~0";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace

Result<Reference> parse_object_url(std::string_view text) {
  return parse_url_of(text);
}

Result<Reference> parse_app_service(std::string_view text) {
  text.remove_prefix(app_service_prefix.size());
  if (!text.ends_with(')')) {
    return syntax_error("no ')' at the end", "the reference has to be the whole value");
  }
  text.remove_suffix(1);
  auto pairs = app_service_pairs(text);
  if (!pairs) return std::move(pairs).errors();
  if (pairs->uri) return app_service_uri(*pairs);
  if (!pairs->vault || !pairs->name) {
    return syntax_error(pairs->vault ? "SecretName is missing" : "VaultName is missing",
                        "write VaultName=...;SecretName=... or SecretUri=https://...");
  }
  Reference reference;
  if (auto vault = set_vault_name(reference, *pairs->vault); !vault) {
    return std::move(vault).errors();
  }
  if (auto object = set_object(reference, *pairs->name, pairs->version.value_or("")); !object) {
    return std::move(object).errors();
  }
  return reference;
}

Result<Reference> parse_azd(std::string_view text) {
  const auto segments = split(text.substr(azd_prefix.size()), '/');
  constexpr std::string_view form = "the form is akvs://SUBSCRIPTION-ID/VAULT/SECRET";
  if (segments.size() != 3) {
    return syntax_error("not exactly three segments after akvs://", std::string{form});
  }
  if (!problem_with_object_name(segments[0]).empty()) {
    return syntax_error("the subscription id is empty or no id", std::string{form});
  }
  Reference reference;
  if (auto vault = set_vault_name(reference, segments[1]); !vault) return std::move(vault).errors();
  if (auto object = set_object(reference, segments[2], ""); !object) {
    return std::move(object).errors();
  }
  return reference;
}

Result<Reference> parse_vals(std::string_view text) {
  text.remove_prefix(text.find("://") + 3);
  if (text.ends_with('+')) text.remove_suffix(1);
  if (text.find_first_of("+ \t\r\n") != std::string_view::npos) {
    return syntax_error("text after a ref+azurekeyvault:// reference",
                        "the reference has to be the whole value");
  }
  const auto mark = text.find('#');
  auto path = text.substr(0, mark);
  if (path.find('?') != std::string_view::npos) {
    return syntax_error("a query ('?') in it", "leave it out: identities stand in the manifest");
  }
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto segments = split(path, '/');
  if (segments.size() < 2 || segments.size() > 3) {
    return syntax_error("not two or three segments after ref+azurekeyvault://",
                        "the form is ref+azurekeyvault://VAULT/NAME[/VERSION][#/a/b]");
  }
  Reference reference;
  if (auto vault = set_vault(reference, segments[0]); !vault) return std::move(vault).errors();
  if (auto object = set_object(reference, segments[1], segments.size() == 3 ? segments[2] : "");
      !object) {
    return std::move(object).errors();
  }
  if (mark != std::string_view::npos) {
    auto pointer = pointer_of_fragment(text.substr(mark + 1));
    if (!pointer) return std::move(pointer).errors();
    if (auto field = set_field(reference, *pointer); !field) return std::move(field).errors();
  }
  return reference;
}

Result<Reference> parse_secret_init(std::string_view text) {
  const auto segments = split(text.substr(secret_init_prefix.size()), '/');
  if (segments.size() > 2) {
    return syntax_error("more than one '/' after azure:keyvault:",
                        "the form is azure:keyvault:NAME[/VERSION]; the vault is the default one");
  }
  Reference reference;
  if (segments.size() == 2 && segments[1].empty()) {
    return syntax_error("nothing after the last '/'", "leave out the '/' for the latest version");
  }
  if (auto object = set_object(reference, segments[0], segments.size() == 2 ? segments[1] : "");
      !object) {
    return std::move(object).errors();
  }
  return reference;
}

}  // namespace kvlaunch::reference_parts
