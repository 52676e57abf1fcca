// RunAs=App with AppKey: an app with a password.
#include "providers/app_credentials.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

class AppKey final : public Credential {
 public:
  AppKey(AppIdentity app, Secret key, const ProviderContext& context)
      : app_(std::move(app)), key_(std::move(key)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "client secret"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const auto principal =
        service_principal({app_.tenant_id, app_.client_id}, IdentitySpec{}, request, context_);
    if (!principal) return Failed{principal.error()};
    return token_by_secret(context_.world, *principal, request, key_, deadline);
  }

 private:
  AppIdentity app_;
  Secret key_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_app_key(AppIdentity app, Secret key,
                                         const ProviderContext& context) {
  return std::make_unique<AppKey>(std::move(app), std::move(key), context);
}

}  // namespace kvlaunch
