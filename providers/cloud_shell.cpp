// Managed identity in Azure Cloud Shell: the login of the shell's user, handed out at a local
// endpoint.
//
// Sources: MSAL.NET CloudShellManagedIdentitySource.cs, MSAL Go cloud_shell.go (POST, form body,
// Metadata header, no selector); the error shape is {"error":{"code","message"}}.
#include "providers/managed_identity_sources.hpp"

namespace kvlaunch {
namespace {

constexpr const char* name = "Azure Cloud Shell";
constexpr std::string_view endpoint_variable = "MSI_ENDPOINT";
constexpr SelectorParameters selectors{};

class CloudShell final : public ManagedIdentitySource {
 public:
  CloudShell(IdentitySelector selector, const ProviderContext& context)
      : selector_(std::move(selector)), context_(context) {}

  Outcome acquire(const IdentityQuestion& question, const Deadline& deadline) override {
    if (!selection(selector_, selectors)) return cannot_select(context_.usage, name, selectors);
    World& world = context_.world;
    auto endpoint = parse_identity_endpoint(world.environment.get(endpoint_variable).value_or(""),
                                            endpoint_variable);
    if (!endpoint) return Failed{endpoint.error()};
    HttpRequest request = identity_request(std::move(*endpoint));
    request.method = "POST";
    request.add_header("Metadata", "true");
    request.add_header("Content-Type", "application/x-www-form-urlencoded");
    request.body = Secret{form_encode({{"resource", question.resource}})};
    return judge(send_with_retry(world.transport, world.clock, world.randomness, world.log, request,
                                 identity_retry_policy(), deadline, name));
  }

 private:
  Outcome judge(const Attempted& attempted) {
    if (!attempted.result) return Failed{identity_unreachable(attempted, endpoint_hint)};
    if (attempted.result->status == 200) {
      return outcome_of(read_identity_token(*attempted.result, name, context_.world.clock.wall()));
    }
    Error error = identity_refusal(attempted, name);
    if (error.hint.empty()) error.hint = "sign in to the shell anew, or check the resource";
    return Failed{std::move(error)};
  }

  IdentitySelector selector_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<ManagedIdentitySource> make_cloud_shell(const IdentitySelector& selector,
                                                        const ProviderContext& context) {
  return std::make_unique<CloudShell>(selector, context);
}

}  // namespace kvlaunch
