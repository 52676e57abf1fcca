// The provider `azure-pipelines`: the token of a service connection that Azure Pipelines gives a
// job, exchanged for one of Entra's.
//
// Sources: azidentity azure_pipelines_credential.go; azure-sdk-for-cpp
// azure_pipelines_credential.cpp. The token is short-lived, so one is asked for each time.
#include "providers/ci_token.hpp"
#include "providers/factories.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view url_variable = "SYSTEM_OIDCREQUESTURI";
constexpr std::string_view token_variable = "SYSTEM_ACCESSTOKEN";
// Set together by tasks such as AzureCLI@2.
constexpr std::string_view connection_variable = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID";
constexpr std::string_view tenant_variable = "AZURESUBSCRIPTION_TENANT_ID";
constexpr std::string_view client_variable = "AZURESUBSCRIPTION_CLIENT_ID";
constexpr const char* api_version = "7.1";

class AzurePipelines final : public Credential {
 public:
  AzurePipelines(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "Azure Pipelines"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const Environment& environment = context_.world.environment;
    const auto url = environment.get_non_empty(url_variable);
    const auto token = environment.get_non_empty(token_variable);
    if (!url) return not_configured(context_.usage, missing_names({url_variable}));
    if (!token) {
      // The agent has it, but a step sees it only if its YAML says so.
      return not_configured(context_.usage, missing_names({token_variable}),
                            "add to the step's env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)");
    }
    const auto settings = settings_of(environment);
    const std::string connection =
        choose(spec_.service_connection_id, connection_variable, environment);
    std::vector<std::string_view> missing;
    if (connection.empty()) missing.push_back(connection_variable);
    if (settings.tenant_id.empty()) missing.push_back(tenant_variable);
    if (settings.client_id.empty()) missing.push_back(client_variable);
    if (!missing.empty()) {
      return not_configured(context_.usage, missing_names(missing),
                            "run in a task with azureSubscription, or set service-connection-id, "
                            "tenant-id and client-id in the manifest");
    }
    const auto principal = service_principal(settings, spec_, request, context_);
    if (!principal) return Failed{principal.error()};
    auto endpoint = parse_ci_endpoint(*url, url_variable);
    if (!endpoint) return Failed{endpoint.error()};
    endpoint->target +=
        (endpoint->target.find('?') == std::string::npos ? "?" : "&") +
        form_encode({{"api-version", api_version}, {"serviceConnectionId", connection}});
    return exchange(std::move(*endpoint), *token, *principal, request, deadline);
  }

 private:
  static std::string choose(const std::string& setting, std::string_view variable,
                            const Environment& environment) {
    return setting.empty() ? std::string{environment.get(variable).value_or("")} : setting;
  }

  // The task's variables belong to the service connection; AZURE_... may be somebody else's.
  PrincipalSettings settings_of(const Environment& environment) const {
    IdentitySpec spec = spec_;
    spec.tenant_id = choose(spec.tenant_id, tenant_variable, environment);
    spec.client_id = choose(spec.client_id, client_variable, environment);
    return principal_settings(spec, environment);
  }

  Outcome exchange(Url endpoint, std::string_view token, const ServicePrincipal& principal,
                   const TokenRequest& request, const Deadline& deadline) {
    CiTokenQuestion question{
        .who = "Azure Pipelines",
        .member = "oidcToken",
        .refusal = "check the service connection's id, and that this pipeline may use it",
        .shown_headers = {"x-vss-e2eid", "x-msedge-ref"}};
    question.request.method = "POST";
    question.request.url = std::move(endpoint);
    question.request.add_header("Authorization", "Bearer " + std::string{token});
    question.request.add_header("Content-Type", "application/json");
    // Without it a refusal is a redirect to a login page.
    question.request.add_header("X-TFS-FedAuthRedirect", "Suppress");
    const auto assertion = ask_for_ci_token(question, context_.world, deadline);
    if (!assertion) return Failed{assertion.error()};
    return token_by_assertion(context_.world, principal, request, *assertion, deadline);
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_azure_pipelines(const IdentitySpec& spec,
                                                 const ProviderContext& context) {
  return std::make_unique<AzurePipelines>(spec, context);
}

}  // namespace kvlaunch
