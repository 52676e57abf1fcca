// Bindings, fetches and selections, each object once.
#include "launcher/plan/make_plan.hpp"

#include <algorithm>
#include <set>

#include "launcher/base/own_credentials.hpp"
#include "launcher/plan/scrub.hpp"
#include "launcher/plan/vaults.hpp"

namespace kvlaunch {
namespace {

std::string place_of(const Location& where) {
  return where.line > 0 ? where.file + ":" + std::to_string(where.line) : where.file;
}

class PlanBuilder {
 public:
  PlanBuilder(const Manifest& manifest, const Settings& settings, const Environment& inherited,
              const Environment& base)
      : manifest_(manifest),
        settings_(settings),
        base_(base),
        vaults_(manifest, settings, inherited, plan_) {
    plan_.cloud = cloud_in_force(manifest, inherited);
  }

  Result<Plan> build() {
    for (const EnvEntry& entry : manifest_.env) bind(entry);
    for (const EnvFromEntry& entry : manifest_.env_from) select(entry);
    look_at_inherited();
    if (!errors_.empty()) return std::move(errors_);
    return std::move(plan_);
  }

 private:
  void bind(const EnvEntry& entry) {
    const bool preserved = entry.origin == EnvEntry::Origin::manifest &&
                           settings_.preserve_env.covers(entry.name) && base_.contains(entry.name);
    if (preserved) {
      plan_.preserved.push_back(entry.name);
      return;
    }
    bound_.insert(entry.name);
    Binding binding{
        .variable = entry.name,
        .source = LiteralValue{},
        .origin = entry.origin == EnvEntry::Origin::command_line ? "-e" : place_of(entry.where),
        .where = entry.where};
    if (const auto* literal = std::get_if<LiteralValue>(&entry.source)) {
      binding.source = *literal;
    } else if (std::holds_alternative<UnsetVariable>(entry.source)) {
      binding.source = UnsetVariable{};
    } else if (entry.name == "PATH") {
      return refuse(Error{.code = Code::variable_forbidden,
                          .message = "PATH must be a literal: the target is looked up in it",
                          .hint = "write the value of PATH as text, or leave it out"},
                    entry.where);
    } else {
      auto value = fetched(std::get<SecretUse>(entry.source), entry.where);
      if (!value) return;
      binding.source = std::move(*value);
    }
    plan_.bindings.push_back(std::move(binding));
  }

  std::optional<FetchedValue> fetched(const SecretUse& use, const Location& where) {
    const auto fetch = add_fetch(use.reference, where, use.allow_expired);
    if (!fetch) return std::nullopt;
    return FetchedValue{.fetch = *fetch,
                        .pointer = use.reference.field,
                        .decode = use.decode,
                        .trim = use.trim,
                        .optional = use.optional || use.default_value.has_value(),
                        .default_value = use.default_value,
                        .allow_expired = use.allow_expired};
  }

  std::optional<std::size_t> add_fetch(const Reference& reference, const Location& where,
                                       bool allow_expired) {
    auto vault = vaults_.find(reference);
    if (!vault) {
      for (Error& error : vault.errors()) {
        error.reference = reference.text();
        refuse(std::move(error), where);
      }
      return std::nullopt;
    }
    const auto known =
        std::find_if(plan_.fetches.begin(), plan_.fetches.end(), [&](const Fetch& fetch) {
          return fetch.vault == *vault && fetch.kind == reference.kind &&
                 equal_ignoring_case(fetch.name, reference.name) &&
                 fetch.version == reference.version;
        });
    if (known != plan_.fetches.end()) {
      known->allow_expired = known->allow_expired || allow_expired;
      return static_cast<std::size_t>(known - plan_.fetches.begin());
    }
    Reference whole = reference;
    whole.field.clear();
    plan_.fetches.push_back(Fetch{.vault = *vault,
                                  .kind = reference.kind,
                                  .name = reference.name,
                                  .version = reference.version,
                                  .allow_expired = allow_expired,
                                  .reference = whole.text(),
                                  .where = where});
    return plan_.fetches.size() - 1;
  }

  void select(const EnvFromEntry& entry) {
    BulkSelection selection{.vault = 0, .entry = entry, .members_of = std::nullopt};
    if (entry.members_of) {
      selection.members_of = add_fetch(*entry.members_of, entry.where, false);
      if (!selection.members_of) return;
      selection.vault = plan_.fetches[*selection.members_of].vault;
    } else {
      auto vault = vaults_.find(entry.vault);
      if (!vault) {
        for (Error& error : vault.errors()) refuse(std::move(error), entry.where);
        return;
      }
      selection.vault = *vault;
    }
    plan_.selections.push_back(std::move(selection));
  }

  // The guard: a reference that nobody resolved must not reach the target as a value.
  void look_at_inherited() {
    for (const std::string& entry : base_.entries()) {
      const std::string name{Environment::name_of(entry)};
      if (name.size() == entry.size()) continue;
      plan_.inherited.insert(name);
      if (bound_.contains(name)) continue;
      if (base_.get(name) != std::string_view{entry}.substr(name.size() + 1)) continue;
      look_at_inherited(name, std::string_view{entry}.substr(name.size() + 1));
    }
  }

  void look_at_inherited(const std::string& name, std::string_view value) {
    const bool resolve = settings_.resolve_env.covers(name) && looks_like_reference(value);
    if (!resolve && !is_guarded_form(value)) return;
    if (!resolve && settings_.allow_unresolved.covers(name)) {
      plan_.unresolved.push_back(name);
      return;
    }
    const Location where{.file = "the inherited variable " + name};
    if (!resolve) {
      return refuse(Error{.code = Code::variable_unresolved,
                          .message = name + " holds a Key Vault reference that nobody resolved",
                          .hint = "pass --resolve-env=" + name +
                                  " to resolve it, or --allow-unresolved=" + name +
                                  " to hand it on as it is"},
                    where);
    }
    auto reference = parse_reference(value);
    if (!reference) {
      // The text came from outside and may be anything: its own words are not repeated.
      for (Error& error : reference.errors()) refuse(std::move(error), where);
      return;
    }
    if (reference->kind != ObjectKind::secret) {
      return refuse(
          Error{.code = Code::not_yet,
                .message = name + " refers to a " + std::string{name_of(reference->kind)} +
                           ", which this version cannot resolve",
                .hint = "pass --allow-unresolved=" + name + " to hand it on as it is"},
          where);
    }
    auto bound = fetched(SecretUse{.reference = std::move(*reference)}, where);
    if (!bound) return;
    bound_.insert(name);
    plan_.bindings.push_back(Binding{
        .variable = name, .source = std::move(*bound), .origin = "inherited", .where = where});
  }

  void refuse(Error error, const Location& where) {
    if (!error.location) error.location = where;
    // Of --vault, every reference in the default vault says the same.
    const bool said = error.location->line == 0 &&
                      std::any_of(errors_.begin(), errors_.end(), [&](const Error& known) {
                        return known.message == error.message && known.location &&
                               known.location->file == error.location->file;
                      });
    if (said) return;
    errors_.push_back(std::move(error));
  }

  const Manifest& manifest_;
  const Settings& settings_;
  const Environment& base_;
  Plan plan_;
  VaultDirectory vaults_;
  std::set<std::string> bound_;
  Errors errors_;
};

}  // namespace

Result<Plan> make_plan(const Manifest& manifest, const Settings& settings,
                       const Environment& inherited, const Environment& base) {
  auto plan = PlanBuilder{manifest, settings, inherited, base}.build();
  if (plan) plan->own_credentials = own_credentials(all_identities(manifest));
  return plan;
}

Result<Plan> make_identity_plan(const Manifest& manifest, const Settings& settings,
                                const Environment& inherited) {
  Plan plan;
  plan.cloud = cloud_in_force(manifest, inherited);
  plan.own_credentials = own_credentials(all_identities(manifest));
  VaultDirectory vaults{manifest, settings, inherited, plan};
  if (auto identity = vaults.default_identity(); !identity) return std::move(identity).errors();
  return plan;
}

}  // namespace kvlaunch
