// The provider `workload-identity`: a token that Kubernetes projects into the pod, exchanged for
// one of Entra's.
//
// Sources: azidentity workload_identity.go; azure.github.io/azure-workload-identity
// (mutating admission webhook: the variables). The file is read for every token: kubelet rotates it
// at 80 % of its life.
#include "providers/factories.hpp"
#include "providers/identity_binding.hpp"
#include "providers/secret_source.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view file_variable = "AZURE_FEDERATED_TOKEN_FILE";
// A token for an identity binding has an issuer or an audience that no federated credential has.
constexpr int issuer_unknown = 700211;
constexpr int audience_unknown = 700212;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

class WorkloadIdentity final : public Credential {
 public:
  WorkloadIdentity(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context), binding_(context) {}

  [[nodiscard]] std::string_view name() const override { return "workload identity"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const Environment& environment = context_.world.environment;
    const auto settings = principal_settings(spec_, environment);
    const std::string path = spec_.token_file.empty()
                                 ? std::string{environment.get(file_variable).value_or("")}
                                 : spec_.token_file;
    std::vector<std::string_view> missing;
    if (path.empty()) missing.push_back(file_variable);
    if (settings.tenant_id.empty()) missing.emplace_back("AZURE_TENANT_ID");
    if (settings.client_id.empty()) missing.emplace_back("AZURE_CLIENT_ID");
    if (!missing.empty()) {
      return not_configured(context_.usage, missing_names(missing), hint_for(path));
    }
    auto principal = service_principal(settings, spec_, request, context_);
    if (!principal) return Failed{principal.error()};
    if (spec_.identity_binding) {
      auto proxy = binding_.proxy(deadline);
      if (!proxy) return Failed{proxy.error()};
      principal->proxy = std::move(*proxy);
    }
    return exchange(path, *principal, request, deadline);
  }

 private:
  // In a chain nobody may have meant workload identity, where not even its file is there.
  [[nodiscard]] std::string hint_for(const std::string& path) const {
    if (!path.empty()) return "annotate the service account with the client id";
    if (context_.usage == Usage::chained) return {};
    return "label the pod with azure.workload.identity/use: \"true\", or name the file with "
           "token-file:";
  }

  Outcome exchange(const std::string& path, const ServicePrincipal& principal,
                   const TokenRequest& request, const Deadline& deadline) {
    const auto bytes = read_credential_file(path, FileUse::federated_token, context_, deadline);
    if (!bytes) return Failed{bytes.error()};
    const Secret assertion{trimmed(bytes->reveal())};
    if (assertion.empty()) {
      return Failed{Error{.code = Code::credential_file,
                          .message = path + " is empty",
                          .hint = "check what writes it: kubelet, or the step that logs in"}};
    }
    auto answer = answer_to_assertion(context_.world, principal, request, assertion, deadline);
    if (auto* const refusal = std::get_if<EntraRefusal>(&answer)) explain_binding(*refusal);
    return outcome_of(std::move(answer));
  }

  // No SDK uses a binding unasked, and neither does kvlaunch: then Entra refuses the token.
  void explain_binding(EntraRefusal& refusal) const {
    const bool is_symptom = refusal.aadsts == issuer_unknown || refusal.aadsts == audience_unknown;
    if (!is_symptom || spec_.identity_binding ||
        !has_identity_binding(context_.world.environment)) {
      return;
    }
    refusal.error.hint =
        "this pod has an AKS identity binding: name an identity with type: workload-identity and "
        "identity-binding: true";
  }

  IdentitySpec spec_;
  ProviderContext context_;
  IdentityBinding binding_;
};

}  // namespace

std::unique_ptr<Credential> make_workload_identity(const IdentitySpec& spec,
                                                   const ProviderContext& context) {
  return std::make_unique<WorkloadIdentity>(spec, context);
}

}  // namespace kvlaunch
