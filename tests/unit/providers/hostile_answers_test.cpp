// Whatever answers in place of a managed identity endpoint ends in an error of a few lines, with
// nothing of the answer's body in it that could move a terminal, and within the limits of a
// request.
#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Variables = std::vector<std::pair<const char*, const char*>>;

struct Source {
  const char* name;
  Variables variables;
};

constexpr const char* key_file = "/var/opt/azcmagent/tokens/1.key";

const Source sources[] = {
    {"imds", {}},
    {"app_service_2019", {{"IDENTITY_ENDPOINT", "http://localhost:1/"}, {"IDENTITY_HEADER", "h"}}},
    {"azure_ml_and_app_service_2017",
     {{"MSI_ENDPOINT", "http://localhost:1/"}, {"MSI_SECRET", "s"}}},
    {"cloud_shell", {{"MSI_ENDPOINT", "http://localhost:1/"}}},
    {"service_fabric",
     {{"IDENTITY_ENDPOINT", "https://localhost:1/"},
      {"IDENTITY_HEADER", "h"},
      {"IDENTITY_SERVER_THUMBPRINT", "000102030405060708090A0b0c0D0E0F10111213"}}},
    {"azure_arc",
     {{"IDENTITY_ENDPOINT", "http://localhost:1/"}, {"IMDS_ENDPOINT", "http://localhost:1/"}}},
};

class HostileAnswers : public ::testing::TestWithParam<Source> {
 protected:
  HostileAnswers() {
    for (const auto& [name, value] : GetParam().variables) scene.fake.environment.set(name, value);
    scene.fake.files.put(key_file, "key");
  }
  // To Arc as its second answer, after a good challenge; to the others as their only one.
  Error answered(int status, const std::string& body,
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
    scene.fake.transport.on("http", [=](const HttpRequest& request) -> Result<HttpResponse> {
      const bool arc = std::string{GetParam().name} == "azure_arc";
      const bool has_key =
          !request.headers.empty() && request.headers.back().name == "Authorization";
      if (arc && !has_key) {
        return FakeTransport::response(
            401, "", {{"WWW-Authenticate", std::string{"Basic realm="} + key_file}});
      }
      return FakeTransport::response(status, body, headers);
    });
    return refused();
  }
  Error refused() {
    IdentitySpec spec;
    spec.type = IdentitySpec::Type::managed_identity;
    return error_of(scene.acquire(make_managed_identity, spec));
  }

  Scene scene;
};

TEST_P(HostileAnswers, are_bounded_by_every_request) {
  answered(400, "");
  const auto requests = scene.fake.transport.requests();
  ASSERT_FALSE(requests.empty());
  for (std::size_t n = 0; n < requests.size(); ++n) {
    EXPECT_LE(scene.fake.transport.request(n).max_body_bytes, 128U * 1024);
    EXPECT_EQ(scene.fake.transport.request(n).proxy, ProxyUse::never);
  }
}

TEST_P(HostileAnswers, that_are_too_large_end_as_the_transport_says) {
  scene.fake.transport.on("http", [](const HttpRequest&) -> Result<HttpResponse> {
    return Error{.code = Code::response_too_large, .message = "too large"};
  });
  const auto error = refused();
  EXPECT_EQ(error.code, Code::response_too_large);
  EXPECT_THAT(error.hint, HasSubstr("something else answers"));
}

TEST_P(HostileAnswers, of_no_or_half_or_deep_json_are_malformed) {
  const std::string deep = R"({"access_token":)" + std::string(100'000, '[');
  for (const std::string& body :
       {std::string{}, std::string{R"({"access_token":"t","expires_in":)"}, deep,
        std::string{"<html><body>Log in to the hotel</body></html>"}, std::string{"null"},
        std::string{"[]"}, std::string{"\"t\""}, std::string("\0\xff", 2),
        std::string{R"({"access_token":{"a":1},"expires_in":60})"},
        std::string{R"({"access_token":"","expires_in":60})"},
        std::string{R"({"access_token":"t"})"},
        std::string{R"({"access_token":"t","expires_in":-5})"}}) {
    const auto error = answered(200, body, {{"Content-Type", "application/json"}});
    EXPECT_EQ(error.code, Code::response_malformed) << body.substr(0, 40);
    EXPECT_THAT(error.message + error.hint + notes_of(error), Not(HasSubstr("hotel")));
  }
}

TEST_P(HostileAnswers, of_a_captive_portal_with_its_own_content_type_are_malformed) {
  for (const char* type : {"text/html", "image/png", ""}) {
    EXPECT_EQ(answered(200, "<html>", {{"Content-Type", type}}).code, Code::response_malformed);
  }
}

TEST_P(HostileAnswers, that_redirect_are_not_followed) {
  for (const int status : {301, 302, 303, 307, 308}) {
    EXPECT_EQ(answered(status, "", {{"Location", "http://elsewhere.example/"}}).code,
              Code::redirect_refused);
  }
  for (const auto& request : scene.fake.transport.requests()) {
    EXPECT_THAT(request, Not(HasSubstr("elsewhere")));
  }
}

TEST_P(HostileAnswers, cannot_write_to_the_terminal_or_over_many_lines) {
  const auto error =
      answered(403, R"({"error":"a\u001b[2Jb","error_description":")" + std::string(5000, 'x') +
                        R"(\nsecond line","message":"\u0007"})");
  EXPECT_THAT(notes_of(error), Not(HasSubstr("\x1b")));
  EXPECT_THAT(notes_of(error), Not(HasSubstr("second line")));
  EXPECT_LT(notes_of(error).size(), 2000U);
}

INSTANTIATE_TEST_SUITE_P(each, HostileAnswers, ::testing::ValuesIn(sources),
                         [](const auto& source) { return std::string{source.param.name}; });

}  // namespace
}  // namespace kvlaunch::test
