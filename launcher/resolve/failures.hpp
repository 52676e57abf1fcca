// Which failures concern one reference and which concern all, and putting equal ones together.
// Pure.
#pragma once

#include "launcher/plan/plan.hpp"

namespace kvlaunch {

// How far a failure reaches. `vault` and `identity` failures are reported once, with the references
// that they hit as notes.
enum class Reach {
  reference,  // another secret of the same vault may well be readable
  vault,      // nothing of this vault can be read now
  moment,     // others of this vault are likely, but not certain, to fail as well
  identity,   // nothing can be read with this identity
};
Reach reach_of(Code code);

// Merges errors of equal code, message and hint whose reach is not one reference. The last note of
// such an error names its reference (and what happened to it): the merged one keeps the first's
// notes and adds the last note of each other, once. Order is kept; each keeps its first place.
Errors merge_failures(Errors errors);

// An identity's failure stands where the identity is written, or nowhere if that is no place of a
// manifest: the reference that met it first has nothing to do with it.
Errors at_their_identities(Errors errors, const Plan& plan);

}  // namespace kvlaunch
