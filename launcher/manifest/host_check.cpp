// The host check: names become hosts, and hosts outside the known suffixes are refused.
#include "launcher/manifest/host_check.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "launcher/manifest/reference.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view https_prefix = "https://";
constexpr std::uint16_t https_port = 443;
constexpr std::size_t host_limit = 253;  // RFC 1035 2.3.4, as text
constexpr std::size_t label_limit = 63;

// What a private endpoint's CNAME points at; TLS and Host always take the vault's normal name.
constexpr std::string_view private_zone_word = "vaultcore";

Error host_error(std::string message, std::string hint) {
  return Error{
      .code = Code::reference_host, .message = std::move(message), .hint = std::move(hint)};
}

bool is_bare_name(std::string_view text) {
  return text.find_first_of(".:/?#@[%") == std::string_view::npos;
}

Result<Url> origin_of_name(std::string_view name, CloudName cloud) {
  if (const auto problem = problem_with_vault_name(name); !problem.empty()) {
    return Error{.code = Code::reference_vault,
                 .message = problem,
                 .hint = "write the vault's name as the portal shows it, or its host"};
  }
  Url url;
  url.scheme = "https";
  url.host = to_lower(name) + "." + std::string{cloud_of(cloud).vault_suffix};
  url.port = https_port;
  url.target = "/";
  return url;
}

// Before parse_url, which drops a fragment and knows less about what was meant.
Result<void> check_text(std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return host_error("user information in a vault's address", "write the host alone");
  }
  if (text.find('?') != std::string_view::npos || text.find('#') != std::string_view::npos) {
    return host_error("a query or fragment in a vault's address", "write https://HOST alone");
  }
  if (text.find('%') != std::string_view::npos) {
    return host_error("an escape ('%') in a vault's address", "write the host in plain characters");
  }
  const auto scheme = text.find("://");
  if (scheme != std::string_view::npos && !equal_ignoring_case(text.substr(0, scheme), "https")) {
    return host_error("a vault's address that is not https",
                      "vaults are asked over https only: write https://HOST");
  }
  return {};
}

Result<Url> parse_address(std::string_view text) {
  if (auto fine = check_text(text); !fine) return std::move(fine).errors();
  const bool has_scheme = text.find("://") != std::string_view::npos;
  auto url = parse_url(has_scheme ? std::string{text} : std::string{https_prefix}.append(text));
  if (!url) {
    auto error = url.error();
    error.hint = "write the vault's name, its host or https://HOST";
    return error;
  }
  if (url->target != "/") {
    return host_error("a path in a vault's address",
                      "write https://HOST alone; objects are named in references");
  }
  return url;
}

bool is_host_name(std::string_view host) {
  if (host.size() > host_limit) return false;
  std::size_t label = 0;
  char previous = '.';
  for (const char c : host) {
    if (c == '~' || (c == '-' && previous == '.')) return false;
    if (c == '.' && (previous == '.' || previous == '-')) return false;
    label = c == '.' ? 0 : label + 1;
    if (label > label_limit) return false;
    previous = c;
  }
  return previous != '.' && previous != '-';
}

// "1.2.3", "0x7f.1", "2130706433": resolvers take these for addresses, though inet_pton does not.
bool is_odd_address(std::string_view host) {
  const auto last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
  const bool number = last.find_first_not_of("0123456789") == std::string_view::npos;
  const bool hex = last.starts_with("0x") &&
                   last.substr(2).find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return number || hex;
}

// Hosts of Azure that no trust makes usable.
std::optional<Error> hopeless(std::string_view host) {
  for (const auto& cloud : clouds) {
    if (host_is_below(host, cloud.managed_hsm_suffix)) {
      return host_error("a managed HSM, which holds keys and no secrets",
                        "name a vault under " + std::string{cloud.vault_suffix});
    }
    if (host == cloud.vault_suffix) {
      return host_error("a suffix without the vault's name before it",
                        "write NAME." + std::string{cloud.vault_suffix});
    }
  }
  if (host_is_below(host, german_suffix)) {
    return host_error("a vault of the German cloud, which closed in 2021",
                      "name the vault that its secrets were moved to");
  }
  return std::nullopt;
}

Result<void> check_known(std::string_view host, const Cloud& cloud) {
  const auto name = host.substr(0, host.size() - cloud.vault_suffix.size() - 1);
  if (name.find('.') != std::string_view::npos) {
    return host_error("more than one label before " + std::string{cloud.vault_suffix},
                      "write NAME." + std::string{cloud.vault_suffix});
  }
  if (const auto problem = problem_with_vault_name(name); !problem.empty()) {
    return Error{.code = Code::reference_vault,
                 .message = problem,
                 .hint = "write the vault's host as the portal shows it"};
  }
  return {};
}

Error not_known(std::string_view host) {
  if (host.find(private_zone_word) != std::string_view::npos) {
    return host_error("the name of a private endpoint's zone instead of the vault's own",
                      "write the vault's name: DNS leads to the private endpoint by itself");
  }
  for (const auto& cloud : clouds) {
    if (host.ends_with(cloud.vault_suffix)) {
      return host_error("a host that only ends like " + std::string{cloud.vault_suffix} +
                            ", without the dot before it",
                        "check the spelling: this host does not belong to Azure");
    }
  }
  return host_error("a host outside the known clouds",
                    "known are NAME.vault.azure.net, NAME.vault.usgovcloudapi.net and "
                    "NAME.vault.azure.cn; another one needs trust-host: true on its entry of "
                    "vaults");
}

Result<void> check_host(const Url& url, TrustHost trust) {
  const bool address = is_address_literal(url.host);
  if (!address && url.host.ends_with('.')) {
    return host_error("a dot at the end of a vault's host", "leave it out");
  }
  if (!address && !is_host_name(url.host)) {
    return host_error("no usable host name", "write the host as the portal shows it");
  }
  if (!address && is_odd_address(url.host)) {
    return host_error("an address in an unusual spelling", "write the host by its name");
  }
  if (auto problem = hopeless(url.host)) return *std::move(problem);
  if (const auto* const cloud = cloud_of_vault_host(url.host)) {
    if (auto known = check_known(url.host, *cloud); !known) return known;
  } else if (trust == TrustHost::no) {
    if (address) {
      return host_error("an address instead of the vault's host",
                        "write the vault's name; an address needs trust-host: true on its entry "
                        "of vaults");
    }
    return not_known(url.host);
  }
  if (url.port != https_port && trust == TrustHost::no) {
    return host_error("a port other than 443",
                      "leave it out, or set trust-host: true on the entry of vaults");
  }
  return {};
}

}  // namespace

Result<Url> check_vault_host(std::string_view vault_text, TrustHost trust,
                             CloudName default_cloud) {
  if (is_bare_name(vault_text)) return origin_of_name(vault_text, default_cloud);
  auto url = parse_address(vault_text);
  if (!url) return url;
  if (auto fine = check_host(*url, trust); !fine) return std::move(fine).errors();
  return url;
}

bool is_same_vault(std::string_view left, std::string_view right, TrustHost trust,
                   CloudName default_cloud) {
  const auto left_origin = check_vault_host(left, trust, default_cloud);
  const auto right_origin = check_vault_host(right, trust, default_cloud);
  return left_origin && right_origin && left_origin->origin() == right_origin->origin();
}

}  // namespace kvlaunch
