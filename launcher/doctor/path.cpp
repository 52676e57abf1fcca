// Route, name, addresses, TLS, in this order: each needs the one before.
#include "launcher/doctor/path.hpp"

#include <algorithm>
#include <array>

#include "launcher/resolve/vault_errors.hpp"
#include "providers/printable.hpp"

namespace kvlaunch::doctor {
namespace {

// Who owns the roots of Azure's certificates (learn.microsoft.com/azure/security/fundamentals/
// azure-certificate-authority-details).
constexpr std::array<std::string_view, 5> azure_roots{
    "DigiCert Inc", "DigiCert, Inc.", "Microsoft Corporation", "Baltimore", "D-Trust GmbH"};
// learn.microsoft.com/azure/key-vault/general/private-link-diagnostics.
constexpr std::string_view private_link_label = ".privatelink.";
constexpr std::chrono::hours soon{24 * 7};

std::string without_port(const network::Address& address) {
  std::string text = address.text();
  text.erase(text.rfind(':'));
  return text;
}

std::string addresses_text(const std::vector<network::Address>& addresses) {
  std::string text;
  for (const auto& address : addresses) {
    text += (text.empty() ? "" : ", ") + without_port(address) +
            (address.is_private() ? " (private)" : " (public)");
  }
  return text;
}

// A vault's own words for what the network says.
Error about_vault(Error error, const VaultEndpoint& vault) {
  if (error.code == Code::dns_not_found) {
    error.hint = "check the vault's name (az keyvault list); behind a private endpoint " +
                 vault.origin.host + " must be in the private DNS zone of this network";
  } else if (error.hint.empty()) {
    error.hint = "check the network path to " + vault.origin.authority() + " and its firewall";
  }
  return error;
}

class Path {
 public:
  Path(const VaultEndpoint& vault, network::PathProbe& probe, const Clock& clock,
       const Deadline& deadline)
      : vault_(vault), probe_(probe), clock_(clock), deadline_(deadline) {}

  PathSeen examine() && {
    seen_.open = look_at_route() && look_name_up() && connect() && secure();
    return std::move(seen_);
  }

 private:
  // Adds what `step` finds; false where nothing behind it can be looked at.
  template <class F>
  bool add(F&& step) {
    seen_.findings.push_back(timed(clock_, std::forward<F>(step)));
    return seen_.findings.back().verdict != Verdict::problem;
  }

  bool look_at_route() {
    return add([&] {
      auto route = probe_.route(vault_.origin);
      if (!route) return problem(Area::route, vault_.label, route.error());
      first_ = route->first;
      through_proxy_ = !route->proxy.empty();
      return judge_route(vault_, *route);
    });
  }

  bool look_name_up() {
    return add([&] {
      auto answer = probe_.look_up(first_.host, deadline_);
      if (!answer) {
        return problem(Area::dns, vault_.label,
                       through_proxy_ ? answer.error() : about_vault(answer.error(), vault_));
      }
      addresses_ = answer->addresses;
      return judge_name(vault_, first_.host, *answer);
    });
  }

  bool connect() {
    return add([&] {
      return judge_connections(vault_, probe_.connect(addresses_, first_.port, deadline_));
    });
  }

  bool secure() {
    return add([&] {
      const auto facts = probe_.secure(vault_.origin, deadline_);
      if (!facts) return problem(Area::tls, vault_.label, about_vault(facts.error(), vault_));
      return judge_tls(vault_, *facts, probe_.authorities(), clock_.wall());
    });
  }

  const VaultEndpoint& vault_;
  network::PathProbe& probe_;
  const Clock& clock_;
  Deadline deadline_;
  PathSeen seen_;
  Url first_;
  bool through_proxy_ = false;
  std::vector<network::Address> addresses_;
};

}  // namespace

PathSeen examine_path(const VaultEndpoint& vault, network::PathProbe& probe, const Clock& clock,
                      const Deadline& deadline) {
  return Path{vault, probe, clock, deadline}.examine();
}

Finding judge_route(const VaultEndpoint& vault, const network::RouteSeen& route) {
  const auto& reason = route.reason;
  if (!route.proxy.empty()) {
    return fine(Area::route, vault.label,
                "through the proxy " + route.proxy + ", by " + reason.proxy_variable);
  }
  if (reason.proxy_variable.empty()) {
    return fine(Area::route, vault.label, "straight: HTTPS_PROXY is not set");
  }
  return fine(Area::route, vault.label,
              "straight: '" + without_controls(reason.exception.value_or("*")) + "' in " +
                  reason.exception_variable + " takes " + reason.proxy_variable +
                  " out of the way");
}

Finding judge_name(const VaultEndpoint& vault, const std::string& host,
                   const network::NameAnswer& answer) {
  const auto& addresses = answer.addresses;
  if (is_address_literal(host)) {
    return fine(Area::dns, vault.label, host + " is an address: there is nothing to look up");
  }
  std::string seen = host + " is " + addresses_text(addresses);
  const std::string canonical = without_controls(answer.canonical_name);
  if (!canonical.empty() && !equal_ignoring_case(canonical, host)) {
    seen += ", by way of " + canonical;
  }
  const bool linked = to_lower(canonical).find(private_link_label) != std::string::npos;
  const bool all_private = std::all_of(addresses.begin(), addresses.end(),
                                       [](const auto& address) { return address.is_private(); });
  if (!linked || all_private) return fine(Area::dns, vault.label, seen);
  return warning(Area::dns, vault.label, seen + ": a private endpoint with a public address",
                 "link the private DNS zone of " + canonical.substr(canonical.find('.') + 1) +
                     " to this network, with an A record of the endpoint");
}

Finding judge_connections(const VaultEndpoint& vault,
                          const std::vector<network::ConnectSeen>& attempts) {
  std::vector<std::string> details;
  const network::ConnectSeen* first = nullptr;
  const network::ConnectSeen* failed = nullptr;
  for (const auto& attempt : attempts) {
    if (attempt.failure) {
      failed = &attempt;
      details.push_back(attempt.failure->notes.empty() ? attempt.address + ": no answer"
                                                       : attempt.failure->notes.front());
    } else {
      if (first == nullptr) first = &attempt;
      details.push_back(attempt.address + ": connected from " + attempt.local + " in " +
                        std::to_string(attempt.took.count()) + " ms");
    }
  }
  const std::string path_step =
      "let TCP through to the port of each address: firewall, route, network security group";
  Finding finding = fine(Area::connect, vault.label, "");
  if (first == nullptr) {
    finding = problem(Area::connect, vault.label,
                      Error{.code = Code::connect_failure,
                            .message = "no address takes a connection: " +
                                       (details.empty() ? "none tried" : details.front()),
                            .hint = path_step});
  } else if (failed != nullptr) {
    const auto good = std::count_if(attempts.begin(), attempts.end(),
                                    [](const auto& attempt) { return !attempt.failure; });
    finding = warning(Area::connect, vault.label,
                      std::to_string(good) + " of " + std::to_string(attempts.size()) +
                          " addresses take a connection; not " + failed->address,
                      path_step);
  } else {
    finding.seen = details.front();
  }
  finding.details = std::move(details);
  return finding;
}

Finding judge_tls(const VaultEndpoint& vault, const network::TlsFacts& facts,
                  const std::string& authorities, WallTime now) {
  std::string seen = facts.version + ", signed by " + facts.issuer + ", up to " + facts.authority;
  Finding finding = fine(Area::tls, vault.label, seen);
  const bool is_azures =
      std::find(azure_roots.begin(), azure_roots.end(), facts.organisation) != azure_roots.end();
  if (!vault.trust_host && !is_azures) {
    finding = warning(Area::tls, vault.label,
                      seen + ": not one of Azure's authorities, so something between reads along",
                      "ask who runs the proxy that inspects TLS to let " + vault.origin.host +
                          " through untouched, or know that it sees tokens and secrets");
  } else if (facts.expires < now + soon) {
    finding = warning(Area::tls, vault.label,
                      seen + ", and the certificate ends at " + utc_text(facts.expires),
                      "have the server's certificate renewed");
  }
  finding.details = {"certificate for " + facts.names, "valid until " + utc_text(facts.expires),
                     "a chain of " + std::to_string(facts.chain_length),
                     "authorities from " + authorities};
  return finding;
}

}  // namespace kvlaunch::doctor
