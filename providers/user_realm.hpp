// Realm discovery: who checks the password or the ticket of a user, Entra itself or a federation
// server of the user's organisation.
//
// Source: MSAL.NET WsTrust/UserRealmDiscoveryResponse.cs, WsTrustWebRequestManager.cs.
#pragma once

#include <string>
#include <string_view>

#include "launcher/base/url.hpp"
#include "launcher/base/world.hpp"

namespace kvlaunch {

struct UserRealm {
  enum class Kind {
    federated,  // by WS-Trust; only then the members below mean anything
    managed,    // Entra checks passwords itself (password hash sync, pass-through authentication)
  };
  Kind kind = Kind::managed;
  std::string domain;
  Url metadata;          // where the federation server describes its endpoints
  std::string audience;  // for whom it is asked to issue tokens
};

// Asks `authority` about `user` ("worker@contoso.com"). Errors: those of the network;
// identity_refused for a user whose domain no tenant has and for Microsoft accounts;
// identity_configuration for a federation without WS-Trust; response_malformed.
Result<UserRealm> ask_user_realm(World& world, const Url& authority, std::string_view user,
                                 const Deadline& deadline);

}  // namespace kvlaunch
