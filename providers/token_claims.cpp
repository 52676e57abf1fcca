// Reading the middle part of a JWT (RFC 7519) without a look at its signature.
#include "providers/token_claims.hpp"

#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "providers/printable.hpp"

namespace kvlaunch {
namespace {

// Entra's own tokens have some 2 KB; with groups in them up to 64 KB.
constexpr std::size_t longest_token = std::size_t{128} * 1024;
// 9999-12-31: later than any clock here can hold is as good as never.
constexpr std::int64_t last_second = 253'402'300'799;

std::optional<std::string> payload_of(std::string_view token) {
  if (token.size() > longest_token) return std::nullopt;
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return base64_decode(token.substr(first + 1, second - first - 1), Base64::url);
}

// A list (RFC 7519 section 4.1.3 allows one for aud) counts by its first entry.
std::string text_of(const Json& claims, std::string_view name) {
  auto member = claims.member(name);
  if (member && member->type() == Json::Type::array && !member->elements().empty()) {
    member = member->elements().front();
  }
  const auto text = member ? member->string() : std::nullopt;
  return text ? first_line(*text) : std::string{};
}

std::string first_of(const Json& claims, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (auto text = text_of(claims, name); !text.empty()) return text;
  }
  return {};
}

TokenClaims::Type type_of(const Json& claims, const TokenClaims& read) {
  using Type = TokenClaims::Type;
  if (!read.resource_id.empty()) return Type::managed_identity;
  const std::string declared = text_of(claims, "idtyp");
  if (declared == "app") return Type::app;
  // Without `idtyp` only tokens of users have a name or delegated permissions (scp).
  const bool is_user = declared == "user" || !read.user.empty() || claims.member("scp");
  return is_user ? Type::user : Type::app;
}

}  // namespace

std::optional<TokenClaims> read_token_claims(std::string_view token) {
  const auto payload = payload_of(token);
  if (!payload) return std::nullopt;
  const auto json = Json::parse(*payload);
  if (!json || json->type() != Json::Type::object) return std::nullopt;
  TokenClaims claims;
  claims.audience = text_of(*json, "aud");
  claims.tenant = text_of(*json, "tid");
  claims.object_id = text_of(*json, "oid");
  claims.app_id = first_of(*json, {"appid", "azp"});
  claims.user = first_of(*json, {"upn", "preferred_username", "unique_name", "email"});
  claims.resource_id = text_of(*json, "xms_mirid");
  claims.type = type_of(*json, claims);
  const auto expires = json->member("exp");
  const auto seconds = expires ? expires->integer() : std::nullopt;
  if (seconds && *seconds > 0 && *seconds <= last_second) {
    claims.expires = WallTime{std::chrono::seconds{*seconds}};
  }
  return claims;
}

std::string_view name_of(TokenClaims::Type type) {
  switch (type) {
    case TokenClaims::Type::user:
      return "user";
    case TokenClaims::Type::app:
      return "app";
    case TokenClaims::Type::managed_identity:
      return "managed identity";
  }
  return "app";
}

std::string describe(const TokenClaims& claims) {
  const bool user = claims.type == TokenClaims::Type::user;
  std::string who = user ? claims.user : claims.app_id;
  if (who.empty()) who = claims.object_id;
  std::string text{name_of(claims.type)};
  if (!who.empty()) text += " " + who;
  if (!claims.tenant.empty()) text += " of tenant " + claims.tenant;
  return text;
}

}  // namespace kvlaunch
