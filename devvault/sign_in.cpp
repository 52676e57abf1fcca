// Codes out, codes in, tokens out.
#include "devvault/sign_in.hpp"

#include "devvault/authorities.hpp"
#include "devvault/json_object.hpp"
#include "devvault/jwt.hpp"
#include "devvault/login_path.hpp"
#include "devvault/made_up.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view device_grant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr std::string_view older_device_grant = "device_code";
constexpr std::string_view code_grant = "authorization_code";
constexpr std::string_view default_suffix = "/.default";
constexpr Seconds code_life{900};
constexpr std::size_t most_pending = 1024;

// "authorize" of "oauth2/authorize" and "oauth2/v2.0/authorize"; empty for anything else.
std::string_view endpoint_of(std::string_view rest) {
  for (const std::string_view prefix : {"oauth2/v2.0/", "oauth2/"}) {
    if (rest.starts_with(prefix)) return rest.substr(prefix.size());
  }
  return {};
}

// The one resource among "https://vault.azure.net/.default openid profile"; for AD FS `resource`.
std::string resource_of(const Form& form, std::string_view scope) {
  if (const std::string resource = field(form, "resource"); !resource.empty()) return resource;
  while (!scope.empty()) {
    const std::string_view word = scope.substr(0, scope.find(' '));
    scope.remove_prefix(std::min(word.size() + 1, scope.size()));
    if (word.ends_with(default_suffix)) {
      return std::string{word.substr(0, word.size() - default_suffix.size())};
    }
  }
  return {};
}

bool is_loopback_redirect(std::string_view redirect) {
  const auto url = kvlaunch::parse_url(redirect);
  return url.ok() && url->scheme == "http" && is_loopback_host(url->host);
}

// The signed-in person has the rights of the client's identity, if the file has it, else of the
// one that devvault's variables are for.
const Identity* person_behind(const Config& config, std::string_view client_id) {
  if (const Identity* identity = identity_of_client(config, client_id)) return identity;
  const auto found = config.identities.find(config.default_identity);
  return found == config.identities.end() ? nullptr : &found->second;
}

}  // namespace

SignIn::SignIn(const Config& config, TokenIssuer& tokens, Now now)
    : config_(config), tokens_(tokens), now_(now) {}

bool SignIn::serves(const Request& request) const {
  const auto path = split_login_path(request.path);
  if (!path || !login_cloud(request)) return false;
  const std::string_view endpoint = endpoint_of(path->rest);
  if (endpoint == "authorize" || endpoint == "devicecode") return true;
  if (endpoint != "token") return false;
  const std::string grant = field(read_form(request.body), "grant_type");
  return grant == device_grant || grant == older_device_grant || grant == code_grant;
}

Response SignIn::answer(const Request& request) {
  const auto path = split_login_path(request.path);
  if (const auto refused = refuse_tenant(config_, path->tenant)) {
    return refuse(*refused, request, now_());
  }
  const std::string_view endpoint = endpoint_of(path->rest);
  if (endpoint == "authorize") return authorize(request);
  if (request.method != "POST") return refuse(entra::not_post(request.method), request, now_());
  return endpoint == "devicecode" ? device_code(request) : redeem(request);
}

Response SignIn::authorize(const Request& request) {
  const auto value = [&](std::string_view name) {
    return std::string{request.query_value(name).value_or("")};
  };
  Pending pending{
      value("client_id"), value("scope"), value("redirect_uri"), value("code_challenge"), 0,
      now_() + code_life};
  if (pending.client_id.empty()) {
    return refuse(entra::missing_parameter("client_id"), request, now_());
  }
  if (value("response_type") != "code") {
    return refuse(entra::missing_parameter("response_type"), request, now_());
  }
  if (!is_loopback_redirect(pending.redirect)) {
    return refuse(entra::redirect_mismatch(pending.redirect), request, now_());
  }
  if (pending.challenge.empty() || value("code_challenge_method") != "S256") {
    return refuse(entra::challenge_missing(), request, now_());
  }
  const std::string code = random_guid();
  Response response{302, {}, ""};
  response.headers.emplace_back(
      "Location", pending.redirect + (pending.redirect.find('?') == std::string::npos ? "?" : "&") +
                      kvlaunch::form_encode({{"code", code},
                                             {"state", value("state")},
                                             {"session_state", made_up_guid("session")}}));
  remember(code, std::move(pending));
  return response;
}

Response SignIn::device_code(const Request& request) {
  const Form form = read_form(request.body);
  const std::string client_id = field(form, "client_id");
  if (client_id.empty()) return refuse(entra::missing_parameter("client_id"), request, now_());
  const std::string code = random_guid();
  const std::string user_code = random_guid().substr(0, 8);
  remember(
      code,
      Pending{client_id, field(form, "scope"), {}, {}, config_.sign_in_polls, now_() + code_life});
  const std::string address = request.origin() + "/devicelogin";
  return Response::json(
      200, JsonObject{}
               .text("user_code", user_code)
               .text("device_code", code)
               .text("verification_uri", address)
               .number("expires_in", code_life.count())
               // Entra says 5; nobody has to be waited for here.
               .number("interval", 1)
               .text("message", "To sign in, use a web browser to open the page " + address +
                                    " and enter the code " + user_code + " to authenticate.")
               .str());
}

void SignIn::remember(const std::string& code, Pending pending) {
  const std::lock_guard lock{mutex_};
  if (pending_.size() >= most_pending) pending_.clear();
  pending_[code] = std::move(pending);
}

std::optional<EntraError> SignIn::take_device_code(const Form& form, Pending& taken) {
  const std::lock_guard lock{mutex_};
  const auto found = pending_.find(field(form, "device_code"));
  if (found == pending_.end() || !found->second.redirect.empty() ||
      found->second.client_id != field(form, "client_id")) {
    return entra::device_code_unknown();
  }
  if (found->second.expires <= now_()) return entra::device_code_expired();
  if (found->second.polls_left-- > 0) return entra::device_code_pending();
  taken = std::move(found->second);
  pending_.erase(found);
  return std::nullopt;
}

std::optional<EntraError> SignIn::take_code(const Form& form, Pending& taken) {
  const std::lock_guard lock{mutex_};
  const auto found = pending_.find(field(form, "code"));
  if (found == pending_.end() || found->second.challenge.empty() ||
      found->second.client_id != field(form, "client_id") || found->second.expires <= now_()) {
    return entra::code_unusable();
  }
  taken = std::move(found->second);
  pending_.erase(found);
  if (field(form, "redirect_uri") != taken.redirect) {
    return entra::redirect_mismatch(field(form, "redirect_uri"));
  }
  if (base64url_encode(sha256(field(form, "code_verifier"))) != taken.challenge) {
    return entra::verifier_mismatch();
  }
  return std::nullopt;
}

Response SignIn::redeem(const Request& request) {
  const Form form = read_form(request.body);
  Pending taken;
  const bool by_browser = field(form, "grant_type") == code_grant;
  if (const auto refused = by_browser ? take_code(form, taken) : take_device_code(form, taken)) {
    return refuse(*refused, request, now_());
  }
  const std::string asked = field(form, "scope");
  const std::string resource = resource_of(form, asked.empty() ? taken.scope : asked);
  const auto cloud = *login_cloud(request);
  const std::string tenant = tenant_id_of(config_, split_login_path(request.path)->tenant);
  if (resource.empty()) return refuse(entra::bad_scope(asked), request, now_());
  if (!resource_exists(config_, cloud, resource)) {
    return refuse(entra::unknown_resource(resource, tenant), request, now_());
  }
  const Identity* const identity = person_behind(config_, taken.client_id);
  if (identity == nullptr) {
    return refuse(entra::unknown_application(taken.client_id, tenant), request, now_());
  }
  const AccessToken token = tokens_.issue({.identity = identity,
                                           .resource = resource,
                                           .issuer = token_issuer(cloud, tenant),
                                           .tenant_id = tenant,
                                           .proof = Proof::user});
  Response response = Response::json(200, JsonObject{}
                                              .text("token_type", "Bearer")
                                              .text("scope", resource + "/user_impersonation")
                                              .number("expires_in", token.expires_in)
                                              .number("ext_expires_in", token.expires_in)
                                              .text("access_token", token.text)
                                              .str());
  add_entra_headers(response, random_guid());
  return response;
}

}  // namespace devvault
