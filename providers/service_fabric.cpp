// Managed identity in Service Fabric: an endpoint of the node with a certificate that nobody
// vouches for, recognised by its thumbprint.
//
// Sources: learn.microsoft.com/azure/service-fabric/how-to-managed-identity-service-fabric-app-code
// (request, error codes, what may be asked again); MSAL.NET ServiceFabricManagedIdentitySource.cs
// (principalId, token_sha256_to_refresh); MSAL Go servicefabric.go (the thumbprint always counts).
#include <openssl/evp.h>

#include <array>

#include "providers/managed_identity_sources.hpp"

namespace kvlaunch {
namespace {

constexpr const char* name = "Service Fabric";
constexpr const char* api_version = "2019-07-01-preview";
constexpr std::string_view endpoint_variable = "IDENTITY_ENDPOINT";
constexpr std::string_view header_variable = "IDENTITY_HEADER";
constexpr std::string_view thumbprint_variable = "IDENTITY_SERVER_THUMBPRINT";
// Which identity an application has is said where it is deployed; MSAL.NET alone can override it.
constexpr SelectorParameters selectors{"", "principalId", ""};
constexpr std::size_t sha1_bytes = 20;

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// "AB:CD EF...", as certificate viewers and the platform write it. Nothing if it is no SHA-1.
std::optional<std::string> read_thumbprint(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ':' && c != ' ') digits += c;
  }
  if (digits.size() != 2 * sha1_bytes) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = hex_digit(digits[i]);
    const auto low = hex_digit(digits[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high << 4U | *low);
  }
  return bytes;
}

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return {};
  }
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0x0FU];
  }
  return text;
}

// What an error code of the endpoint asks of the operator; nullptr: nothing more than it says.
const char* hint_for(std::string_view code) {
  if (code == "ManagedIdentityNotFound") {
    return "give the application an identity in its manifest and in the template that deploys it, "
           "and start kvlaunch as the code package itself: IDENTITY_HEADER belongs to that one";
  }
  if (code == "SecretHeaderNotFound") {
    return "hand IDENTITY_HEADER to kvlaunch as Service Fabric sets it";
  }
  if (code == "ArgumentNullOrEmpty" || code == "InternalServerError") {
    return "check the resource (--resource, scope), also for a slash at its end";
  }
  return nullptr;
}

class ServiceFabric final : public ManagedIdentitySource {
 public:
  ServiceFabric(IdentitySelector selector, const ProviderContext& context)
      : selector_(std::move(selector)), context_(context) {}

  Outcome acquire(const IdentityQuestion& question, const Deadline& deadline) override {
    const auto selected = selection(selector_, selectors);
    if (!selected) return cannot_select(context_.usage, name, selectors);
    auto request = pinned_request();
    if (!request) return Failed{request.error()};
    FormFields parameters{{"api-version", api_version}, {"resource", question.resource}};
    parameters.insert(parameters.end(), selected->begin(), selected->end());
    if (question.rejected && !last_token_sha256_.empty()) {
      parameters.emplace_back("token_sha256_to_refresh", last_token_sha256_);
    }
    request->url = with_query(std::move(request->url), parameters);
    World& world = context_.world;
    return judge(send_with_retry(world.transport, world.clock, world.randomness, world.log,
                                 *request, identity_retry_policy(), deadline, name));
  }

 private:
  // Everything but the query. Nothing is sent before the certificate has been checked.
  Result<HttpRequest> pinned_request() {
    const Environment& environment = context_.world.environment;
    auto endpoint =
        parse_identity_endpoint(environment.get(endpoint_variable).value_or(""), endpoint_variable);
    if (!endpoint) return std::move(endpoint).errors();
    const auto thumbprint = read_thumbprint(environment.get(thumbprint_variable).value_or(""));
    Error error{.code = Code::identity_configuration,
                .hint = "Service Fabric sets this variable: leave it as it was"};
    if (endpoint->scheme != "https") {
      error.message = std::string{endpoint_variable} + " must be https in Service Fabric";
      return error;
    }
    if (!thumbprint) {
      error.message =
          std::string{thumbprint_variable} + " is no SHA-1 thumbprint (40 hexadecimal digits)";
      return error;
    }
    HttpRequest request = identity_request(std::move(*endpoint));
    request.trust.leaf_sha1 = *thumbprint;
    request.add_header("secret", environment.get(header_variable).value_or(""));
    return request;
  }

  Outcome judge(const Attempted& attempted) {
    if (!attempted.result) return Failed{unreachable(attempted)};
    if (attempted.result->status == 200) {
      auto token = read_identity_token(*attempted.result, name, context_.world.clock.wall());
      if (token) last_token_sha256_ = sha256_hex(token->value.reveal());
      return outcome_of(std::move(token));
    }
    Error error = identity_refusal(attempted, name);
    error.notes.push_back("asked for " + describe(selector_));
    const std::string code = refusal_code(*attempted.result);
    // It answers 404 for what trying again does not mend.
    if (code == "ManagedIdentityNotFound") error.code = Code::identity_refused;
    if (const char* const hint = hint_for(code)) error.hint = hint;
    return Failed{std::move(error)};
  }

  static Error unreachable(const Attempted& attempted) {
    Error error = identity_unreachable(attempted, endpoint_hint);
    if (error.code == Code::tls_untrusted) {
      error.notes.push_back(error.hint);
      error.hint =
          "IDENTITY_SERVER_THUMBPRINT names another certificate: restart the code package "
          "after the endpoint's certificate was renewed";
    }
    return error;
  }

  IdentitySelector selector_;
  ProviderContext context_;
  std::string last_token_sha256_;  // of a token that was given out: no secret
};

}  // namespace

std::unique_ptr<ManagedIdentitySource> make_service_fabric(const IdentitySelector& selector,
                                                           const ProviderContext& context) {
  return std::make_unique<ServiceFabric>(selector, context);
}

}  // namespace kvlaunch
