// Answers of the CI systems' token endpoints.
#include "devvault/ci_tokens.hpp"

#include "devvault/bearer.hpp"
#include "devvault/client_assertion.hpp"
#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view github_host = "actions.devvault.example";
constexpr std::string_view pipelines_host = "pipelines.devvault.example";
constexpr std::int64_t lifetime_s = 300;

Response refuse(int status, std::string_view message) {
  return Response::json(status, JsonObject{}.text("message", message).str());
}

}  // namespace

std::string usual_github_subject(const Identity& identity) {
  return "repo:devvault/" + identity.name + ":ref:refs/heads/main";
}

std::string pipelines_issuer() {
  return "https://vstoken.dev.azure.com/" + made_up_guid("organization");
}

std::string pipelines_subject(const Identity& identity) {
  return "sc://devvault/devvault/" + identity.name;
}

std::string github_request_url(const Identity& identity) {
  return "https://" + std::string{github_host} + "/" + kvlaunch::percent_encode(identity.name) +
         "?api-version=2.0";
}

std::string pipelines_request_url(const Identity& identity) {
  return "https://" + std::string{pipelines_host} + "/" + kvlaunch::percent_encode(identity.name) +
         "/_apis/distributedtask/hubs/build/plans/" + made_up_guid("plan") + "/jobs/" +
         made_up_guid("job") + "/oidctoken";
}

std::vector<std::pair<std::string, std::string>> job_variables(const Config& config,
                                                               const Identity& identity,
                                                               const std::string& job_token) {
  std::vector<std::pair<std::string, std::string>> set;
  if (!identity.github_subject.empty()) {
    set.emplace_back("ACTIONS_ID_TOKEN_REQUEST_URL", github_request_url(identity));
    set.emplace_back("ACTIONS_ID_TOKEN_REQUEST_TOKEN", job_token);
  }
  if (!identity.pipelines_connection.empty()) {
    set.emplace_back("SYSTEM_OIDCREQUESTURI", pipelines_request_url(identity));
    set.emplace_back("SYSTEM_ACCESSTOKEN", job_token);
    set.emplace_back("AZURESUBSCRIPTION_TENANT_ID", config.tenant_id);
    set.emplace_back("AZURESUBSCRIPTION_CLIENT_ID", identity.client_id);
    set.emplace_back("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", identity.pipelines_connection);
  }
  return set;
}

bool is_ci_host(std::string_view host) {
  return host == github_host || host == pipelines_host;
}

CiTokens::CiTokens(const Config& config, TokenIssuer& tokens, Now now, std::string job_token)
    : config_(config), tokens_(tokens), now_(now), job_token_(std::move(job_token)) {}

bool CiTokens::serves(const Request& request) const {
  return request.scheme == "https" && is_ci_host(request.host);
}

Response CiTokens::answer(const Request& request) {
  const bool is_github = request.host == github_host;
  if (bearer_token(request).value_or("") != job_token_) {
    if (!is_github && !request.header("x-tfs-fedauthredirect")) {
      Response response = refuse(302, "sign in");
      response.headers.emplace_back("Location", "https://login.microsoftonline.com/");
      return response;
    }
    return refuse(401, "The token of the job is missing or wrong.");
  }
  const Identity* const identity = identity_at(request.path);
  if (identity == nullptr) return refuse(404, "There is no such job.");
  return is_github ? github(*identity, request) : pipelines(*identity, request);
}

const Identity* CiTokens::identity_at(std::string_view path) const {
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto name = kvlaunch::percent_decode(path.substr(0, path.find('/')));
  if (!name) return nullptr;
  const auto found = config_.identities.find(*name);
  return found == config_.identities.end() ? nullptr : &found->second;
}

Response CiTokens::github(const Identity& identity, const Request& request) const {
  if (identity.github_subject.empty()) return refuse(404, "There is no such job.");
  if (request.method != "GET") return refuse(405, "Only GET is allowed.");
  const auto audience = request.query_value("audience");
  const std::string text = token(github_issuer, identity.github_subject,
                                 audience.value_or("https://github.com/devvault"));
  return Response::json(200, JsonObject{}
                                 .number("count", static_cast<std::int64_t>(text.size()))
                                 .text("value", text)
                                 .str());
}

Response CiTokens::pipelines(const Identity& identity, const Request& request) const {
  if (identity.pipelines_connection.empty()) return refuse(404, "There is no such job.");
  if (request.method != "POST") return refuse(405, "Only POST is allowed.");
  if (!request.query_value("api-version")) return refuse(400, "api-version is missing.");
  const auto connection = request.query_value("serviceConnectionId").value_or("");
  if (!kvlaunch::equal_ignoring_case(connection, identity.pipelines_connection)) {
    return refuse(404, "The job has no such service connection.");
  }
  return Response::json(
      200, JsonObject{}
               .text("oidcToken",
                     token(pipelines_issuer(), pipelines_subject(identity), federation_audience))
               .str());
}

std::string CiTokens::token(std::string_view issuer, std::string_view subject,
                            std::string_view audience) const {
  const std::int64_t now = epoch_seconds(now_());
  return tokens_.sign_payload(JsonObject{}
                                  .text("jti", random_guid())
                                  .text("sub", subject)
                                  .text("aud", audience)
                                  .text("iss", issuer)
                                  .number("nbf", now)
                                  .number("iat", now)
                                  .number("exp", now + lifetime_s)
                                  .str());
}

}  // namespace devvault
