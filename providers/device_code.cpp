// The provider `device-code`: a person signs in on any device, with a code that kvlaunch shows.
//
// Sources: RFC 8628; MSAL Go accesstokens.go (fields). Entra's older name of the grant is accepted
// too and not used.
#include <algorithm>

#include "launcher/base/json.hpp"
#include "providers/factories.hpp"
#include "providers/printable.hpp"
#include "providers/public_client.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view device_grant = "urn:ietf:params:oauth:grant-type:device_code";
// RFC 8628 section 3.2 and 3.5.
constexpr std::int64_t usual_interval_s = 5;
constexpr std::chrono::seconds slow_down_by{5};
// What Entra sends is 900 and 5; nothing a server says makes kvlaunch poll in a circle or for ever.
constexpr std::int64_t longest_interval_s = 60;
constexpr std::int64_t longest_life_s = 3600;

struct DeviceCode {
  Secret code;
  std::string line;  // for the person
  std::chrono::seconds interval{0};
  std::chrono::seconds life{0};
};

std::string text_of(const Json& body, std::string_view name) {
  const auto member = body.member(name);
  const auto text = member ? member->string() : std::nullopt;
  return text ? first_line(*text) : std::string{};
}

std::chrono::seconds seconds_of(const Json& body, std::string_view name, std::int64_t usual,
                                std::int64_t most) {
  const auto member = body.member(name);
  const auto number = member ? member->integer() : std::nullopt;
  return std::chrono::seconds{std::clamp<std::int64_t>(number.value_or(usual), 1, most)};
}

Result<DeviceCode> read_device_code(std::string_view text) {
  const auto body = Json::parse(text);
  const auto member = body ? body->member("device_code") : std::nullopt;
  auto code = member ? member->secret() : std::nullopt;
  const std::string user_code = body ? text_of(*body, "user_code") : "";
  const std::string address = body ? text_of(*body, "verification_uri") : "";
  if (!code || code->empty() || user_code.empty() || address.empty()) {
    return Error{.code = Code::response_malformed,
                 .message = "the login host answered without a code",
                 .hint = "the answer is not Entra's: look for a proxy or firewall in the way"};
  }
  std::string line = text_of(*body, "message");
  if (line.empty()) {
    line = "to sign in, open " + address + " in a browser and enter the code " + user_code;
  }
  return DeviceCode{std::move(*code), std::move(line),
                    seconds_of(*body, "interval", usual_interval_s, longest_interval_s),
                    seconds_of(*body, "expires_in", longest_life_s, longest_life_s)};
}

class DeviceCodeLogin final : public Credential {
 public:
  DeviceCodeLogin(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "device code"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    if (auto nobody = nobody_to_ask(context_)) return std::move(*nobody);
    const auto client = public_client(spec_, request, context_);
    if (!client) return Failed{client.error()};
    World& world = context_.world;
    std::vector<FormField> fields{{"client_id", client->client_id}, {"scope", client->scope}};
    if (is_adfs(client->tenant)) fields.push_back({"resource", resource_of(request.scope)});
    const auto answer =
        ask_login_endpoint(world, login_endpoint(*client, "devicecode"), fields, deadline);
    if (const auto* const refusal = std::get_if<EntraRefusal>(&answer)) {
      return Failed{refusal->error};
    }
    const auto code = read_device_code(std::get<Secret>(answer).reveal());
    if (!code) return Failed{code.error()};
    world.terminal.show(code->line);
    return poll(*client, *code, request, deadline);
  }

 private:
  // Each turn waits for a second at least, so the loop ends with the code's life or the deadline.
  Outcome poll(const PublicClient& client, const DeviceCode& code, const TokenRequest& request,
               const Deadline& deadline) {
    World& world = context_.world;
    std::vector<FormField> fields{{"grant_type", device_grant},
                                  {"client_id", client.client_id},
                                  {"device_code", code.code.reveal(), Sensitivity::secret},
                                  {"scope", client.scope}};
    if (!request.claims.empty()) fields.push_back({"claims", request.claims});
    const Deadline expiry = Deadline::in(world.clock, code.life);
    std::chrono::seconds interval = code.interval;
    for (;;) {
      if (interval >= deadline.remaining(world.clock)) return Failed{nobody_signed_in()};
      if (interval >= expiry.remaining(world.clock)) return Failed{expired()};
      world.clock.sleep_until(world.clock.steady() + interval);
      auto answer = ask_token_endpoint(world, login_endpoint(client, "token"), fields, deadline);
      if (auto* const token = std::get_if<AccessToken>(&answer)) return std::move(*token);
      auto& refusal = std::get<EntraRefusal>(answer);
      if (refusal.oauth_error == "slow_down") {
        interval += slow_down_by;
      } else if (refusal.oauth_error != "authorization_pending") {
        return Failed{worded(std::move(refusal))};
      }
    }
  }

  static Error expired() {
    return Error{.code = Code::identity_refused,
                 .message = "the code was not entered before it expired",
                 .hint = "start again, and enter the code that is shown then"};
  }

  static Error worded(EntraRefusal refusal) {
    if (refusal.oauth_error == "expired_token") return expired();
    if (refusal.oauth_error == "authorization_declined" || refusal.oauth_error == "access_denied") {
      refusal.error.code = Code::identity_refused;
      refusal.error.message = "the sign-in was declined";
      refusal.error.hint = "start again and sign in";
    }
    return std::move(refusal.error);
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_device_code(const IdentitySpec& spec,
                                             const ProviderContext& context) {
  return std::make_unique<DeviceCodeLogin>(spec, context);
}

}  // namespace kvlaunch
