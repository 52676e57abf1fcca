// Checking client assertions.
#include "devvault/client_assertion.hpp"

#include <algorithm>

#include "devvault/certificate.hpp"
#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"
#include "launcher/base/json.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Json;

constexpr std::int64_t clock_tolerance_s = 300;  // Entra allows five minutes either way

// A cluster's token lives for a day at most; devvault hands out one per start.
constexpr Seconds federated_lifetime = std::chrono::hours{24 * 365};

struct Header {
  std::string algorithm;
  std::optional<std::string> sha1, sha256;  // raw bytes of x5t and x5t#S256
  [[nodiscard]] bool has_thumbprint() const { return sha1 || sha256; }
};

std::optional<std::string> thumbprint(const Json& header, std::string_view name) {
  const auto member = header.member(name);
  if (!member) return std::nullopt;
  return base64_decode(member->string().value_or(""));
}

std::optional<Header> read_header(const Jwt& jwt) {
  const auto json = Json::parse(jwt.header);
  if (!json) return std::nullopt;
  Header header;
  if (const auto algorithm = json->member("alg")) {
    header.algorithm = algorithm->string().value_or("");
  }
  header.sha1 = thumbprint(*json, "x5t");
  header.sha256 = thumbprint(*json, "x5t#S256");
  return header;
}

WallTime wall_time(std::int64_t seconds) {
  return WallTime{Seconds{seconds}};
}

std::optional<EntraError> check_times(const Claims& claims, WallTime now) {
  const std::int64_t seconds = epoch_seconds(now);
  if (claims.expires + clock_tolerance_s >= seconds &&
      claims.not_before - clock_tolerance_s <= seconds) {
    return std::nullopt;
  }
  return entra::assertion_out_of_time(now, wall_time(claims.not_before), wall_time(claims.expires));
}

// Of an app's own assertion the issuer is its client id. A thumbprint says nothing: tokens of
// GitHub Actions have one too.
bool is_certificate_assertion(const Claims& claims) {
  return !claims.issuer.starts_with("https://");
}

// Which part of the presented assertion no federated credential of the identity has.
std::optional<EntraError> match_federation(const Identity& identity, const Claims& claims) {
  std::vector<Identity::Federation> entries = identity.federated;
  entries.push_back({std::string{own_federation_issuer}, own_federation_subject(identity),
                     std::string{federation_audience}});
  const auto any = [&](const auto& matches) {
    return std::any_of(entries.begin(), entries.end(), matches);
  };
  using Entry = const Identity::Federation&;
  if (any([&](Entry entry) {
        return entry.issuer == claims.issuer && entry.subject == claims.subject &&
               entry.audience == claims.audience;
      })) {
    return std::nullopt;
  }
  if (!any([&](Entry entry) { return entry.issuer == claims.issuer; })) {
    return entra::federation_issuer(claims.issuer);
  }
  const auto of_issuer = [&](Entry entry) { return entry.issuer == claims.issuer; };
  if (!any([&](Entry entry) { return of_issuer(entry) && entry.audience == claims.audience; })) {
    return entra::federation_audience(claims.audience);
  }
  if (any([&](Entry entry) { return of_issuer(entry) && entry.subject == claims.subject; })) {
    return entra::federation_mismatch(claims.issuer, claims.subject, claims.audience);
  }
  if (any([&](Entry entry) {
        return of_issuer(entry) && kvlaunch::equal_ignoring_case(entry.subject, claims.subject);
      })) {
    return entra::federation_subject_case(claims.subject);
  }
  return entra::federation_subject(claims.subject);
}

}  // namespace

std::string own_federation_subject(const Identity& identity) {
  return "system:serviceaccount:default:" + identity.name;
}

std::string own_assertion(const TokenIssuer& tokens, const Identity& identity,
                          std::string_view audience, WallTime now) {
  const std::int64_t seconds = epoch_seconds(now);
  return tokens.sign_payload(JsonObject{}
                                 .raw("aud", json_texts({std::string{audience}}))
                                 .text("iss", own_federation_issuer)
                                 .text("sub", own_federation_subject(identity))
                                 .number("iat", seconds)
                                 .number("nbf", seconds)
                                 .number("exp", seconds + federated_lifetime.count())
                                 .text("jti", random_guid())
                                 .str());
}

AssertionChecker::AssertionChecker(const Config& config, TokenIssuer& tokens) : tokens_(tokens) {
  for (const auto& [name, identity] : config.identities) {
    for (const std::string& pem : identity.certificates) {
      const auto certificate = read_certificate(pem);
      if (!certificate) continue;
      certificates_[name].push_back({sha1(certificate->der), sha256(certificate->der),
                                     certificate->key, certificate->not_after});
    }
  }
}

std::optional<EntraError> AssertionChecker::check(const Identity& identity,
                                                  const std::string& assertion,
                                                  const std::string& endpoint, WallTime now) const {
  const auto jwt = split_jwt(assertion);
  if (!jwt) return entra::malformed_assertion("it is not three base64url parts");
  const auto header = read_header(*jwt);
  const auto claims = claims_of(jwt->payload);
  if (!header || !claims) return entra::malformed_assertion("header or payload is not JSON");
  if (claims->expires == 0) return entra::malformed_assertion("the claim 'exp' is missing");
  if (is_certificate_assertion(*claims)) {
    return check_certificate(identity, *jwt, *claims, endpoint, now);
  }
  return check_federated(identity, assertion, *claims, now);
}

std::optional<EntraError> AssertionChecker::check_certificate(const Identity& identity,
                                                              const Jwt& jwt, const Claims& claims,
                                                              const std::string& endpoint,
                                                              WallTime now) const {
  const auto header = read_header(jwt);
  SignatureScheme scheme = SignatureScheme::rs256;
  if (header->algorithm == "PS256") {
    scheme = SignatureScheme::ps256;
  } else if (header->algorithm != "RS256") {
    return entra::malformed_assertion("the algorithm is neither PS256 nor RS256");
  }
  if (!header->has_thumbprint()) {
    return entra::malformed_assertion("the header has neither 'x5t#S256' nor 'x5t'");
  }
  if (!kvlaunch::equal_ignoring_case(claims.issuer, identity.client_id) ||
      !kvlaunch::equal_ignoring_case(claims.subject, identity.client_id)) {
    return entra::wrong_assertion_client();
  }
  const std::string shown = hex(header->sha256.value_or(header->sha1.value_or("")));
  const auto registered = certificates_.find(identity.name);
  if (registered == certificates_.end()) return entra::unknown_certificate(shown);
  const auto found = std::find_if(
      registered->second.begin(), registered->second.end(), [&](const Registered& certificate) {
        return (!header->sha1 || *header->sha1 == certificate.sha1) &&
               (!header->sha256 || *header->sha256 == certificate.sha256);
      });
  if (found == registered->second.end()) return entra::unknown_certificate(shown);
  if (!verifies(*found->key, scheme, jwt.signed_part, jwt.signature)) {
    return entra::bad_signature(shown);
  }
  if (found->not_after < now) return entra::expired_certificate(shown);
  if (claims.audience != endpoint) return entra::wrong_assertion_audience();
  return check_times(claims, now);
}

// The keys of foreign issuers are out of reach for a stand-in: of their tokens only the claims are
// judged. devvault's own are checked in full.
std::optional<EntraError> AssertionChecker::check_federated(const Identity& identity,
                                                            const std::string& assertion,
                                                            const Claims& claims,
                                                            WallTime now) const {
  if (auto refused = match_federation(identity, claims)) return refused;
  if (claims.issuer == own_federation_issuer && !tokens_.read(assertion)) {
    return entra::bad_signature("devvault");
  }
  return check_times(claims, now);
}

}  // namespace devvault
