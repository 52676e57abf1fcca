// What the tests of providers share: a fake world with variables, and outcomes taken apart.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "providers/context.hpp"
#include "providers/factories.hpp"
#include "tests/fakes/fake_world.hpp"

namespace kvlaunch::test {

inline constexpr const char* vault_scope = "https://vault.azure.net/.default";
inline constexpr const char* public_token_url =
    "POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token";

struct Scene {
  FakeWorld fake;
  World world = fake.world();
  Owner owner;
  TokenRequest request{vault_scope, "", ""};

  Scene() = default;
  Scene(std::initializer_list<std::pair<const char*, const char*>> variables) {
    for (const auto& [name, value] : variables) fake.environment.set(name, value);
  }

  ProviderContext context(Usage usage) {
    return ProviderContext{world, {.cloud = CloudName::public_cloud, .owner = owner}, usage};
  }
  Outcome acquire(CredentialFactory* make, const IdentitySpec& spec, Usage usage = Usage::alone) {
    return make(spec, context(usage))->acquire(request, fake.deadline());
  }
  Outcome acquire(CredentialFactory* make, Usage usage = Usage::alone) {
    return acquire(make, IdentitySpec{}, usage);
  }

  void answer(const std::string& pattern, int status, const std::string& body,
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    fake.transport.on(pattern, [=](const HttpRequest&) -> Result<HttpResponse> {
      return FakeTransport::response(status, body, headers);
    });
  }
  void answer_once(const std::string& pattern, int status, const std::string& body,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    fake.transport.once(pattern, [=](const HttpRequest&) -> Result<HttpResponse> {
      return FakeTransport::response(status, body, headers);
    });
  }
  void give_token(const std::string& pattern) {
    answer(pattern, 200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"tok-1"})");
  }
  std::string body_of(std::size_t n) {
    return std::string{fake.transport.request(n).body.reveal()};
  }
  std::string header_of(std::size_t n, std::string_view name) {
    const auto request_sent = fake.transport.request(n);
    for (const auto& header : request_sent.headers) {
      if (equal_ignoring_case(header.name, name)) return std::string{header.value.reveal()};
    }
    return "(none)";
  }
};

inline std::string token_of(const Outcome& outcome) {
  const auto* const token = std::get_if<AccessToken>(&outcome);
  return token == nullptr ? "(no token)" : std::string{token->value.reveal()};
}
inline std::string reason_of(const Outcome& outcome) {
  const auto* const absent = std::get_if<Unavailable>(&outcome);
  return absent == nullptr ? "(not unavailable)" : absent->reason;
}
inline Error error_of(const Outcome& outcome) {
  const auto* const failed = std::get_if<Failed>(&outcome);
  return failed == nullptr ? Error{.code = Code::internal, .message = "(not failed)"}
                           : failed->error;
}
inline std::string notes_of(const Error& error) {
  std::string text;
  for (const std::string& note : error.notes) text += note + "\n";
  return text;
}

}  // namespace kvlaunch::test
