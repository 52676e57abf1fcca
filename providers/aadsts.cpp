// The table of Entra's error numbers.
#include "providers/aadsts.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kvlaunch {
namespace {

constexpr std::string_view log_in_again = "log in again interactively, for example: az login";
constexpr std::string_view federated_credential =
    "compare issuer, subject and audience with the federated credential of the app registration";
constexpr std::string_view kerberos = "check the Kerberos ticket and the service principal name";
constexpr std::string_view use_default_scope = "ask for {resource}/.default";
constexpr std::string_view ask_admin = "ask an administrator to grant consent to the app";
constexpr std::string_view check_account = "check the account with its administrator";
constexpr std::string_view other_tenant = "invite the user as guest, or log in to another --tenant";
constexpr std::string_view check_policy =
    "use a compliant device or ask for an exception from the policy; trying again does not help";
constexpr std::string_view set_cloud = "set AZURE_AUTHORITY_HOST to the login host of that cloud";
constexpr std::string_view give_tenant = "give the tenant id instead of common";
constexpr std::string_view later = "try again later";

// clang-format off
constexpr auto rows = std::to_array<AadstsRow>({
  {16000,   Lasting::refusal,   "the user is not in the tenant", other_tenant},
  {28002,   Lasting::refusal,   "the scope is not valid", use_default_scope},
  {50001,   Lasting::refusal,   "the resource was not found in the tenant", "check cloud and tenant: the scope belongs to one cloud"},
  {50008,   Lasting::refusal,   "the SAML assertion is not valid", "check the federation with the tenant"},
  {50012,   Lasting::refusal,   "the signature of the assertion was not accepted", "upload this certificate to the app registration, and check that the private key belongs to it"},
  {50013,   Lasting::refusal,   "the user assertion is not valid", "compare the clock of this machine with the right time; check the federation"},
  {50020,   Lasting::refusal,   "the user is not in the tenant", other_tenant},
  {50027,   Lasting::refusal,   "the assertion is malformed", "check the content of the token file"},
  {50033,   Lasting::transient, "a temporary problem at Entra", later},
  {50034,   Lasting::refusal,   "the user is not in the tenant", other_tenant},
  {50049,   Lasting::refusal,   "Entra does not know this authority", "check AZURE_AUTHORITY_HOST"},
  {50053,   Lasting::refusal,   "the account is locked", check_account},
  {50055,   Lasting::refusal,   "the password has expired", "set a new password"},
  {50057,   Lasting::refusal,   "the account is disabled", check_account},
  {50058,   Lasting::refusal,   "there is no session", log_in_again},
  {50072,   Lasting::refusal,   "multi-factor authentication is needed", log_in_again},
  {50074,   Lasting::refusal,   "multi-factor authentication is needed", log_in_again},
  {50076,   Lasting::refusal,   "multi-factor authentication is needed", log_in_again},
  {50078,   Lasting::refusal,   "multi-factor authentication has expired", log_in_again},
  {50079,   Lasting::refusal,   "multi-factor authentication must be set up", log_in_again},
  {50089,   Lasting::refusal,   "the refresh token has expired", log_in_again},
  {50105,   Lasting::refusal,   "the user or app is not assigned to the enterprise application", "assign it there"},
  {50107,   Lasting::refusal,   "the federation realm is not known", "check the federation with the tenant"},
  {50126,   Lasting::refusal,   "user name or password is wrong", "check both"},
  {50132,   Lasting::refusal,   "the session was revoked", log_in_again},
  {50133,   Lasting::refusal,   "the session has expired", log_in_again},
  {50173,   Lasting::refusal,   "the refresh token was revoked", log_in_again},
  {50194,   Lasting::refusal,   "the app belongs to a single tenant", give_tenant},
  {50196,   Lasting::refusal,   "Entra sees the same request over and over", "wait some minutes; look for a service that restarts in a loop"},
  {51004,   Lasting::refusal,   "the user is not in the tenant", other_tenant},
  {53000,   Lasting::refusal,   "conditional access wants a compliant device", check_policy},
  {53001,   Lasting::refusal,   "conditional access wants a joined device", check_policy},
  {53003,   Lasting::refusal,   "conditional access blocks this", check_policy},
  {54005,   Lasting::refusal,   "the authorisation code was used before", "start the login again"},
  {65001,   Lasting::refusal,   "consent is missing", ask_admin},
  {70001,   Lasting::refusal,   "the app is disabled", "ask an administrator to enable it"},
  {70008,   Lasting::refusal,   "the refresh token has expired", log_in_again},
  {70011,   Lasting::refusal,   "the scope is not valid", use_default_scope},
  {70016,   Lasting::refusal,   "the device code has not been entered yet", "enter it, then try again"},
  {70018,   Lasting::refusal,   "the device code is wrong", "start the login again"},
  {70019,   Lasting::refusal,   "the device code has expired", "start the login again"},
  {70020,   Lasting::refusal,   "the device code has expired", "start the login again"},
  {70021,   Lasting::refusal,   "no federated credential matches the assertion", federated_credential},
  {70043,   Lasting::refusal,   "the refresh token has expired by policy", log_in_again},
  {81004,   Lasting::refusal,   "Kerberos authentication failed", kerberos},
  {81005,   Lasting::refusal,   "the authentication package is not supported", kerberos},
  {81006,   Lasting::refusal,   "no authorisation header was found", kerberos},
  {81007,   Lasting::refusal,   "the tenant is not enabled for Seamless SSO", kerberos},
  {81009,   Lasting::refusal,   "the Kerberos ticket could not be validated", kerberos},
  {81010,   Lasting::refusal,   "the Kerberos ticket has expired or is not valid", kerberos},
  {81011,   Lasting::refusal,   "no user belongs to the Kerberos ticket", kerberos},
  {81012,   Lasting::refusal,   "another user is signed in to the device", kerberos},
  {90002,   Lasting::refusal,   "the tenant was not found", "check the tenant id for a typo, and AZURE_AUTHORITY_HOST for the wrong cloud"},
  {90006,   Lasting::transient, "a temporary problem at Entra", later},
  {90024,   Lasting::transient, "a temporary problem at Entra", later},
  {90033,   Lasting::transient, "a temporary problem at Entra", later},
  {90038,   Lasting::refusal,   "the tenant lives in another national cloud", set_cloud},
  {90055,   Lasting::transient, "the tenant is throttled", "wait some minutes"},
  {90090,   Lasting::transient, "a temporary problem at Entra", later},
  {90094,   Lasting::refusal,   "consent of an administrator is missing", ask_admin},
  {90124,   Lasting::refusal,   "the resource is not allowed on common", give_tenant},
  {90130,   Lasting::refusal,   "the app is not allowed on common", give_tenant},
  {100007,  Lasting::refusal,   "the regional endpoint is not allowed", "unset AZURE_REGIONAL_AUTHORITY_NAME"},
  {500011,  Lasting::refusal,   "the resource was not found in the tenant", "check cloud and tenant: the scope belongs to one cloud"},
  {500133,  Lasting::refusal,   "the assertion is outside its time", "compare the clock of this machine with the right time"},
  {530032,  Lasting::refusal,   "the tenant's security policy blocks this", check_policy},
  {530035,  Lasting::refusal,   "security defaults block this", check_policy},
  {650056,  Lasting::refusal,   "consent is missing", ask_admin},
  {650057,  Lasting::refusal,   "the app may not ask for this resource", "check cloud and tenant, and the API permissions of the app"},
  {700016,  Lasting::refusal,   "the app was not found in the tenant", "check client id, tenant id and cloud"},
  {700021,  Lasting::refusal,   "issuer and subject of the assertion differ from the client id", "check the client id"},
  {700023,  Lasting::refusal,   "the audience of the assertion is wrong", "it must be the token endpoint of this cloud and tenant: check both"},
  {700024,  Lasting::refusal,   "the assertion is outside its time", "compare the clock of this machine with the right time; a federated token may be stale"},
  {700025,  Lasting::refusal,   "the app is registered as a public client", "register it as a confidential one, or leave the secret out"},
  {700027,  Lasting::refusal,   "the certificate was not accepted", "upload this certificate to the app registration; compare the thumbprints"},
  {700030,  Lasting::refusal,   "the subject name of the certificate is not authorised", "send the chain (send-chain: true), or correct the trusted subject"},
  {700082,  Lasting::refusal,   "the refresh token has expired", log_in_again},
  {700211,  Lasting::refusal,   "no federated credential has this issuer", federated_credential},
  {700212,  Lasting::refusal,   "no federated credential has this audience", federated_credential},
  {700213,  Lasting::refusal,   "no federated credential has this subject", federated_credential},
  {700229,  Lasting::refusal,   "only app tokens can be federated", "use a token of an app, not of a user"},
  {900023,  Lasting::refusal,   "the tenant id is malformed", "check the tenant id for a typo"},
  {900382,  Lasting::refusal,   "the tenant lives in another national cloud", set_cloud},
  {901002,  Lasting::refusal,   "the v2 endpoint does not take a resource", use_default_scope},
  {7000112, Lasting::refusal,   "the app is disabled", "ask an administrator to enable it"},
  {7000215, Lasting::refusal,   "the client secret is wrong", "use the secret's Value; its Secret ID is easily pasted instead"},
  {7000218, Lasting::refusal,   "no secret or assertion was sent", "configure a credential for the app"},
  {7000222, Lasting::refusal,   "the client secret has expired", "create a new one, or move to a certificate or a federated credential"},
  {7000229, Lasting::refusal,   "the app has no service principal in the tenant", "create it: az ad sp create --id CLIENT_ID"},
  {7002138, Lasting::refusal,   "the subject differs from the federated credential only in case", federated_credential},
  {9001023, Lasting::refusal,   "the grant is not allowed on common", give_tenant},
});
// clang-format on

constexpr bool is_sorted_by_code() {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i - 1].code >= rows[i].code) return false;
  }
  return true;
}
static_assert(is_sorted_by_code(), "find_aadsts searches by halves");

}  // namespace

std::span<const AadstsRow> aadsts_table() {
  return rows;
}

const AadstsRow* find_aadsts(int code) {
  const auto* const row =
      std::lower_bound(rows.begin(), rows.end(), code,
                       [](const AadstsRow& left, int right) { return left.code < right; });
  return row != rows.end() && row->code == code ? &*row : nullptr;
}

int aadsts_code_in(std::string_view text) {
  constexpr std::string_view prefix = "AADSTS";
  const auto start = text.find(prefix);
  if (start == std::string_view::npos) return 0;
  const auto digits = text.substr(start + prefix.size());
  int code = 0;
  const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  return problem == std::errc{} && stop != digits.data() && code > 0 ? code : 0;
}

}  // namespace kvlaunch
