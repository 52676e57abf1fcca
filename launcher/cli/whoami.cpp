// The claims of a token, each by its name.
#include "launcher/cli/whoami.hpp"

#include <vector>

#include "launcher/base/json_syntax.hpp"
#include "launcher/resolve/vault_errors.hpp"
#include "providers/token_claims.hpp"

namespace kvlaunch {
namespace {

struct Line {
  std::string name;
  std::string key;
  std::string value;
};

std::vector<Line> lines_of(const AccessToken& token) {
  const auto claims = read_token_claims(token.value.reveal());
  const TokenClaims said = claims.value_or(TokenClaims{});
  return {{"type", "type", claims ? std::string{name_of(said.type)} : ""},
          {"user", "user", said.user},
          {"app id", "app_id", said.app_id},
          {"tenant", "tenant", said.tenant},
          {"object id", "object_id", said.object_id},
          {"resource", "resource_id", said.resource_id},
          {"audience", "audience", said.audience},
          {"expires", "expires", utc_text(token.expires_at)},
          {"provider", "provider", token.provider}};
}

bool is_jwt(const AccessToken& token) {
  return read_token_claims(token.value.reveal()).has_value();
}

}  // namespace

std::string whoami_text(const AccessToken& token) {
  std::string text;
  if (!is_jwt(token)) text = "type:      unknown, the token is no JWT and says nothing of itself\n";
  constexpr std::size_t width = 11;
  for (const Line& line : lines_of(token)) {
    if (line.value.empty()) continue;
    std::string name = line.name + ":";
    name.resize(width, ' ');
    text += name + line.value + "\n";
  }
  return text;
}

std::string whoami_json(const AccessToken& token) {
  std::string json = "{\"jwt\":";
  json += is_jwt(token) ? "true" : "false";
  for (const Line& line : lines_of(token)) {
    json +=
        "," + json_quoted(line.key) + ":" + (line.value.empty() ? "null" : json_quoted(line.value));
  }
  return json + "}\n";
}

}  // namespace kvlaunch
