// The provider `environment`: an app described by the AZURE_... variables that every SDK reads.
//
// Source: azidentity environment_credential.go; learn.microsoft.com/dotnet/api
// azure.identity.environmentcredential. A secret beats a certificate, a certificate beats user name
// and password.
#include "providers/factories.hpp"
#include "providers/federated_user.hpp"
#include "providers/secret_source.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view tenant_variable = "AZURE_TENANT_ID";
constexpr std::string_view client_variable = "AZURE_CLIENT_ID";
constexpr std::string_view secret_variable = "AZURE_CLIENT_SECRET";
constexpr std::string_view certificate_variable = "AZURE_CLIENT_CERTIFICATE_PATH";
constexpr std::string_view password_variable = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
constexpr std::string_view chain_variable = "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN";
constexpr std::string_view user_variable = "AZURE_USERNAME";
constexpr std::string_view user_password_variable = "AZURE_PASSWORD";

constexpr const char* complete_it =
    "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or "
    "AZURE_CLIENT_CERTIFICATE_PATH)";

class EnvironmentCredential final : public Credential {
 public:
  EnvironmentCredential(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "environment"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const Environment& environment = context_.world.environment;
    const auto settings = principal_settings(spec_, environment);
    if (auto missing = missing_variables(settings); !missing.empty()) {
      const bool meant = is_begun() || context_.usage == Usage::alone;
      return not_configured(context_.usage, std::move(missing), meant ? complete_it : "");
    }
    const auto secret = environment.get_non_empty(secret_variable);
    const auto certificate = environment.get_non_empty(certificate_variable);
    if (!secret && !certificate) return without_app_credential(settings, request, deadline);
    // From here on somebody meant this provider: what is wrong stops the chain.
    const auto principal = service_principal(settings, spec_, request, context_);
    if (!principal) return Failed{principal.error()};
    if (secret) {
      return token_by_secret(context_.world, *principal, request, Secret{*secret}, deadline);
    }
    return acquire_with_certificate(std::string{*certificate}, *principal, request, deadline);
  }

 private:
  static std::string missing_variables(const PrincipalSettings& settings) {
    const std::string tenant{tenant_variable};
    const std::string client{client_variable};
    if (settings.tenant_id.empty() && settings.client_id.empty()) {
      return tenant + " and " + client + " are not set";
    }
    if (settings.tenant_id.empty()) return tenant + " is not set";
    if (settings.client_id.empty()) return client + " is not set";
    return {};
  }

  // AZURE_CLIENT_ID alone means nothing here: it also selects a managed identity.
  [[nodiscard]] bool is_begun() const {
    const Environment& environment = context_.world.environment;
    return environment.get_non_empty(secret_variable) ||
           environment.get_non_empty(certificate_variable) ||
           environment.get_non_empty(user_password_variable);
  }

  // A user instead of the app itself; AZURE_CLIENT_ID is then the public client he signs in to.
  Outcome without_app_credential(const PrincipalSettings& settings, const TokenRequest& request,
                                 const Deadline& deadline) {
    World& world = context_.world;
    const auto user = world.environment.get_non_empty(user_variable);
    const auto password = world.environment.get_non_empty(user_password_variable);
    if (user && password) {
      const auto client =
          user_client(spec_, settings.tenant_id, settings.client_id, request, context_);
      if (!client) return Failed{client.error()};
      return token_by_user_password(world, *client, request, {*user, *password}, deadline);
    }
    std::string missing =
        std::string{secret_variable} + " and " + std::string{certificate_variable};
    if (user) missing += " and " + std::string{user_password_variable};
    return not_configured(context_.usage, missing + " are not set",
                          context_.usage == Usage::alone ? complete_it : "");
  }

  Outcome acquire_with_certificate(const std::string& path, const ServicePrincipal& principal,
                                   const TokenRequest& request, const Deadline& deadline) {
    const Environment& environment = context_.world.environment;
    const Secret password{environment.get(password_variable).value_or("")};
    const auto certificate = read_client_certificate(path, password, context_, deadline);
    if (!certificate) {
      Error error = certificate.error();
      error.notes.emplace_back("AZURE_CLIENT_CERTIFICATE_PATH names this file");
      return Failed{std::move(error)};
    }
    const auto send = environment.get(chain_variable).value_or("");
    const bool sends_chain = spec_.send_chain || send == "1" || equal_ignoring_case(send, "true");
    return token_by_certificate(context_.world, principal, request, *certificate,
                                sends_chain ? CertificateChain::send : CertificateChain::leave_out,
                                deadline);
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_environment(const IdentitySpec& spec,
                                             const ProviderContext& context) {
  return std::make_unique<EnvironmentCredential>(spec, context);
}

}  // namespace kvlaunch
