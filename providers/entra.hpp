// One question to Entra's token endpoint: request, retries, answer and refusal.
//
// Sources: MSAL Go oauth/ops/accesstokens (fields), MSAL.NET Http/Retry (retries),
// learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/base/world.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

enum class Sensitivity { plain, secret };

// A view: the caller keeps the text alive. Secret values are encoded straight into wiped memory,
// and an answer that repeats one is not quoted.
struct FormField {
  std::string_view name;
  std::string_view value;
  Sensitivity sensitivity = Sensitivity::plain;
};

struct EntraRefusal {
  Error error;
  int aadsts = 0;                                       // 0: no number in the answer
  std::optional<std::chrono::sys_seconds> server_time;  // from the Date header
  std::string oauth_error;                              // "invalid_client"; empty if there is none
};

using EntraAnswer = std::variant<AccessToken, EntraRefusal>;

// The v2 endpoint of the tenant; for the literal tenant "adfs" AD FS's own.
Url token_endpoint(const Url& authority, std::string_view tenant);

// AD FS speaks v1: `resource` instead of `scope`, RS256 assertions.
bool is_adfs(std::string_view tenant);

// "https://vault.azure.net/.default" -> "https://vault.azure.net".
std::string_view resource_of(std::string_view scope);

// The body of a 200 without "error" in it, from any endpoint of a login host that takes a form.
// Three tries on transport errors, 429 and 5xx; no other answer is asked for again. Retry-After is
// kept, up to the deadline. `trust` is for an endpoint that is not Entra's own.
std::variant<Secret, EntraRefusal> ask_login_endpoint(World& world, const Url& endpoint,
                                                      const std::vector<FormField>& fields,
                                                      const Deadline& deadline,
                                                      const TlsTrust& trust = {});

// The same, with a token in the answer.
EntraAnswer ask_token_endpoint(World& world, const Url& endpoint,
                               const std::vector<FormField>& fields, const Deadline& deadline,
                               const TlsTrust& trust = {});

}  // namespace kvlaunch
