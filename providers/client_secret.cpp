// The provider `client-secret`: an app with a password, from the manifest.
#include "providers/factories.hpp"
#include "providers/secret_source.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

// The variable that every Azure SDK reads.
constexpr const char* default_variable = "AZURE_CLIENT_SECRET";

class ClientSecret final : public Credential {
 public:
  ClientSecret(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "client secret"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const auto settings = principal_settings(spec_, context_.world.environment);
    if (settings.tenant_id.empty()) {
      return not_configured(context_.usage, "no tenant id", "set tenant-id or AZURE_TENANT_ID");
    }
    if (settings.client_id.empty()) {
      return not_configured(context_.usage, "no client id", "set client-id or AZURE_CLIENT_ID");
    }
    const auto principal = service_principal(settings, spec_, request, context_);
    if (!principal) return Failed{principal.error()};
    const auto secret = read_secret_source(spec_.client_secret.value_or(SecretSource{
                                               SecretSource::Kind::environment, default_variable}),
                                           context_, deadline);
    if (!secret) {
      const Error& error = secret.error();
      if (error.code != Code::identity_configuration) return Failed{error};
      std::string hint = error.hint;
      if (spec_.client_secret) hint += ": client-secret of identity " + spec_.label + " wants it";
      return not_configured(context_.usage, "the client secret: " + error.message, std::move(hint));
    }
    return token_by_secret(context_.world, *principal, request, *secret, deadline);
  }

 private:
  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_client_secret(const IdentitySpec& spec,
                                               const ProviderContext& context) {
  return std::make_unique<ClientSecret>(spec, context);
}

}  // namespace kvlaunch
