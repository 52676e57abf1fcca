// token --whoami: who a token is for, and never the token.
#pragma once

#include <string>

#include "providers/provider.hpp"

namespace kvlaunch {

// One "name: value" a line; what the token does not say is left out.
std::string whoami_text(const AccessToken& token);

// One JSON object: jwt, type, app_id, user, tenant, object_id, resource_id, audience, expires,
// provider; null for what the token does not say.
std::string whoami_json(const AccessToken& token);

}  // namespace kvlaunch
