// One vault, one secret, with the means that references are read by.
#include "launcher/resolve/secret_reader.hpp"

#include "launcher/manifest/host_check.hpp"
#include "launcher/resolve/key_vault.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view collection = "/secrets/";

Result<VaultEndpoint> endpoint_of(const Url& url) {
  const Cloud* const cloud = cloud_of_vault_host(url.host);
  auto origin = check_vault_host(url.authority(), TrustHost::no,
                                 cloud == nullptr ? CloudName::public_cloud : cloud->name);
  if (!origin) return std::move(origin).errors();
  VaultEndpoint endpoint;
  endpoint.label = origin->authority();
  endpoint.origin = std::move(*origin);
  endpoint.scope = cloud == nullptr ? "" : std::string{cloud->vault_scope};
  return endpoint;
}

}  // namespace

Result<VaultSecret> read_vault_secret(const std::string& identifier, TokenSource& identity,
                                      World& world, const Deadline& deadline) {
  const auto url = parse_url(identifier);
  if (!url || !url->target.starts_with(collection)) {
    return Error{.code = Code::reference_syntax,
                 .message = identifier + " is not the address of a secret",
                 .hint = "write https://VAULT.vault.azure.net/secrets/NAME"};
  }
  const auto endpoint = endpoint_of(*url);
  if (!endpoint) return endpoint.errors();
  const std::string rest = url->target.substr(collection.size());
  const auto slash = rest.find('/');
  Fetch fetch;
  fetch.name = rest.substr(0, slash);
  fetch.version = slash == std::string::npos ? std::string{} : rest.substr(slash + 1);
  fetch.reference = identifier;

  VaultGate gate{world.transport, world.clock, world.randomness};
  KeyVault vault{*endpoint, identity, gate, world, deadline};
  auto fetched = vault.get(fetch);
  if (!fetched) return std::move(fetched).errors();
  if (fetched->state != FetchedSecret::State::present) return std::move(fetched->problem);
  return VaultSecret{std::move(fetched->value), std::move(fetched->content_type)};
}

}  // namespace kvlaunch
