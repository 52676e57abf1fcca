// Failures of Kerberos, told apart by number.
#include "launcher/kerberos/gssapi_status.hpp"

#include <array>
#include <string_view>

namespace kvlaunch::gss {
namespace {

constexpr int of_gss = 1;        // GSS_C_GSS_CODE
constexpr int of_mechanism = 2;  // GSS_C_MECH_CODE
constexpr int most_lines = 8;
// A KDC may add text of its own.
constexpr std::size_t longest_words = 300;

constexpr std::string_view own_ticket = "get a new ticket: kinit USER@REALM";
constexpr std::string_view set_clock =
    "set the clocks of this machine and of the KDC: they may "
    "differ by 5 minutes";

struct Row {
  std::int32_t minor;
  Code code;
  std::string_view meaning;  // " for HOST" follows where `about_host`
  bool about_host;
  std::string_view hint;
};

constexpr std::string_view no_ticket = "there is no Kerberos ticket for the current user";
constexpr std::string_view get_ticket =
    "get one with kinit USER@REALM; a service needs a keytab (kinit -k) or a cache named by "
    "KRB5CCNAME";
constexpr std::string_view unreachable = "the KDC of the realm cannot be reached";
constexpr std::string_view reach_it =
    "port 88 of a domain controller must be open (UDP and TCP); check krb5.conf and DNS";

// KRB5... names, in the order of krb5_err.et.
constexpr auto rows = std::to_array<Row>({
    // KDC_ERR_CLIENT_REVOKED
    {-1765328366, Code::identity_refused, "the account of the ticket is locked or disabled", false,
     "ask the administrator of the domain"},
    // KDC_ERR_C_PRINCIPAL_UNKNOWN
    {-1765328378, Code::identity_refused, "the KDC does not know the user of the ticket", false,
     own_ticket},
    // KDC_ERR_S_PRINCIPAL_UNKNOWN
    {-1765328377, Code::identity_configuration, "the KDC knows no service HTTP", true,
     "AD FS's service account needs it (setspn -S HTTP/HOST ACCOUNT); in krb5.conf rdns = false "
     "keeps "
     "the name as it is, and [domain_realm] names its realm"},
    // AP_ERR_TKT_EXPIRED
    {-1765328352, Code::identity_unavailable, "the Kerberos ticket has expired", false, own_ticket},
    // AP_ERR_TKT_NYV
    {-1765328351, Code::identity_temporary, "the Kerberos ticket is not valid yet", false,
     set_clock},
    // AP_ERR_SKEW
    {-1765328347, Code::identity_temporary, "the clocks of this machine and the KDC differ", false,
     set_clock},
    // CC_NOTFOUND: the cache has no ticket-granting ticket
    {-1765328243, Code::identity_unavailable, no_ticket, false, get_ticket},
    // REALM_UNKNOWN
    {-1765328230, Code::identity_configuration, "no KDC is known for the realm", false,
     "name it under [realms] of krb5.conf, or let DNS answer _kerberos._udp.REALM"},
    // KDC_UNREACH
    {-1765328228, Code::identity_temporary, unreachable, false, reach_it},
    // REALM_CANT_RESOLVE
    {-1765328164, Code::identity_configuration, "the host name of the KDC cannot be looked up",
     false, "check [realms] of krb5.conf and DNS"},
    // gssapi_err_krb5.et: KG_CCACHE_NOMATCH, KG_TGT_MISSING, KG_EMPTY_CCACHE
    {39756032, Code::identity_unavailable, no_ticket, false, get_ticket},
    {39756034, Code::identity_unavailable, no_ticket, false, get_ticket},
    {39756044, Code::identity_unavailable, no_ticket, false, get_ticket},
});

Error error_of(Code code, std::string message, std::string_view hint, const std::string& words) {
  Error error{.code = code, .message = std::move(message), .hint = std::string{hint}};
  if (!words.empty()) error.notes.push_back("Kerberos says: " + words);
  return error;
}

void append_words(const Library& library, Status code, int kind, std::string& words) {
  Status context = 0;
  for (int line = 0; line < most_lines; ++line) {
    Status minor = 0;
    Buffer text;
    if (failed(library.display_status(&minor, code, kind, &kerberos, &context, &text))) return;
    if (!words.empty()) words += "; ";
    for (const char c : std::string_view{static_cast<const char*>(text.value), text.length}) {
      if (words.size() < longest_words) words += c < 0x20 || c > 0x7E ? '?' : c;
    }
    library.release_buffer(&minor, &text);
    if (context == 0) return;
  }
}

}  // namespace

std::string describe(const Library& library, Status major, Status minor) {
  // The mechanism's own words say more, where it has any ("Success" is what it says if not).
  std::string words;
  if (minor != 0) append_words(library, minor, of_mechanism, words);
  if (words.empty() || words == "Success") {
    words.clear();
    append_words(library, major & failure_mask, of_gss, words);
  }
  return words;
}

Error explain(Status major, Status minor, const std::string& words, const std::string& host) {
  for (const Row& row : rows) {
    if (row.minor != static_cast<std::int32_t>(minor)) continue;
    std::string message{row.meaning};
    if (row.about_host && !host.empty()) message += " at " + host;
    return error_of(row.code, std::move(message), row.hint, words);
  }
  if (routine_error(major) == credentials_expired) {
    return error_of(Code::identity_unavailable, "the Kerberos ticket has expired", own_ticket,
                    words);
  }
  if (routine_error(major) == no_credentials) {
    return error_of(Code::identity_unavailable, std::string{no_ticket}, get_ticket, words);
  }
  return error_of(
      Code::identity_refused,
      host.empty() ? "the Kerberos ticket cannot be used" : "Kerberos gives no proof for " + host,
      "run kinit and kvno HTTP@HOST to see more; KRB5_TRACE=/dev/stderr shows each step", words);
}

Error explain(const Library& library, Status major, Status minor, const std::string& host) {
  return explain(major, minor, describe(library, major, minor), host);
}

}  // namespace kvlaunch::gss
