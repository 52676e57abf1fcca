// Looking through bindings and selections.
#include "launcher/resolve/uses.hpp"

namespace kvlaunch {

std::optional<Location> place_of_need(const Plan& plan, std::size_t fetch) {
  for (const Binding& binding : plan.bindings) {
    const auto* use = std::get_if<FetchedValue>(&binding.source);
    if (use != nullptr && use->fetch == fetch && !use->optional && !use->default_value) {
      return binding.where;
    }
  }
  for (const BulkSelection& selection : plan.selections) {
    if (selection.members_of == fetch && !selection.entry.optional) return selection.entry.where;
  }
  return std::nullopt;
}

}  // namespace kvlaunch
