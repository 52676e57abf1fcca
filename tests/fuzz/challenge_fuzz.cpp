// WWW-Authenticate: a demand that is accepted never names a host that is not the vault's own.
#include "launcher/resolve/challenge.hpp"

#include "launcher/base/url.hpp"
#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view vault_host = "contoso.vault.azure.net";
  const auto text = fuzz::text_of(data, size);
  const auto cut = text.find('\n');
  std::vector<std::string_view> lines{text.substr(0, cut)};
  if (cut != std::string_view::npos) lines.push_back(text.substr(cut + 1));
  require(parse_challenges(lines).size() <= 64);
  const auto demand = read_demand(lines, vault_host);
  if (!demand || demand->scope.empty()) return 0;
  const auto scope = parse_url(demand->scope);
  require(scope.ok());
  require(host_is_below(vault_host, scope->host));
  return 0;
}
