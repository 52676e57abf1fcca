// One request without a token; where its answer is odd, one more to /healthstatus.
#include "launcher/doctor/challenge.hpp"

#include "launcher/resolve/vault_errors.hpp"
#include "providers/printable.hpp"

namespace kvlaunch::doctor {
namespace {

constexpr std::size_t max_body_bytes = std::size_t{64} * 1024;
constexpr std::string_view network_header = "x-ms-keyvault-network-info";

HttpRequest request_to(const VaultEndpoint& vault, std::string target, World& world) {
  HttpRequest request;
  request.url = vault.origin;
  request.url.target = std::move(target);
  request.max_body_bytes = max_body_bytes;
  request.add_header("Accept", "application/json");
  request.add_header("x-ms-client-request-id", random_uuid(world.randomness));
  return request;
}

// "conn_type=Ipv4;addr=203.0.113.7;...": the caller as the vault sees it.
std::string network_info(const HttpResponse& answer) {
  return first_line(answer.header(network_header).value_or(""));
}

void add_network(Finding& finding, const HttpResponse& answer) {
  const std::string info = network_info(answer);
  if (!info.empty()) finding.details.push_back("the vault sees " + info);
}

// learn.microsoft.com/azure/key-vault/general/private-link-diagnostics: /healthstatus answers
// without a token, and what has no such header there is no Key Vault.
void add_health(Finding& finding, const VaultEndpoint& vault, World& world,
                const Deadline& deadline) {
  const auto answer = world.transport.send(request_to(vault, "/healthstatus", world), deadline);
  if (!answer) return;
  finding.details.push_back(network_info(*answer).empty()
                                ? "/healthstatus does not answer as a Key Vault does: something "
                                  "else stands there"
                                : "/healthstatus answers as a Key Vault does");
}

Finding judge(const VaultEndpoint& vault, const TokenDemand& demand,
              const std::string& configured_tenant) {
  const std::string seen =
      "wants a token for " + first_line(demand.scope) + " of tenant " + first_line(demand.tenant);
  const bool same = configured_tenant.empty() || equal_ignoring_case(configured_tenant, "adfs") ||
                    equal_ignoring_case(configured_tenant, demand.tenant);
  if (same) return fine(Area::challenge, vault.label, seen);
  // A tenant may be configured by its domain name, which only Entra can compare.
  return warning(Area::challenge, vault.label,
                 seen + "; the identity is configured for tenant " + first_line(configured_tenant),
                 "set the tenant to the vault's, or allow it: "
                 "AZURE_ADDITIONALLY_ALLOWED_TENANTS=" +
                     first_line(demand.tenant));
}

}  // namespace

ChallengeSeen examine_challenge(const VaultEndpoint& vault, const std::string& configured_tenant,
                                World& world, const Deadline& deadline) {
  ChallengeSeen seen;
  const auto answer = world.transport.send(
      request_to(vault, "/secrets?api-version=7.4&maxresults=1", world), deadline);
  if (!answer) {
    seen.finding = problem(Area::challenge, vault.label, answer.error());
    return seen;
  }
  seen.answered = true;
  if (answer->status != 401) {
    const VaultSubject subject{.vault = vault,
                               .reference = "",
                               .object = "the list of secrets",
                               .name = "",
                               .version = "",
                               .where = {}};
    Error error = error_of_answer(*answer, subject);
    if (answer->status == 200) error.message = vault.label + " answers without asking for a token";
    seen.finding = problem(Area::challenge, vault.label, error);
  } else if (auto demand = read_demand(answer->all_headers("WWW-Authenticate"), vault.origin.host);
             !demand) {
    seen.finding = problem(Area::challenge, vault.label, demand.error());
  } else {
    seen.finding = judge(vault, *demand, configured_tenant);
    seen.demand = std::move(*demand);
  }
  add_network(seen.finding, *answer);
  if (!seen.demand) add_health(seen.finding, vault, world, deadline);
  return seen;
}

}  // namespace kvlaunch::doctor
