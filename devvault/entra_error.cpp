// The refusals one by one, and their body.
#include "devvault/entra_error.hpp"

#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"
#include "devvault/times.hpp"

namespace devvault {
namespace {

std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

EntraError invalid_request(int code, std::string text) {
  return {code, 400, "invalid_request", std::move(text)};
}
EntraError invalid_client(int code, std::string text) {
  return {code, 401, "invalid_client", std::move(text)};
}

constexpr std::string_view federation_hint =
    " Please check your federated identity credential Subject, Audience and Issuer against the "
    "presented assertion. https://learn.microsoft.com/entra/workload-id/"
    "workload-identity-federation";

}  // namespace

void add_entra_headers(Response& response, const std::string& request_id) {
  response.headers.insert(response.headers.end(),
                          {{"Cache-Control", "no-store, no-cache"},
                           {"Pragma", "no-cache"},
                           {"Expires", "-1"},
                           {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
                           {"X-Content-Type-Options", "nosniff"},
                           {"x-ms-request-id", request_id}});
}

Response refuse(const EntraError& error, const Request& request, WallTime now) {
  const std::string trace_id = random_guid();
  const std::string correlation_id{request.header("client-request-id").value_or(random_guid())};
  const std::string time = entra_time(now);
  const std::string code = std::to_string(error.code);
  const std::string body =
      JsonObject{}
          .text("error", error.error)
          .text("error_description",
                "AADSTS" + code + ": " + error.text + "\r\nTrace ID: " + trace_id +
                    "\r\nCorrelation ID: " + correlation_id + "\r\nTimestamp: " + time)
          .raw("error_codes", "[" + code + "]")
          .text("timestamp", time)
          .text("trace_id", trace_id)
          .text("correlation_id", correlation_id)
          .text("error_uri", request.origin() + "/error?code=" + code)
          .str();
  Response response = Response::json(error.status, body);
  add_entra_headers(response, trace_id);
  return response;
}

namespace entra {

EntraError missing_parameter(const std::string& name) {
  return invalid_request(
      900144, "The request body must contain the following parameter: " + quoted(name) + ".");
}

EntraError not_post(const std::string& method) {
  return invalid_request(
      900561, "The endpoint only accepts POST requests. Received a " + method + " request.");
}

EntraError unsupported_grant(const std::string& grant) {
  return {70003, 400, "unsupported_grant_type",
          "The app requested an unsupported grant type " + quoted(grant) + "."};
}

EntraError malformed_tenant(const std::string& tenant) {
  return invalid_request(900023, "Specified tenant identifier " + quoted(tenant) +
                                     " is neither a valid DNS name, nor a valid external domain.");
}

EntraError unknown_tenant(const std::string& tenant) {
  return invalid_request(
      90002, "Tenant " + quoted(tenant) +
                 " not found. Check to make sure you have the correct tenant ID and are signing "
                 "into the correct cloud. Check with your subscription administrator, this may "
                 "happen if there are no active subscriptions for the tenant.");
}

EntraError tenantless(const std::string& client_id, const std::string& endpoint) {
  return invalid_request(
      50194, "Application " + quoted(client_id) +
                 " is not configured as a multi-tenant application. Usage of the /" + endpoint +
                 " endpoint is not supported for such apps created after '10/15/2018'. Use a "
                 "tenant-specific endpoint or configure the application to be multi-tenant.");
}

EntraError unknown_application(const std::string& client_id, const std::string& tenant) {
  return {700016, 400, "unauthorized_client",
          "Application with identifier " + quoted(client_id) + " was not found in the directory " +
              quoted(tenant) +
              ". This can happen if the application has not been installed by the administrator of "
              "the tenant or consented to by any user in the tenant. You may have sent your "
              "authentication request to the wrong tenant."};
}

EntraError no_credential() {
  return invalid_client(7000218,
                        "The request body must contain the following parameter: "
                        "'client_assertion' or 'client_secret'.");
}

EntraError wrong_secret(const std::string& client_id) {
  return invalid_client(7000215,
                        "Invalid client secret provided. Ensure the secret being sent in the "
                        "request is the client secret value, not the client secret ID, for a "
                        "secret added to app " +
                            quoted(client_id) + ".");
}

EntraError bad_scope(const std::string& scope) {
  return {70011, 400, "invalid_scope",
          "The provided request must include a 'scope' input parameter. The provided value for the "
          "input parameter 'scope' is not valid. The scope " +
              scope + " is not valid."};
}

EntraError resource_on_v2() {
  return invalid_request(901002, "The 'resource' request parameter is not supported.");
}

EntraError unknown_resource(const std::string& resource, const std::string& tenant) {
  return {500011, 400, "invalid_resource",
          "The resource principal named " + resource + " was not found in the tenant named " +
              tenant +
              ". This can happen if the application has not been installed by the administrator of "
              "the tenant or consented to by any user in the tenant. You might have sent your "
              "authentication request to the wrong tenant."};
}

EntraError malformed_assertion(const std::string& why) {
  return {50027, 400, "invalid_request", "JWT token is invalid or malformed: " + why + "."};
}

EntraError unknown_certificate(const std::string& thumbprint) {
  return invalid_client(
      700027,
      "The certificate with identifier used to sign the client assertion is not registered on "
      "application. [Reason - The key was not found., Thumbprint of key used by client: " +
          quoted(thumbprint) + "]");
}

EntraError bad_signature(const std::string& thumbprint) {
  return invalid_client(
      700027,
      "Client assertion failed signature validation. [Reason - The key was found, but use of the "
      "key to verify the signature failed., Thumbprint of key used by client: " +
          quoted(thumbprint) + "]");
}

EntraError expired_certificate(const std::string& thumbprint) {
  return invalid_client(
      700027,
      "The certificate with identifier used to sign the client assertion is expired on "
      "application. [Reason - The key used is expired., Thumbprint of key used by client: " +
          quoted(thumbprint) + "]");
}

EntraError wrong_assertion_client() {
  return invalid_client(700021,
                        "Client assertion application identifier doesn't match 'client_id' "
                        "parameter. Review the documentation at "
                        "https://docs.microsoft.com/azure/active-directory/develop/"
                        "active-directory-certificate-credentials .");
}

EntraError wrong_assertion_audience() {
  return invalid_client(700023,
                        "Client assertion audience claim does not match Realm issuer. Review the "
                        "documentation at https://docs.microsoft.com/azure/active-directory/"
                        "develop/active-directory-certificate-credentials .");
}

EntraError assertion_out_of_time(WallTime now, WallTime from, WallTime until) {
  return invalid_client(700024,
                        "Client assertion is not within its valid time range. Current time: " +
                            american_time(now) + ", assertion valid from " + american_time(from) +
                            ", expiry time of assertion " + american_time(until) + ".");
}

EntraError federation_issuer(const std::string& issuer) {
  return invalid_client(
      700211, "No matching federated identity record found for presented assertion issuer " +
                  quoted(issuer) + "." + std::string{federation_hint});
}

EntraError federation_audience(const std::string& audience) {
  return invalid_client(
      700212, "No matching federated identity record found for presented assertion audience " +
                  quoted(audience) + "." + std::string{federation_hint});
}

EntraError federation_subject(const std::string& subject) {
  return invalid_client(
      700213, "No matching federated identity record found for presented assertion subject " +
                  quoted(subject) + "." + std::string{federation_hint});
}

EntraError federation_subject_case(const std::string& subject) {
  return invalid_client(
      7002138,
      "No matching federated identity record found for presented assertion subject " +
          quoted(subject) +
          ". The subject matches with case-insensitive comparison, but not with case-sensitive "
          "comparison." +
          std::string{federation_hint});
}

EntraError federation_mismatch(const std::string& issuer, const std::string& subject,
                               const std::string& audience) {
  return invalid_client(
      70021,
      "No matching federated identity record found for presented assertion. Assertion "
      "Issuer: " +
          quoted(issuer) + ". Assertion Subject: " + quoted(subject) +
          ". Assertion Audience: " + quoted(audience) + "." + std::string{federation_hint});
}

EntraError unknown_instance() {
  return {50049, 400, "invalid_instance", "Unknown or invalid instance."};
}

EntraError unknown_user(const std::string& user) {
  return {50034, 400, "invalid_grant",
          "The user account " + quoted(user) +
              " does not exist in the directory. To sign into this application, the account must "
              "be added to the directory."};
}

EntraError wrong_password() {
  return {50126, 400, "invalid_grant",
          "Error validating credentials due to invalid username or password."};
}

EntraError bad_saml(const std::string& why) {
  return {50008, 400, "invalid_grant",
          "Unable to verify token signature or SAML token is "
          "invalid: " +
              why + "."};
}

EntraError saml_out_of_time() {
  return {50013, 400, "invalid_grant",
          "Assertion failed validation: [Reason - the assertion is not within its valid time "
          "range.]"};
}

EntraError unknown_federation(const std::string& realm) {
  return {50107, 400, "invalid_grant",
          "The requested federation realm object " + quoted(realm) + " does not exist."};
}

EntraError no_grant_on_common() {
  return invalid_request(9001023,
                         "The grant type is not supported over the /common or /consumers "
                         "endpoints. Please use the /organizations or tenant-specific endpoint.");
}

EntraError redirect_mismatch(const std::string& redirect) {
  return invalid_request(50011, "The redirect URI " + quoted(redirect) +
                                    " specified in the request does not match the redirect URIs "
                                    "configured for the application.");
}

EntraError challenge_missing() {
  return invalid_request(9002325,
                         "Proof Key for Code Exchange is required for cross-origin authorization "
                         "code redemption.");
}

EntraError verifier_mismatch() {
  return {501481, 400, "invalid_grant",
          "The Code_Verifier does not match the code_challenge supplied in the authorization "
          "request."};
}

EntraError code_unusable() {
  return {54005, 400, "invalid_grant",
          "OAuth2 Authorization code was already redeemed, please retry with a new valid code or "
          "use an existing refresh token."};
}

EntraError device_code_pending() {
  return {70016, 400, "authorization_pending",
          "OAuth 2.0 device flow error. Authorization is pending. Continue polling."};
}

EntraError device_code_unknown() {
  return {70018, 400, "bad_verification_code",
          "OAuth 2.0 device flow error. Invalid verification code due to user typing in wrong user "
          "code for device code flow."};
}

EntraError device_code_expired() {
  return {70020, 400, "expired_token",
          "The provided value for the input parameter 'device_code' is not valid. This device code "
          "has expired."};
}

}  // namespace entra
}  // namespace devvault
