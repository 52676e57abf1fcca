// The provider `github-oidc`: the token that GitHub Actions gives a job, exchanged for one of
// Entra's.
//
// Sources: docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments
// (the request); fluxcd/pkg auth/actionsoidc; issues 180, 482, 515 and 617 of Azure/login. The
// token lives for minutes, so one is asked for each time.
#include "providers/ci_token.hpp"
#include "providers/factories.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view url_variable = "ACTIONS_ID_TOKEN_REQUEST_URL";
constexpr std::string_view token_variable = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

// What a federated credential of each cloud expects:
// learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust.
std::string_view audience_at(const Url& authority, CloudName otherwise) {
  const Cloud* const known = cloud_of_authority(authority.host);
  switch (known == nullptr ? otherwise : known->name) {
    case CloudName::public_cloud:
      break;
    case CloudName::us_government:
      return "api://AzureADTokenExchangeUSGov";
    case CloudName::china:
      return "api://AzureADTokenExchangeChina";
  }
  return "api://AzureADTokenExchange";
}

class GithubOidc final : public Credential {
 public:
  GithubOidc(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "GitHub Actions"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const Environment& environment = context_.world.environment;
    const auto url = environment.get_non_empty(url_variable);
    const auto token = environment.get_non_empty(token_variable);
    if (!url || !token) {
      std::vector<std::string_view> missing;
      if (!url) missing.push_back(url_variable);
      if (!token) missing.push_back(token_variable);
      return not_configured(context_.usage, missing_names(missing),
                            "give the job permissions: id-token: write");
    }
    const auto settings = principal_settings(spec_, environment);
    if (settings.tenant_id.empty() || settings.client_id.empty()) {
      std::vector<std::string_view> missing;
      if (settings.tenant_id.empty()) missing.emplace_back("AZURE_TENANT_ID");
      if (settings.client_id.empty()) missing.emplace_back("AZURE_CLIENT_ID");
      return not_configured(context_.usage, missing_names(missing),
                            "name the app that trusts this repository");
    }
    const auto principal = service_principal(settings, spec_, request, context_);
    if (!principal) return Failed{principal.error()};
    auto endpoint = parse_ci_endpoint(*url, url_variable);
    if (!endpoint) return Failed{endpoint.error()};
    return exchange(std::move(*endpoint), *token, *principal, request, deadline);
  }

 private:
  Outcome exchange(Url endpoint, std::string_view token, const ServicePrincipal& principal,
                   const TokenRequest& request, const Deadline& deadline) {
    endpoint.target += endpoint.target.find('?') == std::string::npos ? '?' : '&';
    endpoint.target +=
        "audience=" + percent_encode(audience_at(principal.authority, context_.settings.cloud));
    CiTokenQuestion question{
        .who = "GitHub",
        .member = "value",
        .refusal = "give the job permissions: id-token: write; a workflow of a fork gets none"};
    question.request.url = std::move(endpoint);
    question.request.add_header("Authorization", "bearer " + std::string{token});
    const auto assertion = ask_for_ci_token(question, context_.world, deadline);
    if (!assertion) return Failed{assertion.error()};
    return token_by_assertion(context_.world, principal, request, *assertion, deadline);
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_github_oidc(const IdentitySpec& spec,
                                             const ProviderContext& context) {
  return std::make_unique<GithubOidc>(spec, context);
}

}  // namespace kvlaunch
