#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* any_request = "GET http://169.254.169.254/metadata/identity/oauth2/token";
// Only the real request names a resource.
constexpr const char* token_request = "&resource=";

IdentitySpec managed(const std::string& client_id = "") {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::managed_identity;
  spec.client_id = client_id;
  return spec;
}

class Imds : public ::testing::Test {
 protected:
  Scene scene;
  void machine_answers(int status, const std::string& body) {
    scene.answer(any_request, 400, R"({"error":"invalid_request"})");
    scene.answer(token_request, status, body);
  }
  Outcome alone(const IdentitySpec& spec = managed()) {
    return scene.acquire(make_managed_identity, spec);
  }
  Outcome chained(const IdentitySpec& spec = managed()) {
    return scene.acquire(make_managed_identity, spec, Usage::chained);
  }
};

TEST_F(Imds, is_asked_with_the_metadata_header_and_without_proxy) {
  scene.give_token(any_request);
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_EQ(scene.header_of(0, "Metadata"), "true");
  EXPECT_EQ(scene.fake.transport.request(0).proxy, ProxyUse::never);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

TEST_F(Imds, is_probed_without_the_header_for_a_second_when_others_follow) {
  machine_answers(200, R"({"access_token":"t","expires_in":"86399","expires_on":"1767311999"})");
  EXPECT_EQ(token_of(chained()), "t");
  EXPECT_EQ(scene.header_of(0, "Metadata"), "(none)");
  EXPECT_EQ(scene.fake.transport.request(0).connect_timeout, Milliseconds{1000});
  EXPECT_EQ(scene.header_of(1, "Metadata"), "true");
}

TEST_F(Imds, is_unavailable_when_the_probe_finds_nothing) {
  EXPECT_EQ(reason_of(chained()), "nothing answers at 169.254.169.254");
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

TEST_F(Imds, is_not_probed_again_once_it_has_answered) {
  machine_answers(200, R"({"access_token":"t","expires_in":60})");
  const auto provider = make_managed_identity(managed(), scene.context(Usage::chained));
  EXPECT_EQ(token_of(provider->acquire(scene.request, scene.fake.deadline())), "t");
  EXPECT_EQ(token_of(provider->acquire(scene.request, scene.fake.deadline())), "t");
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(3));
}

TEST_F(Imds, moves_to_the_host_of_the_variable) {
  scene.fake.environment.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9999/");
  scene.give_token("GET http://127.0.0.1:9999/metadata/identity/oauth2/token");
  EXPECT_EQ(token_of(alone()), "tok-1");
}

TEST_F(Imds, does_not_move_to_a_foreign_host) {
  scene.fake.environment.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://imds.example/");
  EXPECT_EQ(error_of(alone()).code, Code::identity_configuration);
  EXPECT_TRUE(scene.fake.transport.requests().empty());
}

TEST_F(Imds, names_a_user_assigned_identity_by_resource_id) {
  scene.give_token(any_request);
  auto spec = managed();
  spec.resource_id = "/r";
  EXPECT_EQ(token_of(alone(spec)), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(), ElementsAre(HasSubstr("&msi_res_id=%2Fr")));
}

TEST_F(Imds, without_system_identity_is_unavailable_in_a_chain_and_refused_alone) {
  machine_answers(400, R"({"error":"invalid_request","error_description":"Identity not found"})");
  EXPECT_THAT(reason_of(chained()), HasSubstr("no system-assigned identity"));
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(notes_of(error), HasSubstr("it says: invalid_request: Identity not found"));
}

TEST_F(Imds, without_the_named_identity_stops_the_chain) {
  machine_answers(400, R"({"error":"invalid_request"})");
  const auto error = error_of(chained(managed("c-1")));
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_EQ(error.message, "the identity with client id c-1 is not assigned to this machine");
}

TEST_F(Imds, behind_a_container_network_that_cannot_reach_it_is_unavailable) {
  machine_answers(403, "connecting to 169.254.169.254:80: network is unreachable");
  EXPECT_NE(reason_of(chained()), "(not unavailable)");
  EXPECT_EQ(error_of(alone()).code, Code::identity_refused);
}

TEST_F(Imds, that_answers_with_something_else_than_json_is_unavailable_in_a_chain) {
  machine_answers(200, "<html>captive portal</html>");
  EXPECT_NE(reason_of(chained()), "(not unavailable)");
  EXPECT_EQ(error_of(alone()).code, Code::response_malformed);
}

TEST_F(Imds, behind_a_proxy_says_so) {
  for (const int status : {502, 504}) {
    machine_answers(status, "");
    const auto error = error_of(chained());
    EXPECT_EQ(error.code, Code::identity_temporary);
    EXPECT_THAT(error.hint, HasSubstr("proxy"));
  }
}

TEST_F(Imds, is_asked_five_times_with_growing_waits_when_it_fails) {
  machine_answers(500, "");
  EXPECT_EQ(error_of(alone()).code, Code::identity_temporary);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(5));
  const auto sleeps = scene.fake.clock.sleeps();
  ASSERT_THAT(sleeps, SizeIs(4));
  EXPECT_GE(sleeps[3], sleeps[0] * 4);
}

TEST_F(Imds, is_asked_again_for_not_found_and_throttling) {
  for (const int status : {404, 429}) {
    Scene fresh;
    fresh.answer_once(any_request, status, "");
    fresh.give_token(any_request);
    EXPECT_EQ(token_of(fresh.acquire(make_managed_identity, managed())), "tok-1") << status;
  }
}

TEST_F(Imds, alone_tries_a_network_that_is_not_up_yet_several_times) {
  EXPECT_EQ(error_of(alone()).code, Code::connect_failure);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(5));
}

TEST_F(Imds, that_is_being_updated_is_waited_for_until_it_is_back) {
  for (int i = 0; i < 7; ++i) scene.answer_once(any_request, 410, "");
  scene.give_token(any_request);
  const auto start = scene.fake.clock.steady();
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_EQ(scene.fake.clock.steady() - start, seconds{70});
}

TEST_F(Imds, that_stays_in_update_ends_after_seventy_seconds) {
  scene.answer(any_request, 410, "");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::identity_temporary);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(8));
  EXPECT_THAT(error.hint, HasSubstr("try again"));
}

TEST_F(Imds, says_so_when_the_deadline_cuts_the_wait_for_an_update_short) {
  scene.answer(any_request, 410, "");
  const auto provider = make_managed_identity(managed(), scene.context(Usage::alone));
  const auto deadline = Deadline::in(scene.fake.clock, Milliseconds{25'000});
  const auto error = error_of(provider->acquire(scene.request, deadline));
  EXPECT_THAT(error.hint, HasSubstr("cut short"));
  EXPECT_THAT(error.hint, HasSubstr("--timeout 80s"));
  EXPECT_FALSE(deadline.passed(scene.fake.clock));
}

TEST_F(Imds, says_so_when_the_deadline_cuts_any_wait_short) {
  for (const Usage usage : {Usage::alone, Usage::chained}) {
    for (const int status : {404, 410, 429, 500, 502, 503, 504}) {
      Scene fresh;
      fresh.answer(any_request, 400, "");  // the probe's
      fresh.answer(token_request, status, "");
      const auto provider = make_managed_identity(managed(), fresh.context(usage));
      const auto deadline = Deadline::in(fresh.fake.clock, Milliseconds{3'500});
      const auto error = error_of(provider->acquire(fresh.request, deadline));
      EXPECT_EQ(error.code, Code::identity_temporary) << status;
      EXPECT_THAT(error.hint, HasSubstr("cut short")) << status;
      EXPECT_FALSE(deadline.passed(fresh.fake.clock)) << status;
    }
  }
}

TEST_F(Imds, says_so_when_the_deadline_cuts_the_wait_for_a_network_short) {
  const auto provider = make_managed_identity(managed(), scene.context(Usage::alone));
  const auto deadline = Deadline::in(scene.fake.clock, Milliseconds{3'500});
  const auto error = error_of(provider->acquire(scene.request, deadline));
  EXPECT_EQ(error.code, Code::connect_failure);
  EXPECT_THAT(error.hint, HasSubstr("cut short"));
}

TEST_F(Imds, never_follows_a_redirect) {
  machine_answers(302, "");
  EXPECT_EQ(error_of(alone()).code, Code::redirect_refused);
}

}  // namespace
}  // namespace kvlaunch::test
