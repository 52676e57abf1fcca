// The old library's list, and how it is walked.
#include "providers/app_discovery.hpp"

#include "providers/factories.hpp"
#include "providers/retry_limit.hpp"

namespace kvlaunch {
namespace {

constexpr const char* general_hint =
    "give this machine a managed identity, or run: az login; identity: auto knows more places";

std::string reason_in(const Outcome& outcome) {
  if (const auto* const absent = std::get_if<Unavailable>(&outcome)) return absent->reason;
  return std::get<Failed>(outcome).error.message;
}

std::string hint_in(const Outcome& outcome) {
  if (const auto* const absent = std::get_if<Unavailable>(&outcome)) return absent->hint;
  return std::get<Failed>(outcome).error.hint;
}

}  // namespace

Outcome AppDiscovery::acquire(const TokenRequest& request, const Deadline& deadline) {
  if (pinned_ != nullptr) return pinned_->acquire(request, deadline);
  std::vector<Outcome> failures;
  for (const auto& member : members_) {
    auto outcome = member->acquire(request, deadline);
    if (std::holds_alternative<AccessToken>(outcome)) {
      pinned_ = member.get();
      world_.log.note("identity: " + std::string{member->name()} + " gave a token");
      return outcome;
    }
    world_.log.note("identity: " + std::string{member->name()} + ": " + reason_in(outcome));
    failures.push_back(std::move(outcome));
    if (deadline.passed(world_.clock)) break;
  }
  return nothing(std::move(failures));
}

Outcome AppDiscovery::nothing(std::vector<Outcome> failures) const {
  if (failures.size() == 1) return std::move(failures.front());
  const Failed* refused = nullptr;
  Error error{.code = Code::identity_unavailable};
  std::string all_reasons;
  for (std::size_t i = 0; i < failures.size(); ++i) {
    const std::string line = std::string{members_[i]->name()} + ": " + reason_in(failures[i]);
    all_reasons += (i == 0 ? "" : "; ") + line;
    error.notes.push_back(line);
    if (refused == nullptr) refused = std::get_if<Failed>(&failures[i]);
    if (error.hint.empty()) error.hint = hint_in(failures[i]);
  }
  if (refused == nullptr && usage_ == Usage::chained) return Unavailable{all_reasons, error.hint};
  if (refused != nullptr) {
    error.code = refused->error.code;
    error.hint = refused->error.hint;
  }
  if (error.hint.empty()) error.hint = general_hint;
  error.message = "none of the " + std::to_string(failures.size()) +
                  " identities that AppAuthentication knows gave a token";
  return Failed{std::move(error)};
}

std::unique_ptr<Credential> make_app_discovery(const DiscoverySettings& settings,
                                               const ProviderContext& context) {
  ProviderContext member_context = context;
  member_context.usage = Usage::chained;  // what is absent must end quickly
  const auto spec_of = [](IdentitySpec::Type type) {
    IdentitySpec spec;
    spec.type = type;  // its own settings alone, no AZURE_... variables
    return spec;
  };
  IdentitySpec managed = spec_of(IdentitySpec::Type::managed_identity);
  managed.client_id = settings.client_id;
  std::vector<std::unique_ptr<Credential>> members;
  members.push_back(with_retry_limit(make_managed_identity(managed, member_context),
                                     settings.retry_limit, context.world));
  members.push_back(
      make_token_provider_file(spec_of(IdentitySpec::Type::connection_string), member_context));
  IdentitySpec tool = spec_of(IdentitySpec::Type::azure_cli);
  tool.tenant_id = settings.tenant_id;
  members.push_back(make_azure_cli(tool, member_context));
  return std::make_unique<AppDiscovery>(std::move(members), context.world, context.usage);
}

std::unique_ptr<Credential> make_appauth(const IdentitySpec& spec, const ProviderContext& context) {
  return make_app_discovery({spec.client_id, std::nullopt, spec.tenant_id}, context);
}

}  // namespace kvlaunch
