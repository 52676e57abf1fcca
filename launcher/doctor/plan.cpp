// Adding to a plan.
#include "launcher/doctor/plan.hpp"

#include <algorithm>

#include "launcher/base/own_credentials.hpp"
#include "launcher/plan/scrub.hpp"
#include "launcher/plan/vaults.hpp"

namespace kvlaunch::doctor {
namespace {

std::size_t adopt_identity(Plan& plan, const IdentitySpec& spec) {
  const auto known =
      std::find_if(plan.identities.begin(), plan.identities.end(),
                   [&](const IdentitySpec& other) { return other.label == spec.label; });
  if (known != plan.identities.end()) {
    return static_cast<std::size_t>(known - plan.identities.begin());
  }
  plan.identities.push_back(spec);
  return plan.identities.size() - 1;
}

class Builder {
 public:
  Builder(const Manifest& manifest, const Settings& settings, const Environment& inherited)
      : manifest_(manifest), settings_(settings), inherited_(inherited) {}

  ExaminationPlan build(Result<Plan> planned, const std::string& secret) && {
    if (planned) {
      made_.plan = std::move(*planned);
    } else {
      add_findings(planned.errors());
      made_.plan.cloud = cloud_in_force(manifest_, inherited_);
      made_.plan.own_credentials = own_credentials(all_identities(manifest_));
    }
    if (!secret.empty()) add_secret(secret);
    if (!settings_.vault.empty() || !manifest_.vault.empty()) {
      add_vault(Reference{});
    }
    if (made_.plan.identities.empty()) add_default_identity();
    return std::move(made_);
  }

 private:
  void add_findings(const Errors& errors) {
    auto more = manifest_findings(errors);
    std::move(more.begin(), more.end(), std::back_inserter(made_.findings));
  }

  // The index in the plan of the vault that `reference` names.
  std::optional<std::size_t> add_vault(const Reference& reference) {
    Plan apart;
    apart.cloud = made_.plan.cloud;
    VaultDirectory vaults{manifest_, settings_, inherited_, apart};
    const auto found = vaults.find(reference);
    if (!found) {
      add_findings(found.errors());
      return std::nullopt;
    }
    VaultEndpoint endpoint = apart.vaults[*found];
    auto& known = made_.plan.vaults;
    const auto same = std::find_if(known.begin(), known.end(), [&](const VaultEndpoint& other) {
      return other.origin.origin() == endpoint.origin.origin();
    });
    if (same != known.end()) return static_cast<std::size_t>(same - known.begin());
    endpoint.identity = adopt_identity(made_.plan, apart.identities[endpoint.identity]);
    known.push_back(std::move(endpoint));
    return known.size() - 1;
  }

  void add_secret(const std::string& text) {
    auto reference = parse_reference_or_rest(text, ObjectKind::secret);
    if (!reference) return add_findings(reference.errors());
    const auto vault = add_vault(*reference);
    if (!vault) return;
    reference->field.clear();
    made_.fetch = made_.plan.fetches.size();
    made_.plan.fetches.push_back(Fetch{.vault = *vault,
                                       .kind = reference->kind,
                                       .name = reference->name,
                                       .version = reference->version,
                                       .reference = reference->text(),
                                       .where = {}});
  }

  void add_default_identity() {
    auto plan = make_identity_plan(manifest_, settings_, inherited_);
    if (!plan) return add_findings(plan.errors());
    made_.plan.identities = std::move(plan->identities);
  }

  const Manifest& manifest_;
  const Settings& settings_;
  const Environment& inherited_;
  ExaminationPlan made_;
};

std::string place_of(const Error& error) {
  if (!error.location || error.location->file.empty()) return "settings";
  const Location& where = *error.location;
  return where.line > 0 ? where.file + ":" + std::to_string(where.line) : where.file;
}

}  // namespace

Findings manifest_findings(const Errors& errors) {
  Findings findings;
  for (const Error& error : errors) {
    findings.push_back(problem(Area::manifest, place_of(error), error));
  }
  return findings;
}

ExaminationPlan plan_examination(const Manifest& manifest, const Settings& settings,
                                 const Environment& inherited, const Environment& base,
                                 const std::string& secret) {
  return Builder{manifest, settings, inherited}.build(
      make_plan(manifest, settings, inherited, base), secret);
}

}  // namespace kvlaunch::doctor
