// Building requests and reading answers in tests.
#include "stand_in.hpp"

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Json;

constexpr Seconds start{1'800'000'000};

void restart_clock() {
  ManualClock::time = WallTime{start};
}

// One for all tests: making a key takes longer than most of them.
SigningKey shared_key() {
  static const SigningKey key = make_signing_key();
  return key;
}

}  // namespace

SecretObject plain_secret(const std::string& name, const std::string& value) {
  SecretVersion version;
  version.version = std::string(31, '0') + "1";
  version.value = value;
  version.created = WallTime{Seconds{1'700'000'000}};
  return {.name = name, .versions = {version}};
}

Config small_config() {
  Config config = default_config();
  config.tenant_id = tenant;
  config.identities.clear();
  Identity app;
  app.name = "app";
  app.client_id = client;
  app.client_secret = "dev+secret/";
  app.object_id = "33333333-3333-3333-3333-333333333333";
  config.identities["app"] = app;
  config.identity_order = {"app"};
  config.default_identity = "app";
  config.vaults.clear();
  Vault vault;
  vault.name = "contoso-dev";
  vault.host = "contoso-dev.vault.azure.net";
  vault.tenant_id = tenant;
  vault.secrets["db-password"] = plain_secret("db-password", "s3cret");
  vault.secrets["api-key"] = plain_secret("api-key", "x");
  config.vaults[vault.host] = vault;
  return config;
}

Request request_to(const std::string& method, const std::string& url) {
  const auto parsed = kvlaunch::parse_url(url);
  Request request;
  request.method = method;
  request.scheme = parsed->scheme;
  request.host = parsed->host;
  request.port = parsed->port;
  request.path = parsed->path();
  std::string_view query = parsed->query();
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    request.query.emplace_back(*kvlaunch::percent_decode(pair.substr(0, equals)),
                               *kvlaunch::percent_decode(value));
  }
  return request;
}

Request get(const std::string& url) {
  return request_to("GET", url);
}

Request post_form(const std::string& url, const std::map<std::string, std::string>& form) {
  Request request = request_to("POST", url);
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = kvlaunch::form_encode({form.begin(), form.end()});
  return request;
}

StandIn::StandIn(Config config, std::unique_ptr<TicketAcceptor> acceptor)
    : azure_((restart_clock(), std::move(config)), &ManualClock::now, shared_key(),
             std::move(acceptor)) {}

std::string StandIn::token(const std::string& scope, const std::string& name,
                           const std::string& login) {
  const Identity& identity = azure_.config().identities.at(name);
  return text_at(
      send(post_form(login + "/oauth2/v2.0/token", {{"grant_type", "client_credentials"},
                                                    {"client_id", identity.client_id},
                                                    {"client_secret", identity.client_secret},
                                                    {"scope", scope}})),
      {"access_token"});
}

Response StandIn::send_as(const std::string& name, Request request) {
  request.headers.emplace_back("Authorization", "Bearer " + token(vault_scope, name));
  return send(request);
}

Response StandIn::get_secret(const std::string& path_and_query) {
  return send_as("app", get(vault_url + path_and_query));
}

std::string header_of(const Response& response, const std::string& name) {
  for (const auto& [header, value] : response.headers) {
    if (kvlaunch::equal_ignoring_case(header, name)) return value;
  }
  return {};
}

namespace {

// The value at `path`, as a copy of its own text: the parsed view would not outlive the body.
std::string raw_at(const Response& response, std::initializer_list<std::string_view> path) {
  const auto body = Json::parse(response.body);
  if (!body) return {};
  const auto found = body->at(path);
  return found ? std::string{found->raw()} : "";
}

}  // namespace

std::string text_at(const Response& response, std::initializer_list<std::string_view> path) {
  const std::string raw = raw_at(response, path);
  const auto json = Json::parse(raw);
  return json ? json->string().value_or("") : "";
}

std::int64_t number_at(const Response& response, std::initializer_list<std::string_view> path) {
  const std::string raw = raw_at(response, path);
  const auto json = Json::parse(raw);
  return json && json->type() == Json::Type::number ? json->integer().value_or(-1) : -1;
}

bool has_member(const Response& response, std::initializer_list<std::string_view> path) {
  return !raw_at(response, path).empty();
}

std::int64_t entra_code(const Response& response) {
  const std::string raw = raw_at(response, {"error_codes"});
  const auto json = Json::parse(raw);
  const auto codes = json ? json->elements() : std::vector<Json>{};
  return codes.empty() ? 0 : codes.front().integer().value_or(0);
}

std::string vault_code(const Response& response) {
  const std::string code = text_at(response, {"error", "code"});
  const std::string inner = text_at(response, {"error", "innererror", "code"});
  return inner.empty() ? code : code + "/" + inner;
}

}  // namespace devvault
