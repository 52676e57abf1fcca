#include "providers/entra.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

Url endpoint() {
  return token_endpoint(*parse_url("https://login.microsoftonline.com/"), "contoso");
}

EntraAnswer ask(Scene& scene) {
  return ask_token_endpoint(scene.world, endpoint(), {{"grant_type", "client_credentials"}},
                            scene.fake.deadline());
}

Error refusal(const EntraAnswer& answer) {
  const auto* const refused = std::get_if<EntraRefusal>(&answer);
  return refused == nullptr ? Error{.code = Code::internal, .message = "(a token)"}
                            : refused->error;
}

TEST(Entra, tries_a_failing_service_three_times) {
  Scene scene;
  scene.answer(public_token_url, 503, "busy");
  const auto error = refusal(ask(scene));
  EXPECT_EQ(error.code, Code::identity_temporary);
  EXPECT_EQ(error.status, 503);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(3));
  EXPECT_THAT(notes_of(error), HasSubstr("tried 3 times"));
}

TEST(Entra, takes_the_token_that_the_second_try_brings) {
  Scene scene;
  scene.answer_once(public_token_url, 500, "");
  scene.give_token(public_token_url);
  EXPECT_TRUE(std::holds_alternative<AccessToken>(ask(scene)));
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(2));
}

TEST(Entra, waits_as_long_as_retry_after_says) {
  Scene scene;
  scene.answer_once(public_token_url, 429, "", {{"Retry-After", "7"}});
  scene.give_token(public_token_url);
  EXPECT_TRUE(std::holds_alternative<AccessToken>(ask(scene)));
  EXPECT_THAT(scene.fake.clock.sleeps(), ::testing::ElementsAre(Milliseconds{7000}));
}

TEST(Entra, does_not_begin_a_wait_beyond_the_deadline_and_says_so) {
  Scene scene;
  scene.answer(public_token_url, 429, "", {{"Retry-After", "3600"}});
  const auto error = refusal(ask(scene));
  EXPECT_EQ(error.code, Code::identity_temporary);
  EXPECT_THAT(error.hint, HasSubstr("--timeout"));
  EXPECT_TRUE(scene.fake.clock.sleeps().empty());
}

TEST(Entra, never_repeats_a_refusal) {
  Scene scene;
  scene.answer(public_token_url, 400, R"({"error":"invalid_request"})");
  EXPECT_EQ(refusal(ask(scene)).code, Code::identity_refused);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

TEST(Entra, reports_what_the_network_said_after_three_tries) {
  Scene scene;
  scene.fake.transport.on(public_token_url, [](const HttpRequest&) -> Result<HttpResponse> {
    return Error{.code = Code::dns_failure, .message = "cannot resolve"};
  });
  const auto error = refusal(ask(scene));
  EXPECT_EQ(error.code, Code::dns_failure);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(3));
}

TEST(Entra, does_not_repeat_what_cannot_pass) {
  Scene scene;
  scene.fake.transport.on(public_token_url, [](const HttpRequest&) -> Result<HttpResponse> {
    return Error{.code = Code::tls_untrusted, .message = "not trusted"};
  });
  EXPECT_EQ(refusal(ask(scene)).code, Code::tls_untrusted);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

TEST(Entra, takes_a_good_status_with_an_error_in_it_for_an_error) {
  Scene scene;
  scene.answer(public_token_url, 200, R"({"error":"invalid_grant","access_token":"x"})");
  EXPECT_EQ(refusal(ask(scene)).code, Code::identity_refused);
}

TEST(Entra, calls_a_transient_number_temporary) {
  Scene scene;
  scene.answer(
      public_token_url, 400,
      R"({"error":"invalid_request","error_codes":[90033],"error_description":"AADSTS90033: x"})");
  EXPECT_EQ(refusal(ask(scene)).code, Code::identity_temporary);
}

TEST(Entra, keeps_the_number_of_an_error_that_it_does_not_know) {
  Scene scene;
  scene.answer(public_token_url, 400,
               R"({"error":"invalid_request","error_description":"AADSTS123456: odd"})");
  EXPECT_EQ(refusal(ask(scene)).message,
            "Entra refused the request: invalid_request (AADSTS123456)");
}

TEST(Entra, names_a_proxy_as_suspect_when_the_answer_is_html_and_quotes_nothing_of_it) {
  Scene scene;
  scene.answer(public_token_url, 403, "<html>blocked by policy</html>");
  const auto error = refusal(ask(scene));
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.hint, HasSubstr("proxy"));
  EXPECT_THAT(error.message + notes_of(error), Not(HasSubstr("blocked")));
}

TEST(Entra, refuses_redirects) {
  Scene scene;
  scene.answer(public_token_url, 302, "", {{"Location", "https://elsewhere/"}});
  EXPECT_EQ(refusal(ask(scene)).code, Code::redirect_refused);
}

TEST(Entra, takes_truncated_json_for_a_malformed_answer) {
  Scene scene;
  scene.answer(public_token_url, 200, R"({"access_token":"abc)");
  const auto error = refusal(ask(scene));
  EXPECT_EQ(error.code, Code::identity_temporary);
  EXPECT_THAT(error.message, Not(HasSubstr("abc")));
  EXPECT_THAT(error.hint, HasSubstr("not Entra's"));
}

TEST(Entra, says_what_to_do_whatever_goes_wrong_on_the_way) {
  for (const Code code : {Code::connection_lost, Code::response_too_large}) {
    Scene scene;
    scene.fake.transport.on("POST", [code](const HttpRequest&) -> Result<HttpResponse> {
      return Error{.code = code, .message = "it broke"};
    });
    EXPECT_NE(refusal(ask(scene)).hint, "") << name_of(code);
  }
}

TEST(Entra, counts_what_cannot_be_used_as_the_identity_s_failure) {
  Scene scene;
  scene.answer(public_token_url, 200, R"({"token":"abc"})");
  const auto error = refusal(ask(scene));
  EXPECT_EQ(error.code, Code::identity_temporary);
  EXPECT_EQ(error.status, 200);
  EXPECT_THAT(error.hint, HasSubstr("not Entra's"));
}

TEST(Entra, leads_from_an_unknown_number_to_its_explanation) {
  Scene scene;
  scene.answer(public_token_url, 400, R"({"error":"x","error_codes":[99999]})");
  EXPECT_THAT(refusal(ask(scene)).hint, HasSubstr("error?code=99999"));
}

TEST(Entra, reads_the_time_of_the_server_from_a_refusal) {
  Scene scene;
  scene.answer(public_token_url, 401, R"({"error":"invalid_client"})",
               {{"Date", "Thu, 01 Jan 2026 00:00:30 GMT"}});
  const auto answer = ask(scene);
  const auto& refused = std::get<EntraRefusal>(answer);
  ASSERT_TRUE(refused.server_time);
  EXPECT_EQ(
      *refused.server_time - std::chrono::floor<std::chrono::seconds>(scene.fake.clock.wall()),
      std::chrono::seconds{30});
}

TEST(Resource, is_the_scope_without_its_suffix) {
  EXPECT_EQ(resource_of("https://vault.azure.net/.default"), "https://vault.azure.net");
  EXPECT_EQ(resource_of("https://x.example//.default"), "https://x.example/");
  EXPECT_EQ(resource_of("api://app"), "api://app");
}

}  // namespace
}  // namespace kvlaunch::test
