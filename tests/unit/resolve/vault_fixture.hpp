// A plan with vaults, a hand-written identity, and answers as Key Vault gives them.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "launcher/plan/plan.hpp"
#include "launcher/resolve/resolver.hpp"
#include "providers/provider.hpp"
#include "tests/fakes/fake_world.hpp"

namespace kvlaunch::test {

inline constexpr const char* home_tenant = "11111111-1111-1111-1111-111111111111";
inline constexpr const char* other_tenant = "99999999-9999-9999-9999-999999999999";
inline constexpr const char* a_version = "7c9e6679f0b94d55a8e8d2c4f1a0b3c2";
inline constexpr const char* public_scope = "https://vault.azure.net/.default";

// Gives "token-1", "token-2", ...: a new one for each request that it has not answered yet.
class FakeIdentity final : public TokenSource {
 public:
  using Handler = std::function<Result<std::string>(const TokenRequest&)>;

  explicit FakeIdentity(std::string configured_tenant = home_tenant)
      : tenant_(std::move(configured_tenant)) {}

  Result<std::shared_ptr<const AccessToken>> token(const TokenRequest& request,
                                                   const Deadline& /*deadline*/) override {
    if (on_request) on_request();
    const std::lock_guard lock{mutex_};
    requests_.push_back(request.scope + " | " + request.tenant + " | " + request.claims);
    if (answer) {
      auto text = answer(request);
      if (!text) return text.errors();
      return made(*text);
    }
    return made("token-" + std::to_string(requests_.size()));
  }
  void reject(const TokenRequest& /*request*/, const AccessToken& token) override {
    const std::lock_guard lock{mutex_};
    rejected_.emplace_back(token.value.reveal());
  }
  [[nodiscard]] std::string configured_tenant() const override { return tenant_; }

  // "scope | tenant | claims"
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
  }
  [[nodiscard]] std::vector<std::string> rejected() const {
    const std::lock_guard lock{mutex_};
    return rejected_;
  }

  Handler answer;                    // instead of counting
  std::function<void()> on_request;  // before each answer

 private:
  static std::shared_ptr<const AccessToken> made(const std::string& text) {
    auto token = std::make_shared<AccessToken>();
    token->value = Secret{text};
    return token;
  }

  std::string tenant_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_, rejected_;
};

inline VaultEndpoint public_vault(const std::string& name = "contoso") {
  VaultEndpoint vault;
  vault.origin = *parse_url("https://" + name + ".vault.azure.net/");
  vault.label = name + ".vault.azure.net";
  vault.scope = public_scope;
  return vault;
}

inline VaultEndpoint own_vault(const std::string& host, const std::string& scope = "") {
  VaultEndpoint vault;
  vault.origin = *parse_url("https://" + host + "/");
  vault.label = host;
  vault.trust_host = true;
  vault.scope = scope;
  return vault;
}

inline Fetch fetch_of(const std::string& name, std::size_t vault = 0) {
  return Fetch{.vault = vault,
               .name = name,
               .reference = "kv:" + name,
               .where = {.file = "kvlaunch.yaml", .line = 7, .column = 3}};
}

inline std::string challenge_text(const std::string& tenant = home_tenant,
                                  const std::string& resource = "https://vault.azure.net") {
  return "Bearer authorization=\"https://login.windows.net/" + tenant + "\", resource=\"" +
         resource + "\"";
}

inline FakeTransport::Handler answers(
    int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  return [=](const HttpRequest&) { return FakeTransport::response(status, body, headers); };
}

inline FakeTransport::Handler refuses(const std::string& challenge) {
  return answers(401, R"({"error":{"code":"Unauthorized","message":"AKV10000"}})",
                 {{"WWW-Authenticate", challenge}, {"x-ms-request-id", "req-401"}});
}

inline FakeTransport::Handler fails(Code code, std::string message = "it broke") {
  return [=](const HttpRequest&) { return Error{.code = code, .message = message}; };
}

// A SecretBundle; `more` goes beside the value: R"(,"contentType":"x")".
inline std::string bundle(const std::string& name, const std::string& value,
                          const std::string& attributes = R"("enabled":true)",
                          const std::string& more = "") {
  return R"({"value":")" + value + R"(","id":"https://contoso.vault.azure.net/secrets/)" + name +
         "/" + a_version + R"(","attributes":{)" + attributes + "}" + more + "}";
}

inline FakeTransport::Handler error_body(int status, const std::string& code,
                                         const std::string& inner = "") {
  const std::string inner_text =
      inner.empty() ? std::string{} : R"(,"innererror":{"code":")" + inner + "\"}";
  return answers(
      status,
      R"({"error":{"code":")" + code + R"(","message":"caller s3cret-id")" + inner_text + "}}",
      {{"x-ms-request-id", "req-1"}});
}

inline std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const HttpHeader& header : request.headers) {
    if (equal_ignoring_case(header.name, name)) return std::string{header.value.reveal()};
  }
  return "";
}

}  // namespace kvlaunch::test
