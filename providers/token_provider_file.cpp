// The token provider file of Visual Studio: a program that gives tokens. A later version brings it.
#include "providers/factories.hpp"

namespace kvlaunch {
namespace {

class TokenProviderFile final : public Credential {
 public:
  explicit TokenProviderFile(Usage usage) : usage_(usage) {}

  [[nodiscard]] std::string_view name() const override { return "token provider file"; }

  Outcome acquire(const TokenRequest& /*request*/, const Deadline& /*deadline*/) override {
    return not_built_yet(usage_, "the token provider file",
                         "use RunAs=Developer;DeveloperTool=AzureCli");
  }

 private:
  Usage usage_;
};

}  // namespace

std::unique_ptr<Credential> make_token_provider_file(const IdentitySpec& /*spec*/,
                                                     const ProviderContext& context) {
  return std::make_unique<TokenProviderFile>(context.usage);
}

}  // namespace kvlaunch
