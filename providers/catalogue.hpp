// From what the user asked for as identity to something that gives tokens.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launcher/base/identity_spec.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

// The providers that would be tried, in order, as people know them: for `explain`. Same errors as
// make_token_source(), and those of an authority or a tenant that every token request would end
// with. Touches neither network nor files. What a connection string selects:
// selected_form() of connection_string_source.hpp.
Result<std::vector<std::string>> planned_providers(const IdentitySpec& spec,
                                                   const Environment& environment);

// A cache over the provider or chain that `spec` asks for; `world` outlives it. Reads variables,
// and a connection string where it stands; whether an identity is there shows when the first token
// is asked for.
// AZURE_TOKEN_CREDENTIALS narrows the chain of `auto`. Errors: Code::identity_configuration for an
// AZURE_TOKEN_CREDENTIALS nobody knows, those of reading a connection string.
Result<std::unique_ptr<TokenSource>> make_token_source(const IdentitySpec& spec,
                                                       const ProviderSettings& settings,
                                                       World& world);

// One provider by itself, for looking at it (`doctor`).
struct Candidate {
  IdentitySpec::Type type = IdentitySpec::Type::automatic;
  std::string name;     // as people know it
  bool chosen = false;  // make_token_source() would ask it, in this order
  std::unique_ptr<Credential> credential;
};

// First those that make_token_source() would ask, made as it makes them; then, where `spec` is the
// automatic chain, all others that need nobody at a keyboard, made as members of a chain. Same
// errors as make_token_source().
Result<std::vector<Candidate>> candidates(const IdentitySpec& spec,
                                          const ProviderSettings& settings, World& world);

}  // namespace kvlaunch
