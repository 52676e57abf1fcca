// The provider `managed-identity`: finds out which platform this is, and asks its endpoint.
//
// Order of detection: MSAL.NET ManagedIdentityClient.cs, MSAL Go managedidentity.go.
// AZURE_CLIENT_ID selects an identity in the automatic chain, as in DefaultAzureCredential; a
// provider chosen by name in the manifest uses the manifest's settings alone.
#include <algorithm>
#include <array>

#include "providers/entra.hpp"
#include "providers/factories.hpp"
#include "providers/managed_identity_sources.hpp"

namespace kvlaunch {
namespace {

using Kind = IdentitySelector::Kind;

// azcmagent's own path, and the one MSAL for Python looks at.
constexpr std::array<const char*, 2> arc_agents{"/opt/azcmagent/bin/himds",
                                                "/var/opt/azcmagent/bin/himds"};

class ManagedIdentity final : public Credential {
 public:
  ManagedIdentity(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "managed identity"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    if (!source_) {
      const auto selector = choose_selector();
      if (!selector) return Failed{selector.error()};
      if (auto refused = choose_source(*selector)) return std::move(*refused);
    }
    return source_->acquire(resource_of(request.scope), deadline);
  }

 private:
  Result<IdentitySelector> choose_selector() {
    std::vector<IdentitySelector> chosen;
    const auto add = [&](Kind kind, const std::string& value) {
      if (!value.empty()) chosen.push_back({kind, value});
    };
    add(Kind::client_id, spec_.client_id);
    add(Kind::object_id, spec_.object_id);
    add(Kind::resource_id, spec_.resource_id);
    if (chosen.size() > 1) {
      return Error{.code = Code::identity_configuration,
                   .message = "more than one of client-id, object-id and resource-id",
                   .hint = "leave one of them"};
    }
    if (!chosen.empty()) return chosen.front();
    const auto variable = context_.world.environment.get_non_empty("AZURE_CLIENT_ID");
    if (variable && spec_.type != IdentitySpec::Type::managed_identity) {
      return IdentitySelector{Kind::client_id, std::string{*variable}};
    }
    return IdentitySelector{};
  }

  // Sets `source_`, or says why there is none.
  std::optional<Outcome> choose_source(const IdentitySelector& selector) {
    const Environment& environment = context_.world.environment;
    const auto is_set = [&](std::string_view name) {
      return environment.get_non_empty(name).has_value();
    };
    if (is_set("IDENTITY_ENDPOINT") && is_set("IDENTITY_HEADER")) {
      if (is_set("IDENTITY_SERVER_THUMBPRINT")) return not_built("Azure Service Fabric");
      source_ = make_app_service_2019(selector, context_);
    } else if (is_set("MSI_ENDPOINT")) {
      if (!is_set("MSI_SECRET")) return not_built("Azure Cloud Shell");
      source_ = make_app_service_2017(selector, context_);
    } else if ((is_set("IDENTITY_ENDPOINT") && is_set("IMDS_ENDPOINT")) || has_arc_agent()) {
      return not_built("Azure Arc");
    } else {
      source_ = make_imds(selector, context_);
    }
    return std::nullopt;
  }

  [[nodiscard]] bool has_arc_agent() const {
    return std::any_of(arc_agents.begin(), arc_agents.end(),
                       [&](const char* path) { return context_.world.files.exists(path); });
  }

  [[nodiscard]] Outcome not_built(const std::string& platform) const {
    return not_built_yet(context_.usage, "the managed identity of " + platform,
                         "choose another identity with --identity");
  }

  IdentitySpec spec_;
  ProviderContext context_;
  std::unique_ptr<ManagedIdentitySource> source_;
};

}  // namespace

std::unique_ptr<Credential> make_managed_identity(const IdentitySpec& spec,
                                                  const ProviderContext& context) {
  return std::make_unique<ManagedIdentity>(spec, context);
}

}  // namespace kvlaunch
