// Refusals of Entra ID, in the shape and wording clients and people know.
//
// Source: MicrosoftDocs/entra-docs identity-platform/reference-error-codes.md; the body's members
// as described there and read by MSAL.
#pragma once

#include <string>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"

namespace devvault {

struct EntraError {
  int code = 0;       // AADSTS number
  int status = 400;   // 400 or 401
  std::string error;  // OAuth's word: invalid_client, invalid_request, ...
  std::string text;   // after "AADSTSnnn: "
};

// `request` gives the correlation id (header client-request-id) and the host of error_uri.
Response refuse(const EntraError& error, const Request& request, WallTime now);

// Headers that every answer of the token endpoint carries.
void add_entra_headers(Response& response, const std::string& request_id);

namespace entra {

EntraError missing_parameter(const std::string& name);
EntraError not_post(const std::string& method);
EntraError unsupported_grant(const std::string& grant);
EntraError malformed_tenant(const std::string& tenant);
EntraError unknown_tenant(const std::string& tenant);
EntraError tenantless(const std::string& client_id, const std::string& endpoint);
EntraError unknown_application(const std::string& client_id, const std::string& tenant);
EntraError no_credential();
EntraError wrong_secret(const std::string& client_id);
EntraError bad_scope(const std::string& scope);
EntraError resource_on_v2();
EntraError unknown_resource(const std::string& resource, const std::string& tenant);
EntraError malformed_assertion(const std::string& why);
EntraError unknown_certificate(const std::string& thumbprint);
EntraError bad_signature(const std::string& thumbprint);
EntraError expired_certificate(const std::string& thumbprint);
EntraError wrong_assertion_client();
EntraError wrong_assertion_audience();
EntraError assertion_out_of_time(WallTime now, WallTime from, WallTime until);
EntraError federation_issuer(const std::string& issuer);
EntraError federation_audience(const std::string& audience);
EntraError federation_subject(const std::string& subject);
EntraError federation_subject_case(const std::string& subject);
EntraError federation_mismatch(const std::string& issuer, const std::string& subject,
                               const std::string& audience);
EntraError unknown_instance();
EntraError unknown_user(const std::string& user);
EntraError wrong_password();
EntraError bad_saml(const std::string& why);
EntraError saml_out_of_time();
EntraError unknown_federation(const std::string& realm);
EntraError no_grant_on_common();
EntraError redirect_mismatch(const std::string& redirect);
EntraError challenge_missing();
EntraError verifier_mismatch();
EntraError code_unusable();
EntraError device_code_pending();
EntraError device_code_unknown();
EntraError device_code_expired();

}  // namespace entra
}  // namespace devvault
