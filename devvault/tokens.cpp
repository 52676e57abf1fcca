// Making and reading access tokens.
#include "devvault/tokens.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <charconv>

#include "devvault/json_object.hpp"
#include "devvault/jwt.hpp"
#include "devvault/made_up.hpp"
#include "devvault/times.hpp"
#include "launcher/base/json.hpp"

namespace devvault {
namespace {

constexpr unsigned int key_bits = 2048;
// Entra dates tokens back by so much, for clocks that are behind.
constexpr std::int64_t backdated_s = 300;
constexpr std::size_t most_known_tokens = 4096;

std::string number_of(EVP_PKEY& key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &number) != 1) return {};
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return bytes;
}

std::string text_of(const kvlaunch::Json& object, std::string_view name) {
  const auto member = object.member(name);
  return member ? member->string().value_or("") : "";
}

// `aud` may be a list (RFC 7519 section 4.1.3); Kubernetes writes one, of one entry.
std::string audience_of(const kvlaunch::Json& object) {
  const auto member = object.member("aud");
  const auto entries = member ? member->elements() : std::vector<kvlaunch::Json>{};
  if (entries.size() == 1) return entries.front().string().value_or("");
  return text_of(object, "aud");
}

// A NumericDate (RFC 7519 section 2), in range: a number that may have a fraction, as MSAL for
// Python writes it, or one in quotes, as MSAL for .NET does. 0 if there is none.
std::int64_t date_of(const kvlaunch::Json& object, std::string_view name) {
  const auto member = object.member(name);
  if (!member) return 0;
  if (const auto whole = member->integer()) return std::clamp<std::int64_t>(*whole, 0, last_second);
  if (member->type() != kvlaunch::Json::Type::number) return 0;
  const std::string_view text = member->raw();
  double seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return static_cast<std::int64_t>(std::clamp(seconds, 0.0, static_cast<double>(last_second)));
}

}  // namespace

SigningKey make_signing_key() {
  return {EVP_RSA_gen(key_bits), EVP_PKEY_free};
}

std::int64_t epoch_seconds(WallTime time) {
  return std::chrono::floor<Seconds>(time).time_since_epoch().count();
}

std::optional<Claims> claims_of(std::string_view payload) {
  const auto json = kvlaunch::Json::parse(payload);
  if (!json || json->type() != kvlaunch::Json::Type::object) return std::nullopt;
  return Claims{.audience = audience_of(*json),
                .issuer = text_of(*json, "iss"),
                .subject = text_of(*json, "sub"),
                .tenant_id = text_of(*json, "tid"),
                .client_id = text_of(*json, "appid"),
                .object_id = text_of(*json, "oid"),
                .not_before = date_of(*json, "nbf"),
                .expires = date_of(*json, "exp")};
}

TokenIssuer::TokenIssuer(Now now, Seconds lifetime, SigningKey key)
    : now_(now), lifetime_(lifetime), key_(std::move(key)) {
  key_id_ = base64url_encode(sha1(number_of(*key_, OSSL_PKEY_PARAM_RSA_N)));
}

std::string TokenIssuer::sign_payload(std::string_view payload) const {
  const std::string header = JsonObject{}
                                 .text("typ", "JWT")
                                 .text("alg", "RS256")
                                 .text("x5t", key_id_)
                                 .text("kid", key_id_)
                                 .str();
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  return text + "." + base64url_encode(sign(*key_, SignatureScheme::rs256, text).value_or(""));
}

std::string TokenIssuer::sign_text(std::string_view text) const {
  return sign(*key_, SignatureScheme::rs256, text).value_or("");
}

bool TokenIssuer::verifies_text(std::string_view text, std::string_view signature) const {
  return verifies(*key_, SignatureScheme::rs256, text, signature);
}

AccessToken TokenIssuer::issue(const TokenRequest& request) const {
  const std::int64_t now = epoch_seconds(now_());
  AccessToken token;
  token.not_before = now - backdated_s;
  token.expires = now + lifetime_.count();
  // One second less than it lives, as Entra answers: 3599.
  token.expires_in = std::max<std::int64_t>(lifetime_.count() - 1, 0);
  const Identity& identity = *request.identity;
  const bool by_user = request.proof == Proof::user;
  JsonObject claims;
  claims.text("aud", request.resource)
      .text("iss", request.issuer)
      .number("iat", token.not_before)
      .number("nbf", token.not_before)
      .number("exp", token.expires)
      .text("appid", request.client_id.empty() ? identity.client_id : request.client_id)
      .text("appidacr", by_user                          ? "0"
                        : request.proof == Proof::secret ? "1"
                                                         : "2")
      .text("idp", request.issuer)
      .text("idtyp", by_user ? "user" : "app")
      .text("oid", identity.object_id)
      .text("sub", identity.object_id)
      .text("tid", request.tenant_id)
      .text("uti", base64url_encode(random_guid().substr(0, 16)))
      .text("ver", "1.0");
  if (by_user) {
    // An identity that a person signs in as needs no entry in `users:`.
    const bool is_user_name = identity.name.find('@') != std::string::npos;
    claims.text("scp", "user_impersonation")
        .text("upn", is_user_name ? identity.name : identity.name + "@devvault.example");
  }
  if (request.proof == Proof::managed_identity) claims.text("xms_mirid", identity.resource_id);
  token.text = sign_payload(claims.str());
  return token;
}

std::optional<Claims> TokenIssuer::read(const std::string& token) {
  {
    const std::lock_guard lock{mutex_};
    if (const auto known = known_.find(token); known != known_.end()) return known->second;
  }
  const auto jwt = split_jwt(token);
  if (!jwt || !verifies(*key_, SignatureScheme::rs256, jwt->signed_part, jwt->signature)) {
    return std::nullopt;
  }
  auto claims = claims_of(jwt->payload);
  if (!claims) return std::nullopt;
  const std::lock_guard lock{mutex_};
  if (known_.size() >= most_known_tokens) known_.clear();
  known_.emplace(token, *claims);
  return claims;
}

std::string TokenIssuer::jwks() const {
  const std::string key = JsonObject{}
                              .text("kty", "RSA")
                              .text("use", "sig")
                              .text("alg", "RS256")
                              .text("kid", key_id_)
                              .text("x5t", key_id_)
                              .text("n", base64url_encode(number_of(*key_, OSSL_PKEY_PARAM_RSA_N)))
                              .text("e", base64url_encode(number_of(*key_, OSSL_PKEY_PARAM_RSA_E)))
                              .str();
  return JsonObject{}.raw("keys", json_array({key})).str();
}

}  // namespace devvault
