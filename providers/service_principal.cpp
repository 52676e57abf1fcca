// Token requests of an app: secret, own assertion, foreign assertion.
#include "providers/service_principal.hpp"

#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "providers/authority.hpp"
#include "providers/entra.hpp"
#include "providers/printable.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view assertion_type =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr int certificate_not_accepted = 700027;
constexpr int signature_not_accepted = 50012;
constexpr int assertion_outside_its_time = 700024;
constexpr int assertion_outside_its_time_too = 500133;

// The fields every grant of an app shares. The views live as long as `principal` and `request`.
std::vector<FormField> common_fields(const ServicePrincipal& principal,
                                     const TokenRequest& request) {
  std::vector<FormField> fields{{"grant_type", "client_credentials"},
                                {"client_id", principal.client_id}};
  if (is_adfs(principal.tenant)) {
    fields.push_back({"resource", resource_of(request.scope)});
  } else {
    fields.push_back({"scope", request.scope});
  }
  if (!request.claims.empty()) fields.push_back({"claims", request.claims});
  return fields;
}

Url through(const TokenProxy& proxy, const Url& endpoint) {
  Url url = proxy.url;
  if (url.target.ends_with('/')) url.target.pop_back();
  url.target += endpoint.target;
  return url;
}

EntraAnswer ask_with_assertion(World& world, const ServicePrincipal& principal,
                               const TokenRequest& request, const Secret& assertion,
                               const Deadline& deadline) {
  auto fields = common_fields(principal, request);
  fields.push_back({"client_assertion_type", assertion_type});
  fields.push_back({"client_assertion", assertion.reveal(), Sensitivity::secret});
  const Url endpoint = token_endpoint(principal.authority, principal.tenant);
  if (!principal.proxy) return ask_token_endpoint(world, endpoint, fields, deadline);
  return ask_token_endpoint(world, through(*principal.proxy, endpoint), fields, deadline,
                            principal.proxy->trust);
}

void explain_certificate(EntraRefusal& refusal, const SigningCertificate& certificate,
                         WallTime now) {
  if (refusal.aadsts != certificate_not_accepted && refusal.aadsts != signature_not_accepted) {
    return;
  }
  const auto thumbprints = thumbprints_of(certificate);
  refusal.error.notes.push_back("certificate sent: SHA-1 " + thumbprints.sha1 + ", SHA-256 " +
                                thumbprints.sha256);
  if (certificate.not_after < now) refusal.error.notes.emplace_back("this certificate has expired");
}

// "issuer I, subject S, audience A" of a foreign token; empty if it cannot be read. None of the
// three is secret, and they are what has to be compared with the app registration.
std::string describe_foreign_token(std::string_view token) {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  const auto payload = base64_decode(token.substr(first + 1, second - first - 1), Base64::url);
  if (!payload) return {};
  const auto claims = Json::parse(*payload);
  if (!claims) return {};
  const auto text_of = [&](std::string_view name) {
    auto member = claims->member(name);
    if (member && member->type() == Json::Type::array && !member->elements().empty()) {
      member = member->elements().front();
    }
    const auto text = member ? member->string() : std::nullopt;
    return text ? first_line(*text) : std::string{"(none)"};
  };
  return "issuer " + text_of("iss") + ", subject " + text_of("sub") + ", audience " +
         text_of("aud");
}

std::chrono::seconds clock_offset(const EntraRefusal& refusal, WallTime now) {
  if (!refusal.server_time) return std::chrono::seconds{0};
  return *refusal.server_time - std::chrono::floor<std::chrono::seconds>(now);
}

bool is_about_time(const EntraRefusal& refusal) {
  return refusal.aadsts == assertion_outside_its_time ||
         refusal.aadsts == assertion_outside_its_time_too;
}

std::string describe_offset(std::chrono::seconds offset) {
  const auto count = offset.count();
  return "the clock of this machine is " + std::to_string(count < 0 ? -count : count) + " s " +
         (count < 0 ? "ahead of" : "behind") + " Entra's";
}

}  // namespace

PrincipalSettings principal_settings(const IdentitySpec& spec, const Environment& environment) {
  const auto choose = [&](const std::string& setting, std::string_view variable) {
    return setting.empty() ? std::string{environment.get(variable).value_or("")} : setting;
  };
  return {choose(spec.tenant_id, "AZURE_TENANT_ID"), choose(spec.client_id, "AZURE_CLIENT_ID")};
}

Result<ServicePrincipal> service_principal(const PrincipalSettings& settings,
                                           const IdentitySpec& spec, const TokenRequest& request,
                                           const ProviderContext& context) {
  const Environment& environment = context.world.environment;
  auto tenant = choose_tenant(settings.tenant_id, request.tenant, environment);
  if (!tenant) return std::move(tenant).errors();
  auto authority = choose_authority(spec, environment, context.settings.cloud);
  if (!authority) return std::move(authority).errors();
  return ServicePrincipal{std::move(*authority), std::move(*tenant), settings.client_id};
}

Outcome token_by_secret(World& world, const ServicePrincipal& principal,
                        const TokenRequest& request, const Secret& secret,
                        const Deadline& deadline) {
  auto fields = common_fields(principal, request);
  fields.push_back({"client_secret", secret.reveal(), Sensitivity::secret});
  return outcome_of(ask_token_endpoint(world, token_endpoint(principal.authority, principal.tenant),
                                       fields, deadline));
}

Outcome token_by_certificate(World& world, const ServicePrincipal& principal,
                             const TokenRequest& request, const SigningCertificate& certificate,
                             CertificateChain chain, const Deadline& deadline) {
  const auto style = is_adfs(principal.tenant) ? AssertionStyle::adfs : AssertionStyle::entra;
  const std::string audience = token_endpoint(principal.authority, principal.tenant).text();
  const auto ask = [&](std::chrono::seconds offset) -> EntraAnswer {
    const auto now = std::chrono::floor<std::chrono::seconds>(world.clock.wall()) + offset;
    const auto assertion = make_assertion(
        certificate, {audience, principal.client_id, random_uuid(world.randomness), now}, style,
        chain);
    if (!assertion) return EntraRefusal{assertion.error(), 0, std::nullopt};
    return ask_with_assertion(world, principal, request, *assertion, deadline);
  };
  auto answer = ask(std::chrono::seconds{0});
  if (const auto* const refusal = std::get_if<EntraRefusal>(&answer)) {
    const auto offset = clock_offset(*refusal, world.clock.wall());
    if (is_about_time(*refusal) && offset != std::chrono::seconds{0}) {
      world.log.warn(describe_offset(offset), "correct the clock of this machine");
      answer = ask(offset);
    }
  }
  if (auto* const refusal = std::get_if<EntraRefusal>(&answer)) {
    explain_certificate(*refusal, certificate, world.clock.wall());
  }
  return outcome_of(std::move(answer));
}

Outcome outcome_of(EntraAnswer answer) {
  if (auto* const token = std::get_if<AccessToken>(&answer)) return std::move(*token);
  return Failed{std::move(std::get<EntraRefusal>(answer).error)};
}

EntraAnswer answer_to_assertion(World& world, const ServicePrincipal& principal,
                                const TokenRequest& request, const Secret& assertion,
                                const Deadline& deadline) {
  auto answer = ask_with_assertion(world, principal, request, assertion, deadline);
  auto* const refusal = std::get_if<EntraRefusal>(&answer);
  if (refusal == nullptr || refusal->aadsts == 0) return answer;
  const auto description = describe_foreign_token(assertion.reveal());
  if (!description.empty()) refusal->error.notes.push_back("the token says: " + description);
  if (is_about_time(*refusal) && refusal->server_time) {
    const auto offset = clock_offset(*refusal, world.clock.wall());
    if (offset != std::chrono::seconds{0}) refusal->error.notes.push_back(describe_offset(offset));
  }
  return answer;
}

Outcome token_by_assertion(World& world, const ServicePrincipal& principal,
                           const TokenRequest& request, const Secret& assertion,
                           const Deadline& deadline) {
  return outcome_of(answer_to_assertion(world, principal, request, assertion, deadline));
}

}  // namespace kvlaunch
