// The provider `client-certificate`: an app with a certificate, from the manifest.
#include "providers/factories.hpp"
#include "providers/secret_source.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

// The variables that every Azure SDK reads.
constexpr std::string_view path_variable = "AZURE_CLIENT_CERTIFICATE_PATH";
constexpr std::string_view password_variable = "AZURE_CLIENT_CERTIFICATE_PASSWORD";

class ClientCertificate final : public Credential {
 public:
  ClientCertificate(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "client certificate"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const Environment& environment = context_.world.environment;
    const auto settings = principal_settings(spec_, environment);
    if (settings.tenant_id.empty()) {
      return not_configured(context_.usage, "no tenant id", "set tenant-id or AZURE_TENANT_ID");
    }
    if (settings.client_id.empty()) {
      return not_configured(context_.usage, "no client id", "set client-id or AZURE_CLIENT_ID");
    }
    const std::string path = spec_.certificate_file.empty()
                                 ? std::string{environment.get(path_variable).value_or("")}
                                 : spec_.certificate_file;
    if (path.empty()) {
      return not_configured(context_.usage, "no certificate file",
                            "set certificate-file or AZURE_CLIENT_CERTIFICATE_PATH");
    }
    const auto principal = service_principal(settings, spec_, request, context_);
    if (!principal) return Failed{principal.error()};
    return acquire_with(path, *principal, request, deadline);
  }

 private:
  Outcome acquire_with(const std::string& path, const ServicePrincipal& principal,
                       const TokenRequest& request, const Deadline& deadline) {
    const auto password = read_password(deadline);
    if (!password) return Failed{password.error()};
    const auto certificate = read_client_certificate(path, *password, context_, deadline);
    if (!certificate) return Failed{certificate.error()};
    return token_by_certificate(
        context_.world, principal, request, *certificate,
        spec_.send_chain ? CertificateChain::send : CertificateChain::leave_out, deadline);
  }

  Result<Secret> read_password(const Deadline& deadline) {
    if (spec_.certificate_password) {
      auto password = read_secret_source(*spec_.certificate_password, context_, deadline);
      if (password || password.error().hint.empty()) return password;
      Error error = password.error();
      error.hint += ": certificate-password of identity " + spec_.label + " wants it";
      return error;
    }
    return Secret{context_.world.environment.get(password_variable).value_or("")};
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_client_certificate(const IdentitySpec& spec,
                                                    const ProviderContext& context) {
  return std::make_unique<ClientCertificate>(spec, context);
}

}  // namespace kvlaunch
