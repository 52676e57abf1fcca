// From keys to the credential they select.
#include "providers/connection_string_form.hpp"

#include <algorithm>
#include <charconv>

#include "launcher/base/url.hpp"
#include "providers/authority.hpp"
#include "providers/certificate_identifier.hpp"
#include "providers/connection_string.hpp"
#include "providers/connection_string_keys.hpp"

namespace kvlaunch {
namespace {

using Kind = ConnectionStringForm::Kind;
using Store = CertificateSearch::Store;

using namespace string_key;

constexpr const char* run_as_hint = "write RunAs=App, RunAs=Developer or RunAs=CurrentUser";
constexpr const char* tool_hint = "write DeveloperTool=AzureCli or DeveloperTool=VisualStudio";
constexpr const char* store_hint =
    "write CertificateStoreLocation=CurrentUser or CertificateStoreLocation=LocalMachine";

class FormReader {
 public:
  FormReader(const std::vector<ConnectionStringPart>& parts,
             std::vector<ConnectionStringWarning>& warnings)
      : keys_(parts, warnings, errors_) {}

  Result<ConnectionStringForm> read() {
    if (require(run_as, run_as_hint)) choose();
    if (!errors_.empty()) return std::move(errors_);
    return std::move(form_);
  }

 private:
  [[nodiscard]] bool has(std::string_view key) const { return keys_.has(key); }
  [[nodiscard]] std::string_view value(std::string_view key) const { return keys_.value(key); }
  void refuse(std::string message, std::string hint) {
    errors_.push_back(connection_string_error(std::move(message), std::move(hint)));
  }

  bool require(std::string_view key, std::string hint) {
    const std::string name{key};
    if (!has(key)) {
      refuse(name + " is missing", std::move(hint));
    } else if (is_blank_connection_string(value(key))) {
      refuse(name + " is empty", std::move(hint));
    } else {
      return true;
    }
    return false;
  }

  // Every known key that the form does not read is somebody's intention passed over.
  void allow_only(std::initializer_list<std::string_view> read_keys, std::string_view by,
                  const std::string& hint) {
    for (const std::string_view key : all) {
      const bool read = std::find(read_keys.begin(), read_keys.end(), key) != read_keys.end();
      if (read || !has(key)) continue;
      refuse(std::string{key} + " has no effect " + std::string{by}, hint);
    }
  }

  void choose() {
    const auto who = value(run_as);
    if (equal_ignoring_case(who, "Developer")) {
      choose_developer_tool();
    } else if (equal_ignoring_case(who, "CurrentUser")) {
      form_.kind = Kind::integrated_windows;
      allow_only({run_as}, "with RunAs=CurrentUser", "leave it out");
    } else if (equal_ignoring_case(who, "App")) {
      choose_app();
    } else if (equal_ignoring_case(who, "Workload")) {
      refuse("RunAs=Workload is not one of its forms",
             "choose workload identity with --identity workload-identity, or identity: "
             "workload-identity in the manifest");
    } else {
      refuse("RunAs has a value that is unknown", run_as_hint);
    }
  }

  void choose_developer_tool() {
    if (!require(developer_tool, tool_hint)) return;
    allow_only({run_as, developer_tool}, "with RunAs=Developer",
               "leave it out, or write RunAs=App if an app is meant");
    const auto tool = value(developer_tool);
    if (equal_ignoring_case(tool, "AzureCli")) {
      form_.kind = Kind::azure_cli;
    } else if (equal_ignoring_case(tool, "VisualStudio")) {
      form_.kind = Kind::token_provider_file;
    } else {
      refuse("DeveloperTool has a value that is unknown", tool_hint);
    }
  }

  void choose_app() {
    if (!has(app_id)) {
      form_.kind = Kind::managed_identity;
      allow_only({run_as, retry_timeout}, "without AppId",
                 "add AppId, or leave it out: RunAs=App alone is the system-assigned identity");
      return read_retry_limit();
    }
    if (require(app_id,
                "write AppId=CLIENT-ID, or leave the key out for the system-assigned "
                "identity")) {
      form_.app_id = value(app_id);
    }
    if (has(store_location)) return choose_store_certificate();
    if (has(thumbprint) || has(subject_name)) {
      return refuse(std::string{has(thumbprint) ? thumbprint : subject_name} +
                        " needs CertificateStoreLocation beside it",
                    store_hint);
    }
    if (has(secret_identifier)) return choose_vault_certificate();
    if (has(app_key)) return choose_client_secret();
    form_.kind = Kind::managed_identity;
    allow_only({run_as, app_id, retry_timeout}, "with AppId alone, a managed identity",
               "for an app registration add AppKey or a certificate; else leave it out");
    read_retry_limit();
  }

  void choose_store_certificate() {
    form_.kind = Kind::store_certificate;
    allow_only({run_as, app_id, tenant_id, thumbprint, subject_name, store_location},
               "with CertificateStoreLocation", "leave it out, or CertificateStoreLocation");
    read_tenant();
    if (require(store_location, store_hint)) read_store();
    if (has(thumbprint) && has(subject_name)) {
      return refuse("CertificateSubjectName has no effect beside CertificateThumbprint",
                    "leave one of the two");
    }
    if (has(thumbprint)) return read_thumbprint();
    if (require(has(subject_name) ? subject_name : thumbprint,
                "name the certificate by CertificateThumbprint or CertificateSubjectName")) {
      form_.certificate.subject = value(subject_name);
    }
  }

  // Enum.Parse takes the numbers of StoreLocation as well.
  void read_store() {
    const auto text = value(store_location);
    if (equal_ignoring_case(text, "CurrentUser") || text == "1") {
      form_.certificate.store = Store::current_user;
    } else if (equal_ignoring_case(text, "LocalMachine") || text == "2") {
      form_.certificate.store = Store::local_machine;
    } else {
      refuse("CertificateStoreLocation has a value that is unknown", store_hint);
    }
  }

  void read_thumbprint() {
    constexpr const char* hint = "copy it from: openssl x509 -noout -fingerprint -sha1";
    if (!require(thumbprint, hint)) return;
    form_.certificate.thumbprint = cleaned_thumbprint(value(thumbprint));
    constexpr std::size_t sha1_digits = 40;
    constexpr std::size_t sha256_digits = 64;
    const auto size = form_.certificate.thumbprint.size();
    if (size != sha1_digits && size != sha256_digits) {
      refuse("CertificateThumbprint is not the thumbprint of a certificate", hint);
    }
  }

  void choose_vault_certificate() {
    form_.kind = Kind::vault_certificate;
    allow_only({run_as, app_id, tenant_id, secret_identifier, vault_identity, retry_timeout},
               "with KeyVaultCertificateSecretIdentifier", "leave one of the two out");
    if (has(tenant_id)) read_tenant();
    if (require(secret_identifier, "write https://VAULT.vault.azure.net/secrets/NAME")) {
      auto identifier = parse_certificate_identifier(value(secret_identifier));
      if (identifier) {
        form_.certificate_identifier = std::move(*identifier);
      } else {
        refuse(std::string{secret_identifier} + " " + identifier.error().message,
               identifier.error().hint);
      }
    }
    if (has(vault_identity) && require(vault_identity, "write a client id, or leave it out")) {
      form_.vault_client_id = value(vault_identity);
    }
    read_retry_limit();
  }

  void choose_client_secret() {
    form_.kind = Kind::client_secret;
    allow_only({run_as, app_id, tenant_id, app_key}, "with AppKey", "leave one of the two out");
    read_tenant();
    if (require(app_key, "write AppKey=SECRET, in quotes if it holds ; or a quote")) {
      form_.app_key = Secret{value(app_key)};
    }
  }

  void read_tenant() {
    if (!require(tenant_id, "write TenantId=TENANT, a GUID or a domain name")) return;
    form_.tenant_id = value(tenant_id);
    if (!is_tenant_id(form_.tenant_id)) {
      refuse("TenantId is not a tenant id",
             "a tenant id is a GUID or a domain name such as contoso.onmicrosoft.com");
    }
  }

  // int.Parse takes blanks and a sign; a negative number is refused apart from that.
  void read_retry_limit() {
    constexpr const char* hint = "write a whole number of seconds, or leave it out";
    if (!has(retry_timeout) || !require(retry_timeout, hint)) return;
    const auto text = value(retry_timeout);
    const auto digits = text.starts_with('+') ? text.substr(1) : text;
    int seconds = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (problem != std::errc{} || end != digits.data() + digits.size()) {
      return refuse("MsiRetryTimeout is not a number", hint);
    }
    if (seconds < 0) return refuse("MsiRetryTimeout is negative", hint);
    if (seconds > 0) form_.retry_limit = std::chrono::seconds{seconds};
  }

  Errors errors_;  // before keys_, which adds to it
  ConnectionStringKeys keys_;
  ConnectionStringForm form_;
};

}  // namespace

Result<ConnectionStringForm> read_connection_string(
    std::string_view text, std::vector<ConnectionStringWarning>& warnings) {
  if (is_blank_connection_string(text)) {
    return connection_string_error("the connection string is blank",
                                   std::string{run_as_hint} + ", or leave the string out");
  }
  const auto parts = parse_connection_string(text);
  if (!parts) return parts.errors();
  return FormReader{*parts, warnings}.read();
}

std::string describe(const ConnectionStringForm& form) {
  switch (form.kind) {
    case Kind::azure_cli:
      return "Azure CLI";
    case Kind::token_provider_file:
      return "token provider file";
    case Kind::integrated_windows:
      return "integrated Windows authentication";
    case Kind::managed_identity:
      return form.app_id.empty() ? "system-assigned managed identity"
                                 : "user-assigned managed identity";
    case Kind::client_secret:
      return "client secret";
    case Kind::store_certificate:
      return "certificate from the " + std::string{name_of(form.certificate.store)} + " store";
    case Kind::vault_certificate:
      return "certificate from a key vault";
  }
  return {};
}

}  // namespace kvlaunch
