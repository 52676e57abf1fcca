// RunAs=CurrentUser: the Kerberos ticket of the current user. A later version brings it.
#include "providers/factories.hpp"

namespace kvlaunch {
namespace {

class IntegratedWindows final : public Credential {
 public:
  explicit IntegratedWindows(Usage usage) : usage_(usage) {}

  [[nodiscard]] std::string_view name() const override {
    return "integrated Windows authentication";
  }

  Outcome acquire(const TokenRequest& /*request*/, const Deadline& /*deadline*/) override {
    return not_built_yet(usage_, "RunAs=CurrentUser", "use RunAs=App, or RunAs=Developer");
  }

 private:
  Usage usage_;
};

}  // namespace

std::unique_ptr<Credential> make_integrated_windows(const IdentitySpec& /*spec*/,
                                                    const ProviderContext& context) {
  return std::make_unique<IntegratedWindows>(context.usage);
}

}  // namespace kvlaunch
