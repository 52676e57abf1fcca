// The provider of RunAs=CurrentUser: integrated Windows authentication, which on Linux means the
// Kerberos ticket of the current user, a federated domain, and AD FS.
//
// Sources: AppAuthentication WindowsAuthenticationAccessTokenProvider.cs (client id, authority);
// MSAL.NET Internal/Requests/IntegratedWindowsAuthRequest.cs (the steps).
#include "providers/authority.hpp"
#include "providers/factories.hpp"
#include "providers/federated_user.hpp"
#include "providers/negotiated_request.hpp"
#include "providers/printable.hpp"
#include "providers/user_realm.hpp"

namespace kvlaunch {
namespace {

// Registered by Microsoft for AppAuthentication: a public client that every tenant knows.
constexpr const char* app_authentication_client = "d7813711-9094-4ad3-a062-cac3ec74ebe8";
// The user name in Entra, where it is not the Kerberos principal.
constexpr std::string_view user_variable = "AZURE_USERNAME";
// Reading the ticket cache: a file, the kernel's keyring, or SSSD's KCM.
constexpr Milliseconds cache_limit{10'000};
// Five requests and a ticket; below the deadline of the whole start.
constexpr Milliseconds sign_in_limit{60'000};

constexpr const char* other_ways =
    "use az login (RunAs=Developer;DeveloperTool=AzureCli), a managed or a workload identity";

class IntegratedWindows final : public Credential {
 public:
  IntegratedWindows(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override {
    return "integrated Windows authentication";
  }

  Outcome acquire(const TokenRequest& request, const Deadline& whole) override {
    World& world = context_.world;
    const Deadline deadline = whole.sooner(world.clock, sign_in_limit);
    if (world.negotiator == nullptr) {
      return outcome_of(Error{.code = Code::identity_unavailable,
                              .message = "this kvlaunch was built without Kerberos",
                              .hint = other_ways});
    }
    const auto client = user_client(
        spec_, spec_.tenant_id,
        spec_.client_id.empty() ? app_authentication_client : spec_.client_id, request, context_);
    if (!client) return Failed{client.error()};
    // Before anything is asked of the network: without a ticket there is nothing to ask for.
    const auto principal = world.negotiator->principal(deadline.sooner(world.clock, cache_limit));
    if (!principal) return outcome_of(principal.error());
    const auto assertion = assertion_of(user_of(*principal), client->authority, deadline);
    if (!assertion) return outcome_of(assertion.error());
    return token_by_saml(world, *client, request, *assertion, deadline);
  }

 private:
  // In a chain, whoever cannot sign in this way signs in another way.
  Outcome outcome_of(const Error& error) const {
    if (context_.usage == Usage::chained && error.code == Code::identity_unavailable) {
      return Unavailable{error.message, error.hint};
    }
    return Failed{error};
  }

  std::string user_of(const std::string& principal) {
    World& world = context_.world;
    const auto named = world.environment.get_non_empty(user_variable);
    world.log.note("the Kerberos ticket is of " + first_line(principal) +
                   (named ? ", the user in Entra is that of AZURE_USERNAME" : ""));
    return named ? std::string{*named} : principal;
  }

  Result<SamlAssertion> assertion_of(const std::string& user, const Url& authority,
                                     const Deadline& deadline) {
    World& world = context_.world;
    const auto realm = ask_user_realm(world, authority, user, deadline);
    if (!realm) return realm.errors();
    if (realm->kind == UserRealm::Kind::managed) return managed_domain(*realm);
    const auto endpoint =
        ask_federation_metadata(world, realm->metadata, WsTrustSignIn::kerberos, deadline);
    if (!endpoint) return endpoint.errors();
    auto message = ws_trust_message(world, *endpoint, realm->audience, std::nullopt);
    if (!message) return std::move(message).errors();
    const auto response = send_negotiated(
        world, *world.negotiator, ws_trust_request(*endpoint, std::move(*message)), deadline);
    if (!response) return response.errors();
    return read_ws_trust_answer(*endpoint, *response);
  }

  static Error managed_domain(const UserRealm& realm) {
    return Error{.code = Code::identity_unavailable,
                 .message = "the domain " + realm.domain +
                            " is managed: Entra checks passwords itself (password hash sync or "
                            "pass-through authentication) and takes no Kerberos ticket",
                 .hint = other_ways};
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_integrated_windows(const IdentitySpec& spec,
                                                    const ProviderContext& context) {
  return std::make_unique<IntegratedWindows>(spec, context);
}

}  // namespace kvlaunch
