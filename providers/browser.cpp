// The provider `browser`: a person signs in in a browser of this machine, which brings a code back.
//
// Sources: RFC 7636 (PKCE), RFC 8252 (loopback redirect); MSAL Go public.go. The code is of no use
// without the verifier, which never leaves kvlaunch before it is redeemed.
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "launcher/base/base64.hpp"
#include "providers/aadsts.hpp"
#include "providers/developer_tool.hpp"
#include "providers/factories.hpp"
#include "providers/printable.hpp"
#include "providers/public_client.hpp"

namespace kvlaunch {
namespace {

// Opening returns at once; a desktop that has not answered by then never will.
constexpr ToolFacts opener_facts{.name = "setsid",
                                 .question = "xdg-open",
                                 .log_in = "xdg-open",
                                 .limit = Milliseconds{5'000},
                                 .rest = Rest::left};
constexpr std::string_view browser_variable = "BROWSER";

Secret random_verifier(Randomness& randomness) {
  std::array<std::uint64_t, 4> numbers{};
  for (auto& number : numbers) number = randomness.bits();
  return base64_encode_secret(
      std::string_view{reinterpret_cast<const char*>(numbers.data()), sizeof numbers}, Base64::url);
}

std::string challenge_of(const Secret& verifier) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(verifier.reveal().data(), verifier.reveal().size(), digest.data(), &size, EVP_sha256(),
             nullptr);
  return base64_encode(std::string_view{reinterpret_cast<const char*>(digest.data()), size},
                       Base64::url);
}

std::string page(std::string_view text) {
  return "<!doctype html><title>kvlaunch</title><p>" + std::string{text} + "</p>\n";
}

// The value of `name` in the query of `target`; empty if it is not there or malformed.
std::string query_value(std::string_view target, std::string_view name) {
  const auto question = target.find('?');
  std::string_view query =
      question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
  while (!query.empty()) {
    const auto field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(field.size() + 1, query.size()));
    const auto equals = field.find('=');
    if (equals == std::string_view::npos || field.substr(0, equals) != name) continue;
    std::string value{field.substr(equals + 1)};
    std::replace(value.begin(), value.end(), '+', ' ');
    const auto decoded = percent_decode(value);
    return decoded ? *decoded : std::string{};
  }
  return {};
}

// What the browser brought back.
struct Redirect {
  Secret code;
  std::string error, description;
};

class BrowserLogin final : public Credential {
 public:
  BrowserLogin(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "browser"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    if (auto nobody = nobody_to_ask(context_)) return std::move(*nobody);
    if (!has_display()) {
      return Unavailable{"there is no display to open a browser on",
                         "use device-code, which works with the browser of any device"};
    }
    const auto client = public_client(spec_, request, context_);
    if (!client) return Failed{client.error()};
    World& world = context_.world;
    auto listener = world.loopback.listen();
    if (!listener) return Failed{listener.error()};
    const Secret verifier = random_verifier(world.randomness);
    const std::string state = random_uuid(world.randomness);
    const std::string redirect = "http://localhost:" + std::to_string((*listener)->port());
    const std::string url = sign_in_url(*client, request, redirect, state, challenge_of(verifier));
    world.terminal.show("to sign in, use the browser that opens, or open " + url);
    open(url, deadline);
    auto answer = await_redirect(**listener, state, deadline);
    if (!answer) return Failed{nobody_signed_in()};
    if (answer->code.empty()) return Failed{refused(*answer)};
    return redeem(*client, request, redirect, answer->code, verifier, deadline);
  }

 private:
  [[nodiscard]] bool has_display() const {
    const Environment& environment = context_.world.environment;
    return environment.get_non_empty("DISPLAY") || environment.get_non_empty("WAYLAND_DISPLAY") ||
           environment.get_non_empty(browser_variable);
  }

  static std::string sign_in_url(const PublicClient& client, const TokenRequest& request,
                                 const std::string& redirect, const std::string& state,
                                 const std::string& challenge) {
    FormFields fields{{"response_type", "code"},
                      {"client_id", client.client_id},
                      {"redirect_uri", redirect},
                      {"scope", client.scope},
                      {"state", state},
                      {"code_challenge", challenge},
                      {"code_challenge_method", "S256"},
                      {"prompt", "select_account"}};
    if (is_adfs(client.tenant)) {
      fields.emplace_back("resource", std::string{resource_of(request.scope)});
    }
    if (!request.claims.empty()) fields.emplace_back("claims", request.claims);
    return login_endpoint(client, "authorize").text() + "?" + form_encode(fields);
  }

  // A browser outlives the one who opens it and the terminal's signals: setsid gives it a session
  // of its own. It is still in setsid's group when setsid has returned, so the group is left. Where
  // it cannot be opened the person has the address.
  void open(const std::string& url, const Deadline& deadline) {
    DeveloperTool tool{opener_facts, context_};
    auto setsid = tool.find();
    auto words = opener_words(url);
    const ToolFacts browser_facts{.name = words.front(), .question = {}, .log_in = {}};
    DeveloperTool browser{browser_facts, context_};
    auto program = words.front().starts_with('/') ? browser.find_at(words.front()) : browser.find();
    const auto* const path = std::get_if<std::string>(&setsid);
    if (path == nullptr || !std::holds_alternative<std::string>(program)) return;
    words.front() = std::get<std::string>(program);
    words.insert(words.begin(), {*path, "--fork"});
    if (const auto result = tool.run(std::move(words), deadline); !result) {
      context_.world.log.note("browser: " + result.error().message);
    }
  }

  // The first command of BROWSER, which separates several by ':' and may hold a %s; else xdg-open.
  [[nodiscard]] std::vector<std::string> opener_words(const std::string& url) const {
    std::string_view text =
        context_.world.environment.get_non_empty(browser_variable).value_or("xdg-open");
    text = text.substr(0, text.find(':'));
    std::vector<std::string> words;
    bool placed = false;
    while (!text.empty()) {
      const auto word = text.substr(0, text.find(' '));
      text.remove_prefix(std::min(word.size() + 1, text.size()));
      if (word.empty()) continue;
      placed = placed || word == "%s";
      words.push_back(word == "%s" ? url : std::string{word});
    }
    if (words.empty()) words.emplace_back("xdg-open");
    if (!placed) words.push_back(url);
    return words;
  }

  // Anybody on this machine can ask the port: what does not know `state` is not the answer.
  static Result<Redirect> await_redirect(LoopbackListener& listener, const std::string& state,
                                         const Deadline& deadline) {
    Redirect redirect;
    const auto judge = [&](std::string_view target) -> LoopbackAnswer {
      if (target != "/" && !target.starts_with("/?")) return {404, page("nothing is here"), false};
      if (!Secret{query_value(target, "state")}.equals(state)) {
        return {400, page("this is not the sign-in that kvlaunch began"), false};
      }
      redirect.code = Secret{query_value(target, "code")};
      redirect.error = first_line(query_value(target, "error"));
      redirect.description = first_line(query_value(target, "error_description"));
      if (redirect.code.empty()) {
        return {200, page("The sign-in failed. The terminal says why."), true};
      }
      return {200, page("Signed in. This page can be closed."), true};
    };
    const auto served = listener.serve(judge, deadline);
    if (!served) return served.errors();
    return redirect;
  }

  static Error refused(const Redirect& redirect) {
    Error error{.code = Code::identity_refused, .hint = "start again and sign in"};
    const int number = aadsts_code_in(redirect.description);
    const AadstsRow* const row = find_aadsts(number);
    error.message = redirect.error == "access_denied" ? "the sign-in was cancelled"
                                                      : "Entra refused the sign-in";
    if (row != nullptr) {
      error.message = std::string{row->meaning} + " (AADSTS" + std::to_string(number) + ")";
      if (!row->hint.empty()) error.hint = row->hint;
    }
    if (!redirect.description.empty()) error.notes.push_back("Entra says: " + redirect.description);
    return error;
  }

  Outcome redeem(const PublicClient& client, const TokenRequest& request,
                 const std::string& redirect, const Secret& code, const Secret& verifier,
                 const Deadline& deadline) {
    std::vector<FormField> fields{{"grant_type", "authorization_code"},
                                  {"client_id", client.client_id},
                                  {"code", code.reveal(), Sensitivity::secret},
                                  {"code_verifier", verifier.reveal(), Sensitivity::secret},
                                  {"redirect_uri", redirect},
                                  {"scope", client.scope},
                                  {"client_info", "1"}};
    if (!request.claims.empty()) fields.push_back({"claims", request.claims});
    auto answer =
        ask_token_endpoint(context_.world, login_endpoint(client, "token"), fields, deadline);
    if (auto* const token = std::get_if<AccessToken>(&answer)) return std::move(*token);
    return Failed{std::move(std::get<EntraRefusal>(answer).error)};
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_browser(const IdentitySpec& spec, const ProviderContext& context) {
  return std::make_unique<BrowserLogin>(spec, context);
}

}  // namespace kvlaunch
