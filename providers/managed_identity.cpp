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

// A place that identities come from, and by what it is recognised: all of these variables, or this
// file.
struct SourceRow {
  std::array<std::string_view, 3> variables;
  const char* file;
  SourceFactory* make;
};

// The first that is recognised is asked. azcmagent is where its packages put it, and where MSAL for
// Python looks. What nothing else claims is a virtual machine.
constexpr auto sources = std::to_array<SourceRow>({
    {{"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"},
     nullptr,
     make_service_fabric},
    {{"IDENTITY_ENDPOINT", "IDENTITY_HEADER"}, nullptr, make_app_service_2019},
    {{"MSI_ENDPOINT", "MSI_SECRET"}, nullptr, make_app_service_2017},
    {{"MSI_ENDPOINT"}, nullptr, make_cloud_shell},
    {{"IDENTITY_ENDPOINT", "IMDS_ENDPOINT"}, nullptr, make_azure_arc},
    {{}, "/opt/azcmagent/bin/himds", make_azure_arc},
    {{}, "/var/opt/azcmagent/bin/himds", make_azure_arc},
    {{}, nullptr, make_imds},
});

bool is_recognised(const SourceRow& row, World& world) {
  if (row.file != nullptr) return world.files.exists(row.file);
  return std::all_of(row.variables.begin(), row.variables.end(), [&](std::string_view name) {
    return name.empty() || world.environment.get_non_empty(name).has_value();
  });
}

class ManagedIdentity final : public Credential {
 public:
  ManagedIdentity(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "managed identity"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    if (!source_) {
      const auto selector = choose_selector();
      if (!selector) return Failed{selector.error()};
      // The last row always is.
      const auto* const row = std::find_if(
          sources.begin(), sources.end(),
          [&](const SourceRow& candidate) { return is_recognised(candidate, context_.world); });
      source_ = row->make(*selector, context_);
    }
    return source_->acquire({std::string{resource_of(request.scope)}, !request.claims.empty()},
                            deadline);
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
