// Exchanging one assertion for another.
#include "devvault/identity_binding.hpp"

#include <algorithm>

#include "devvault/authorities.hpp"
#include "devvault/client_assertion.hpp"
#include "devvault/form.hpp"
#include "devvault/json_object.hpp"
#include "launcher/base/cloud.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view assertion_field = "client_assertion=";

Response refuse(int status, std::string_view description) {
  return Response::json(
      status,
      JsonObject{}.text("error", "invalid_client").text("error_description", description).str());
}

// The form with another client_assertion; the rest as it came.
std::string with_assertion(std::string_view form, const std::string& assertion) {
  std::string result;
  while (!form.empty()) {
    const std::string_view field = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(field.size() + 1, form.size()));
    if (!result.empty()) result += '&';
    if (field.starts_with(assertion_field)) {
      result.append(assertion_field).append(kvlaunch::percent_encode(assertion));
    } else {
      result += field;
    }
  }
  return result;
}

}  // namespace

bool IdentityBinding::serves(const Request& request) const {
  return request.scheme == "https" && is_loopback_host(request.host) &&
         request.path.starts_with(std::string{binding_path} + "/");
}

Response IdentityBinding::answer(const Request& request) {
  const auto form = read_form(request.body);
  const Identity* const identity = bound_identity(field(form, "client_assertion"));
  if (identity == nullptr) return refuse(401, "The pod's token is not one of this cluster.");
  if (!kvlaunch::equal_ignoring_case(field(form, "client_id"), identity->client_id)) {
    return refuse(403, "The service account is not bound to that identity.");
  }
  Request inner = request;
  inner.host = kvlaunch::clouds.front().authority_host;
  inner.port = 443;
  inner.path.erase(0, binding_path.size());
  inner.body =
      with_assertion(request.body, own_assertion(tokens_, *identity, federation_audience, now_()));
  if (!entra_.serves(inner)) return refuse(404, "This path is no token endpoint.");
  return entra_.answer(inner);
}

const Identity* IdentityBinding::bound_identity(const std::string& assertion) {
  const auto claims = tokens_.read(assertion);
  if (!claims || claims->issuer != own_federation_issuer || claims->audience != binding_audience ||
      claims->expires < epoch_seconds(now_())) {
    return nullptr;
  }
  const auto found =
      std::find_if(config_.identities.begin(), config_.identities.end(), [&](const auto& entry) {
        return entry.second.identity_binding &&
               own_federation_subject(entry.second) == claims->subject;
      });
  return found == config_.identities.end() ? nullptr : &found->second;
}

}  // namespace devvault
