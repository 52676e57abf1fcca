// RunAs=App with KeyVaultCertificateSecretIdentifier: an app whose certificate lies in a key vault,
// which another identity opens.
//
// Source: AppAuthentication Clients/KeyVault/KeyVaultClient.cs (steps, content types; PEM is an
// extension); learn.microsoft.com/azure/key-vault/certificates/about-certificates (the secret of a
// certificate: PKCS#12 as base64 with an empty password, or PEM).
#include <algorithm>
#include <optional>

#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "providers/app_credentials.hpp"
#include "providers/authority.hpp"
#include "providers/printable.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view pkcs12_type = "application/x-pkcs12";
constexpr std::string_view pem_type = "application/x-pem-file";

// Passes everything on and remembers the last token: its tenant is the vault's.
class WatchedSource final : public TokenSource {
 public:
  explicit WatchedSource(TokenSource& source) : source_(source) {}

  Result<std::shared_ptr<const AccessToken>> token(const TokenRequest& request,
                                                   const Deadline& deadline) override {
    auto token = source_.token(request, deadline);
    if (token) last_ = *token;
    return token;
  }
  void reject(const TokenRequest& request, const AccessToken& token) override {
    source_.reject(request, token);
  }
  [[nodiscard]] std::string configured_tenant() const override {
    return source_.configured_tenant();
  }
  [[nodiscard]] const AccessToken* last() const { return last_.get(); }

 private:
  TokenSource& source_;
  std::shared_ptr<const AccessToken> last_;
};

// The `tid` claim; empty if the token is no JWT or has none.
std::string tenant_of(const AccessToken& token) {
  const auto text = token.value.reveal();
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  const auto payload =
      base64_decode_secret(text.substr(first + 1, second - first - 1), Base64::url);
  if (!payload) return {};
  const auto claims = Json::parse(payload->reveal());
  const auto member = claims ? claims->member("tid") : std::nullopt;
  const auto tenant = member ? member->string() : std::nullopt;
  return tenant && is_tenant_id(*tenant) ? *tenant : std::string{};
}

std::optional<Secret> decoded(std::string_view base64) {
  SecretWriter dense{base64.size()};
  for (const char c : base64) {
    if (c != '\r' && c != '\n' && c != ' ' && c != '\t') dense.append(c);
  }
  return base64_decode_secret(dense.reveal(), Base64::standard);
}

class VaultCertificate final : public Credential {
 public:
  VaultCertificate(AppIdentity app, std::string identifier,
                   std::unique_ptr<TokenSource> vault_identity, const ProviderContext& context)
      : app_(std::move(app)),
        identifier_(std::move(identifier)),
        vault_identity_(std::move(vault_identity)),
        context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "certificate from a key vault"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    if (!certificate_) {
      if (auto fetched = fetch(deadline); !fetched) return Failed{fetched.error()};
    }
    const auto principal =
        service_principal({app_.tenant_id, app_.client_id}, IdentitySpec{}, request, context_);
    if (!principal) return Failed{principal.error()};
    auto outcome = token_by_certificate(context_.world, *principal, request, *certificate_,
                                        CertificateChain::leave_out, deadline);
    // It may have been replaced in the vault: look there before it is used again.
    if (std::holds_alternative<Failed>(outcome)) certificate_.reset();
    return outcome;
  }

 private:
  // Sets `certificate_`, and the tenant where nobody named one.
  Result<void> fetch(const Deadline& deadline) {
    if (context_.settings.read_vault_secret == nullptr) {
      return Error{.code = Code::internal, .message = "no key vault can be read here"};
    }
    WatchedSource source{*vault_identity_};
    const auto secret =
        context_.settings.read_vault_secret(identifier_, source, context_.world, deadline);
    if (!secret) return cannot_read(secret.error());
    if (app_.tenant_id.empty() && source.last() != nullptr)
      app_.tenant_id = tenant_of(*source.last());
    if (app_.tenant_id.empty()) {
      return Error{.code = Code::identity_configuration,
                   .message = "the token that opened the key vault names no tenant",
                   .hint = "add TenantId to the connection string"};
    }
    auto certificate = read(*secret);
    if (!certificate) return std::move(certificate).errors();
    certificate_ = std::move(*certificate);
    return {};
  }

  [[nodiscard]] Result<SigningCertificate> read(const VaultSecret& secret) const {
    const std::string name = "the secret " + identifier_;
    if (secret.content_type == pem_type) {
      return load_certificate(secret.value.reveal(), Secret{}, name);
    }
    if (secret.content_type != pkcs12_type) {
      return Error{
          .code = Code::credential_file,
          .message = name + " is no certificate: its content type is " +
                     (secret.content_type.empty() ? "missing" : first_line(secret.content_type)),
          .hint = "name the secret of a certificate: its content type is " +
                  std::string{pkcs12_type} + " or " + std::string{pem_type}};
    }
    const auto bytes = decoded(secret.value.reveal());
    if (bytes) return load_certificate(bytes->reveal(), Secret{}, name);
    return Error{.code = Code::credential_file,
                 .message = name + " is no base64",
                 .hint = "import the certificate into the key vault again"};
  }

  // The errors of a vault go by a reference of the manifest; this one nobody wrote there.
  [[nodiscard]] Error cannot_read(Error error) const {
    error.message = "the app's certificate could not be read: " + error.message;
    error.notes.push_back("needed for " + identifier_);
    error.reference.clear();
    error.location.reset();
    return error;
  }

  AppIdentity app_;
  std::string identifier_;
  std::unique_ptr<TokenSource> vault_identity_;
  ProviderContext context_;
  std::optional<SigningCertificate> certificate_;
};

}  // namespace

std::unique_ptr<Credential> make_vault_certificate(AppIdentity app, std::string identifier,
                                                   std::unique_ptr<TokenSource> vault_identity,
                                                   const ProviderContext& context) {
  return std::make_unique<VaultCertificate>(std::move(app), std::move(identifier),
                                            std::move(vault_identity), context);
}

}  // namespace kvlaunch
