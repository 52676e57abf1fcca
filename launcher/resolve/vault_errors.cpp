// Wording for each state a vault can answer with.
#include "launcher/resolve/vault_errors.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "launcher/base/json.hpp"

namespace kvlaunch {
namespace {

// innererror nests; the service goes two levels deep at most.
constexpr int deepest_inner_error = 8;
constexpr std::size_t longest_code = 64;
constexpr std::size_t longest_header = 128;

struct ServiceCodes {
  std::string outer;
  std::string deepest;
  [[nodiscard]] bool any() const { return !outer.empty(); }
};

// Codes are identifiers; anything else is not shown and not compared.
std::string code_text(const Json& object) {
  const auto code = object.member("code");
  const auto text = code ? code->string() : std::nullopt;
  if (!text || text->size() > longest_code) return {};
  const bool plain = std::all_of(text->begin(), text->end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '$';
  });
  return plain ? *text : std::string{};
}

ServiceCodes service_codes(const HttpResponse& answer) {
  const auto json = Json::parse(answer.body.reveal());
  const auto error = json ? json->member("error") : std::nullopt;
  if (!error || error->type() != Json::Type::object) return {};
  ServiceCodes codes{.outer = code_text(*error)};
  auto inner = error->member("innererror");
  for (int depth = 0; inner && depth < deepest_inner_error; ++depth) {
    if (auto code = code_text(*inner); !code.empty()) codes.deepest = std::move(code);
    inner = inner->member("innererror");
  }
  if (codes.deepest.empty()) codes.deepest = codes.outer;
  return codes;
}

std::string codes_note(const ServiceCodes& codes) {
  if (!codes.any()) return "the answer carries no Key Vault error code";
  if (codes.deepest == codes.outer) return "the vault's code is " + codes.outer;
  return "the vault's code is " + codes.outer + " / " + codes.deepest;
}

// "addr=203.0.113.7;act_addr_fam=InterNetwork;": whom the firewall refuses.
std::string seen_address_note(const HttpResponse& answer) {
  const auto header = answer.header("x-ms-keyvault-network-info");
  if (!header || header->size() > longest_header) return {};
  const std::size_t start = header->find("addr=");
  if (start == std::string_view::npos) return {};
  const std::string_view address = header->substr(start + 5, header->find(';', start) - start - 5);
  return is_address_literal(address) ? "the vault sees the address " + std::string{address} : "";
}

std::string_view permission_name(const VaultSubject& subject) {
  return subject.permission == VaultSubject::Permission::list ? "list" : "get";
}

std::string reading(const VaultSubject& subject) {
  return "reading " + subject.object + " in " + subject.vault.label;
}

Error forbidden(const HttpResponse& answer, const VaultSubject& subject,
                const ServiceCodes& codes) {
  const std::string& code = codes.deepest;
  const std::string vault = vault_name(subject.vault);
  if (code == "SecretDisabled" || code == "KeyDisabled" || code == "CertificateDisabled") {
    return disabled_error(subject);
  }
  if (code == "ForbiddenByRbac") {
    return about(subject, Code::vault_forbidden_rbac,
                 reading(subject) + " is refused: no role assignment allows it",
                 "give the identity the role 'Key Vault Secrets User' on the vault (az role "
                 "assignment create); a new assignment can take 10 minutes to work");
  }
  if (code == "AccessDenied" || code == "ForbiddenByPolicy") {
    const std::string permission{permission_name(subject)};
    return about(subject, Code::vault_forbidden_policy,
                 reading(subject) + " is refused: the access policy does not grant '" + permission +
                     "' on secrets",
                 "az keyvault set-policy --name " + vault + " --object-id OBJECT-ID " +
                     "--secret-permissions " + permission);
  }
  if (code == "ForbiddenByFirewall") {
    Error error = about(subject, Code::vault_forbidden_firewall,
                        "the firewall of " + subject.vault.label + " refuses this address",
                        "allow it: az keyvault network-rule add --name " + vault +
                            " --ip-address ADDRESS, or run inside an allowed network");
    if (auto note = seen_address_note(answer); !note.empty()) error.notes.push_back(note);
    return error;
  }
  if (code == "ForbiddenByConnection") {
    return about(subject, Code::vault_forbidden_connection,
                 subject.vault.label + " takes requests through its private endpoint alone",
                 "run inside that network, and check that " + subject.vault.origin.host +
                     " resolves to a private address there");
  }
  Error error = about(subject, Code::vault_forbidden, reading(subject) + " is refused",
                      "check the identity's role or access policy, and the vault's network rules");
  error.notes.push_back(codes_note(codes));
  return error;
}

// Only Key Vault's own 404 means that the object is not there: a 404 from something in between must
// not switch an optional feature off.
Error not_found(const VaultSubject& subject, const ServiceCodes& codes) {
  if (!codes.any()) {
    return about(subject, Code::response_malformed,
                 subject.vault.label + " answers 404, but not as a Key Vault does",
                 "something between here and the vault may answer in its place: check the vault's "
                 "name and any proxy");
  }
  // Emulators and gateways say so where Azure has no such host. It must not count as optional.
  if (codes.outer == "VaultNotFound" || codes.deepest == "VaultNotFound") {
    return about(subject, Code::reference_vault, "there is no vault " + subject.vault.label,
                 "check the vault's name (az keyvault list)");
  }
  return missing_error(subject);
}

Error redirected(const HttpResponse& answer, const VaultSubject& subject) {
  const auto target = parse_url(answer.header("Location").value_or(""));
  return about(subject, Code::redirect_refused,
               subject.vault.label + " answers with a redirect" +
                   (target ? " to " + target->authority() : std::string{}) +
                   ", and tokens do not follow redirects",
               "check the vault's name, and any proxy between here and the vault");
}

Error bad_request(const VaultSubject& subject, const ServiceCodes& codes) {
  Error error =
      about(subject, Code::vault_bad_request,
            subject.vault.label + " does not understand the request for " + subject.object,
            "check the name and the version of the reference");
  error.notes.push_back(codes_note(codes));
  return error;
}

Error without_facts(const HttpResponse& answer, const VaultSubject& subject) {
  const int status = answer.status;
  if (status == 429) return throttled_error(subject);
  if (status == 408 || status >= 500) {
    return about(subject, Code::vault_unavailable,
                 subject.vault.label + " is not available (status " + std::to_string(status) + ")",
                 "try again later; https://azure.status.microsoft shows known outages");
  }
  if (status >= 300 && status < 400) return redirected(answer, subject);
  const ServiceCodes codes = service_codes(answer);
  if (status == 401) {
    return about(
        subject, Code::vault_unauthorized,
        subject.vault.label + " does not accept the identity's token",
        "the token may be for another cloud or tenant: check `cloud:`, AZURE_AUTHORITY_HOST "
        "and the identity's tenant");
  }
  if (status == 403) return forbidden(answer, subject, codes);
  if (status == 404) return not_found(subject, codes);
  if (status >= 400) return bad_request(subject, codes);
  return about(subject, Code::response_malformed,
               subject.vault.label + " answers with status " + std::to_string(status) +
                   ", which no Key Vault does");
}

}  // namespace

std::string vault_name(const VaultEndpoint& vault) {
  return vault.origin.host.substr(0, vault.origin.host.find('.'));
}

std::string utc_text(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto days = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss clock{seconds - days};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

Error about(const VaultSubject& subject, Code code, std::string message, std::string hint) {
  Error error{.code = code, .message = std::move(message), .hint = std::move(hint)};
  if (!subject.where.file.empty()) error.location = subject.where;
  error.reference = subject.reference;
  error.vault = subject.vault.label;
  return error;
}

Error error_of_answer(const HttpResponse& answer, const VaultSubject& subject) {
  Error error = without_facts(answer, subject);
  error.status = answer.status;
  error.request_id = request_id_of(answer);
  return error;
}

Error throttled_error(const VaultSubject& subject) {
  return about(subject, Code::vault_throttled, subject.vault.label + " is throttling requests",
               "try again later, raise --timeout, spread starts, or share the vault among fewer "
               "programs");
}

Error expired_error(const VaultSubject& subject, WallTime expired) {
  return about(
      subject, Code::secret_expired,
      subject.object + " in " + subject.vault.label + " expired at " + utc_text(expired),
      "store a new version or a later date, or give it an `env` entry with `allow-expired: true`");
}

Error not_yet_valid_error(const VaultSubject& subject, WallTime valid_from) {
  return about(
      subject, Code::secret_not_yet_valid,
      subject.object + " in " + subject.vault.label + " is not valid before " +
          utc_text(valid_from),
      "wait until then, or change its date: az keyvault secret set-attributes --vault-name " +
          vault_name(subject.vault) + " --name " + subject.name + " --not-before TIME");
}

Error disabled_error(const VaultSubject& subject) {
  const bool pinned = !subject.version.empty();
  return about(subject, Code::secret_disabled,
               (pinned ? "version " + subject.version + " of " : "") + subject.object + " in " +
                   subject.vault.label + " is disabled",
               "az keyvault secret set-attributes --vault-name " + vault_name(subject.vault) +
                   " --name " + subject.name + " --enabled true" +
                   (pinned ? " --version " + subject.version : ", or pin an older version"));
}

Error missing_error(const VaultSubject& subject) {
  if (subject.version.empty()) {
    return about(subject, Code::secret_missing,
                 subject.object + " does not exist in " + subject.vault.label,
                 "check the name: az keyvault secret list --vault-name " +
                     vault_name(subject.vault) + " --query '[].name'");
  }
  return about(subject, Code::secret_missing,
               subject.object + " or its version " + subject.version + " does not exist in " +
                   subject.vault.label,
               "check the version: az keyvault secret list-versions --vault-name " +
                   vault_name(subject.vault) + " --name " + subject.name);
}

Error deleted_error(const VaultSubject& subject) {
  return about(subject, Code::secret_deleted,
               subject.object + " in " + subject.vault.label + " is deleted",
               "az keyvault secret recover --vault-name " + vault_name(subject.vault) + " --name " +
                   subject.name);
}

std::string request_id_of(const HttpResponse& answer) {
  const auto id = answer.header("x-ms-request-id");
  const bool shown =
      id && id->size() <= longest_header &&
      std::all_of(id->begin(), id->end(), [](char c) { return c > ' ' && c <= '~'; });
  return shown ? std::string{*id} : std::string{};
}

}  // namespace kvlaunch
