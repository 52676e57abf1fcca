// Building identities and resolving.
#include "launcher/cli/network_session.hpp"

#include "launcher/network/transport.hpp"
#include "launcher/resolve/secret_reader.hpp"
#include "providers/catalogue.hpp"

namespace kvlaunch {
namespace {

std::vector<TokenSource*> pointers_to(const TokenSources& sources) {
  std::vector<TokenSource*> pointers;
  for (const auto& source : sources) pointers.push_back(source.get());
  return pointers;
}

}  // namespace

Result<TokenSources> make_token_sources(const Plan& plan, const Owner& owner, World& world) {
  TokenSources sources;
  Errors errors;
  for (const IdentitySpec& spec : plan.identities) {
    auto source = make_token_source(spec,
                                    ProviderSettings{.cloud = plan.cloud,
                                                     .owner = owner,
                                                     .own_credentials = plan.own_credentials,
                                                     .read_vault_secret = read_vault_secret},
                                    world);
    if (source) {
      sources.push_back(std::move(*source));
    } else {
      std::move(source.errors().begin(), source.errors().end(), std::back_inserter(errors));
    }
  }
  if (!errors.empty()) return errors;
  return sources;
}

Errors problems_with_network(const Session& session, const Plan& plan, const Settings& settings) {
  if (!plan.needs_network()) return {};
  std::vector<Url> origins;
  for (const VaultEndpoint& vault : plan.vaults) origins.push_back(vault.origin);
  return problems_with_transport({session.environment, settings.ca_file}, origins, session.clock,
                                 session.deadline(settings.timeout));
}

Result<Resolved> fetch_all(const Plan& plan, const Owner& owner, World& world,
                           const Deadline& deadline) {
  if (!plan.needs_network()) return Resolved{};
  const auto sources = make_token_sources(plan, owner, world);
  if (!sources) return sources.errors();
  return resolve(plan, pointers_to(*sources), world, deadline);
}

Result<OnlineReport> look_online(const Plan& plan, const Owner& owner, World& world,
                                 const Deadline& deadline) {
  const auto sources = make_token_sources(plan, owner, world);
  if (!sources) return sources.errors();
  return ask_online(plan, pointers_to(*sources), world, deadline);
}

}  // namespace kvlaunch
