// Making up refusals.
#include "devvault/fault_response.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "devvault/entra_error.hpp"
#include "devvault/json_object.hpp"
#include "devvault/key_vault_error.hpp"
#include "devvault/vault_access.hpp"
#include "launcher/base/cloud.hpp"

namespace devvault {
namespace {

constexpr std::string_view html_body =
    "<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head>"
    "<body><h1>Our services aren't available right now</h1></body></html>\n";

// What a huge body begins with; blanks follow, so that it is JSON and only its size is wrong.
constexpr std::string_view huge_body_start = "{}";

struct UsualCode {
  int status;
  std::string_view code, inner;
};

// azure-security-docs key-vault/general/rest-error-codes.md.
constexpr std::array<UsualCode, 10> key_vault_codes{{
    {400, "BadParameter", ""},
    {401, "Unauthorized", ""},
    {403, "Forbidden", "ForbiddenByRbac"},
    {404, "SecretNotFound", ""},
    {408, "RequestTimeout", ""},
    {409, "Conflict", ""},
    {429, "Throttled", ""},
    {500, "InternalServerError", ""},
    {503, "ServiceUnavailable", ""},
    {504, "GatewayTimeout", ""},
}};

bool is_vault(const Request& request, const Config& config) {
  return config.vaults.contains(request.host) ||
         kvlaunch::cloud_of_vault_host(request.host) != nullptr;
}

// Of a vault that the file does not have, as of one that it has and that says nothing of its own.
std::string true_authority(const Request& request, const Config& config) {
  const auto known = config.vaults.find(request.host);
  Vault vault = known == config.vaults.end() ? Vault{} : known->second;
  vault.host = request.host;
  if (vault.tenant_id.empty()) vault.tenant_id = config.tenant_id;
  return authority_of(vault);
}

std::string true_resource(const Request& request, const Config& config) {
  const auto vault = config.vaults.find(request.host);
  if (vault != config.vaults.end() && !vault->second.resource.empty()) {
    return vault->second.resource;
  }
  const std::size_t dot = request.host.find('.');
  return "https://" + (dot == std::string::npos ? request.host : request.host.substr(dot + 1));
}

void add_challenge(const FaultRule& rule, const Request& request, const Config& config,
                   Response& response) {
  const std::string authority =
      rule.challenge_authority.empty() ? true_authority(request, config) : rule.challenge_authority;
  const std::string resource =
      rule.challenge_resource.empty() ? true_resource(request, config) : rule.challenge_resource;
  response.headers.emplace_back("WWW-Authenticate", challenge(authority, resource));
}

Response vault_refusal(const FaultRule& rule, int status, const Request& request,
                       const Config& config) {
  const auto usual = std::find_if(key_vault_codes.begin(), key_vault_codes.end(),
                                  [&](const UsualCode& row) { return row.status == status; });
  const bool known = usual != key_vault_codes.end();
  const std::string_view usual_code = known ? usual->code : "InternalServerError";
  const bool all_usual = known && rule.error_code.empty() && rule.inner_code.empty();
  Response response = key_vault_error(
      status, rule.error_code.empty() ? usual_code : std::string_view{rule.error_code},
      "devvault: a fault rule answers this request.",
      all_usual ? usual->inner : std::string_view{rule.inner_code});
  add_key_vault_headers(response, request);
  if (status == 401) add_challenge(rule, request, config, response);
  return response;
}

// For Entra `code` is the word in "error", `inner-code` the number after AADSTS.
Response entra_refusal(const FaultRule& rule, int status, const Request& request, WallTime now) {
  EntraError error{90033, status, "temporarily_unavailable",
                   "A transient error has occurred. Please try again."};
  if (status == 400) error = {90014, status, "invalid_request", "A required field is missing."};
  if (status == 401) error = {7000215, status, "invalid_client", "Invalid client secret provided."};
  if (status == 429) error.code = 90055;
  if (!rule.error_code.empty()) error.error = rule.error_code;
  const std::string_view digits = rule.inner_code;
  std::from_chars(digits.data(), digits.data() + digits.size(), error.code);
  return refuse(error, request, now);
}

// reference: IMDS answers {"error","error_description"}.
Response managed_identity_refusal(const FaultRule& rule, int status) {
  return Response::json(
      status, JsonObject{}
                  .text("error", rule.error_code.empty() ? "devvault_fault" : rule.error_code)
                  .text("error_description", "devvault: a fault rule answers this request.")
                  .str());
}

Response refusal(const FaultRule& rule, int status, const Request& request, const Config& config,
                 WallTime now) {
  if (is_vault(request, config)) return vault_refusal(rule, status, request, config);
  if (request.scheme == "https") return entra_refusal(rule, status, request, now);
  return managed_identity_refusal(rule, status);
}

}  // namespace

std::optional<Response> fault_response(const FaultRule& rule, const Request& request,
                                       const Config& config, WallTime now) {
  const bool success = rule.status >= 200 && rule.status < 300;
  if (rule.not_json) {
    return Response{rule.status == 0 ? 200 : rule.status,
                    {{"Content-Type", "text/html; charset=utf-8"}},
                    std::string{html_body}};
  }
  if (!rule.redirect.empty()) {
    return Response{rule.status == 0 ? 307 : rule.status, {{"Location", rule.redirect}}, {}};
  }
  if (!rule.challenge_resource.empty() || !rule.challenge_authority.empty()) {
    return vault_refusal(rule, 401, request, config);
  }
  if (rule.huge_body_bytes > 0) {
    return Response::json(rule.status == 0 ? 200 : rule.status, std::string{huge_body_start});
  }
  if (rule.status == 0 || success) return std::nullopt;
  return refusal(rule, rule.status, request, config, now);
}

void add_retry_headers(const FaultRule& rule, Response& response) {
  if (rule.retry_after) response.headers.emplace_back("Retry-After", *rule.retry_after);
  if (rule.retry_after_ms) response.headers.emplace_back("retry-after-ms", *rule.retry_after_ms);
  if (rule.x_ms_retry_after_ms) {
    response.headers.emplace_back("x-ms-retry-after-ms", *rule.x_ms_retry_after_ms);
  }
}

Manner manner_of(const FaultRule& rule) {
  Manner manner;
  manner.truncate = rule.truncate;
  manner.drip = rule.drip;
  manner.padding_bytes =
      rule.huge_body_bytes - std::min(rule.huge_body_bytes, huge_body_start.size());
  return manner;
}

}  // namespace devvault
