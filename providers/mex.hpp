// The description (WSDL, by WS-MetadataExchange) that a federation server gives of its WS-Trust
// endpoints: finding the one for a way to sign in.
//
// Source: MSAL.NET WsTrust/MexDocument.cs; the documents of AD FS 2012 R2 to 2022.
#pragma once

#include <string_view>

#include "launcher/base/url.hpp"
#include "launcher/base/world.hpp"

namespace kvlaunch {

enum class WsTrustVersion { v1_3, v2005 };
enum class WsTrustSignIn {
  kerberos,  // windowstransport: HTTP's Negotiate
  password,  // usernamemixed: a user name token in the message
};

struct WsTrustEndpoint {
  Url url;  // https
  WsTrustVersion version = WsTrustVersion::v1_3;
};

// Prefers 1.3. Errors: response_malformed for what is no WSDL, identity_configuration when it
// describes no such endpoint.
Result<WsTrustEndpoint> find_ws_trust_endpoint(std::string_view wsdl, WsTrustSignIn sign_in);

// The same, with the document fetched from `metadata`.
Result<WsTrustEndpoint> ask_federation_metadata(World& world, const Url& metadata,
                                                WsTrustSignIn sign_in, const Deadline& deadline);

}  // namespace kvlaunch
