// References: what parses must print to something that parses to the same.
#include "launcher/manifest/host_check.hpp"
#include "launcher/manifest/reference.hpp"
#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

namespace {

void check_round_trip(const Reference& reference) {
  const auto again = parse_reference_or_rest(reference.text(), reference.kind);
  require(again.ok());
  require(again->text() == reference.text());
  require(again->vault_form == reference.vault_form && again->vault == reference.vault);
  require(again->name == reference.name && again->version == reference.version);
  require(again->field == reference.field);
}

// Whatever passes without trust is exactly one label below a known suffix.
void check_host(std::string_view vault) {
  for (const auto trust : {TrustHost::no, TrustHost::yes}) {
    const auto url = check_vault_host(vault, trust, CloudName::public_cloud);
    if (!url) continue;
    require(url->scheme == "https" && url->target == "/");
    if (trust == TrustHost::yes) continue;
    const auto* const cloud = cloud_of_vault_host(url->host);
    require(cloud != nullptr && url->port == 443);
    require(url->host.size() > cloud->vault_suffix.size() + 1);
    const auto label = url->host.substr(0, url->host.size() - cloud->vault_suffix.size() - 1);
    require(problem_with_vault_name(label).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  require(!(looks_like_reference(text) && foreign_reference(text)));
  require(!is_guarded_form(text) || looks_like_reference(text));
  if (const auto reference = parse_reference(text)) check_round_trip(*reference);
  for (const auto kind : {ObjectKind::secret, ObjectKind::certificate, ObjectKind::key}) {
    if (const auto reference = parse_reference_or_rest(text, kind)) check_round_trip(*reference);
  }
  check_host(text);
  return 0;
}
