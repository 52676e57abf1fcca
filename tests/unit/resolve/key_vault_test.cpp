#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/resolve/key_vault_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST_F(KeyVaultClient, asks_once_with_token_and_version_of_the_interface) {
  world_.transport.on(get_secret, answers(200, bundle("db-password", "s3\\u0022cret")));
  const auto got = get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->state, FetchedSecret::State::present);
  EXPECT_TRUE(got->value.equals("s3\"cret"));
  EXPECT_EQ(got->version, a_version);
  EXPECT_THAT(world_.transport.requests(), ElementsAre(get_secret));
  const HttpRequest request = world_.transport.request(0);
  EXPECT_EQ(header_of(request, "Authorization"), "Bearer token-1");
  EXPECT_EQ(header_of(request, "Accept"), "application/json");
  EXPECT_THAT(header_of(request, "x-ms-client-request-id"), SizeIs(36));
  EXPECT_THAT(identity_.requests(), ElementsAre("https://vault.azure.net/.default |  | "));
}

TEST_F(KeyVaultClient, asks_for_a_pinned_version_by_its_path) {
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  Fetch fetch = fetch_of("db-password");
  fetch.version = a_version;
  ASSERT_TRUE(get(fetch).ok());
  EXPECT_THAT(world_.transport.requests(),
              ElementsAre("GET https://contoso.vault.azure.net/secrets/db-password/" +
                          std::string{a_version} + "?api-version=7.4"));
}

TEST_F(KeyVaultClient, notes_what_belongs_to_the_value) {
  world_.transport.on("GET",
                      answers(200, bundle("a", "x", R"("exp":1893456000,"nbf":1)",
                                          R"(,"contentType":"text/plain","kid":"https://k")")));
  const auto got = get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->content_type, "text/plain");
  EXPECT_EQ(got->expires, WallTime{std::chrono::seconds{1893456000}});
  EXPECT_EQ(got->not_before, WallTime{std::chrono::seconds{1}});
  EXPECT_TRUE(got->backs_certificate);
}

TEST_F(KeyVaultClient, tolerates_absent_null_and_unknown_members) {
  world_.transport.on(
      "GET", answers(200, R"({"value":"","attributes":null,"tags":null,"id":null,"new":[1]})"));
  const auto got = get();
  ASSERT_TRUE(got.ok());
  EXPECT_TRUE(got->value.empty());
  EXPECT_EQ(got->version, "");
  EXPECT_FALSE(got->expires);
}

TEST_F(KeyVaultClient, writes_neither_value_nor_token_into_the_log) {
  world_.transport.once("GET", answers(503, "hunter2"));
  world_.transport.on("GET", answers(200, bundle("db-password", "hunter2")));
  ASSERT_TRUE(get().ok());
  EXPECT_THAT(world_.log.notes(), Not(IsEmpty()));
  EXPECT_THAT(world_.log.notes(), Each(Not(HasSubstr("hunter2"))));
  EXPECT_THAT(world_.log.notes(), Each(Not(HasSubstr("token-1"))));
}

TEST_F(KeyVaultClient, says_that_a_disabled_secret_is_disabled) {
  const Error error = error_for(error_body(403, "Forbidden", "SecretDisabled"));
  EXPECT_EQ(error.code, Code::secret_disabled);
  EXPECT_EQ(error.message, "secret 'db-password' in contoso.vault.azure.net is disabled");
  EXPECT_THAT(error.hint, HasSubstr("--vault-name contoso --name db-password --enabled true"));
  EXPECT_EQ(error.reference, "kv:db-password");
  EXPECT_EQ(error.vault, "contoso.vault.azure.net");
  EXPECT_EQ(error.status, 403);
  EXPECT_EQ(error.request_id, "req-1");
  EXPECT_EQ(error.location->line, 7);
}

TEST_F(KeyVaultClient, takes_a_served_but_disabled_secret_for_disabled) {
  EXPECT_EQ(error_for(answers(200, bundle("a", "x", R"("enabled":false)"))).code,
            Code::secret_disabled);
}

// 2026-01-01 is what the fake clock shows.
TEST_F(KeyVaultClient, refuses_an_expired_secret_by_the_wall_clock) {
  const Error error = error_for(answers(200, bundle("a", "x", R"("exp":1767225600)")));
  EXPECT_EQ(error.code, Code::secret_expired);
  EXPECT_THAT(error.message, HasSubstr("expired at 2026-01-01T00:00:00Z"));
  EXPECT_THAT(error.hint, HasSubstr("allow-expired"));
}

TEST_F(KeyVaultClient, gives_an_expired_secret_where_that_is_allowed) {
  world_.transport.on("GET", answers(200, bundle("a", "x", R"("exp":1767225599)")));
  Fetch fetch = fetch_of("db-password");
  fetch.allow_expired = true;
  EXPECT_TRUE(get(fetch).ok());
}

TEST_F(KeyVaultClient, refuses_a_secret_that_is_not_yet_valid_even_where_expired_is_allowed) {
  Fetch fetch = fetch_of("db-password");
  fetch.allow_expired = true;
  const Error error =
      error_for(answers(200, bundle("a", "x", R"("nbf":1767225601)")), std::move(fetch));
  EXPECT_EQ(error.code, Code::secret_not_yet_valid);
  EXPECT_THAT(error.message, HasSubstr("not valid before 2026-01-01T00:00:01Z"));
}

TEST_F(KeyVaultClient, calls_a_secret_missing_that_is_neither_there_nor_deleted) {
  world_.transport.on("/secrets/", error_body(404, "SecretNotFound"));
  world_.transport.on("/deletedsecrets/", error_body(404, "SecretNotFound"));
  const auto got = get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->state, FetchedSecret::State::missing);
  EXPECT_EQ(got->problem.code, Code::secret_missing);
  EXPECT_EQ(got->problem.message, "secret 'db-password' does not exist in contoso.vault.azure.net");
  EXPECT_EQ(got->problem.status, 404);
}

TEST_F(KeyVaultClient, calls_a_secret_deleted_that_lies_among_the_deleted) {
  world_.transport.on("/secrets/", error_body(404, "SecretNotFound"));
  world_.transport.on("/deletedsecrets/db-password?api-version=7.4", answers(200, "{}"));
  const auto got = get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->state, FetchedSecret::State::deleted);
  EXPECT_EQ(got->problem.code, Code::secret_deleted);
  EXPECT_THAT(got->problem.hint, HasSubstr("recover --vault-name contoso --name db-password"));
}

TEST_F(KeyVaultClient, calls_a_secret_missing_when_it_may_not_see_the_deleted) {
  world_.transport.on("/secrets/", error_body(404, "SecretNotFound"));
  world_.transport.on("/deletedsecrets/", error_body(403, "Forbidden", "ForbiddenByRbac"));
  EXPECT_EQ(get()->state, FetchedSecret::State::missing);
}

TEST_F(KeyVaultClient, names_the_version_that_is_not_there) {
  world_.transport.on("GET", error_body(404, "SecretNotFound"));
  Fetch fetch = fetch_of("db-password");
  fetch.version = a_version;
  EXPECT_THAT(get(fetch)->problem.message,
              HasSubstr("or its version " + std::string{a_version} + " does not exist"));
}

TEST_F(KeyVaultClient, does_not_take_a_missing_vault_for_a_missing_secret) {
  const Error error = error_for(error_body(404, "VaultNotFound"));
  EXPECT_EQ(error.code, Code::reference_vault);
  EXPECT_THAT(error.message, HasSubstr("there is no vault contoso.vault.azure.net"));
  EXPECT_THAT(error.hint, HasSubstr("az keyvault list"));
}

TEST_F(KeyVaultClient, takes_a_404_from_something_else_for_an_outage_and_not_for_missing) {
  for (const char* body : {"<html>not found</html>", "", "{}", R"({"error":"x"})",
                           R"({"error":{"code":7}})", R"({"error":null})"}) {
    EXPECT_EQ(error_for(answers(404, body)).code, Code::response_malformed) << body;
  }
}

TEST_F(KeyVaultClient, cannot_fetch_keys_and_certificates_yet) {
  Fetch fetch = fetch_of("web-tls");
  fetch.kind = ObjectKind::certificate;
  EXPECT_EQ(get(fetch).error().code, Code::not_yet);
  EXPECT_THAT(world_.transport.requests(), IsEmpty());
}

struct State {
  const char* name;
  int status;
  const char* code;
  const char* inner;
  Code expected;
  const char* message;
  const char* hint;
};

class Refusals : public KeyVaultClient, public testing::WithParamInterface<State> {};

TEST_P(Refusals, are_told_apart) {
  const State& state = GetParam();
  const Error error = error_for(error_body(state.status, state.code, state.inner));
  EXPECT_EQ(error.code, state.expected);
  EXPECT_THAT(error.message, HasSubstr(state.message));
  EXPECT_THAT(error.hint, HasSubstr(state.hint));
  EXPECT_EQ(error.status, state.status);
  EXPECT_EQ(error.request_id, "req-1");
  // Nothing of the body's own text.
  EXPECT_THAT(error.message + error.hint, Not(HasSubstr("s3cret-id")));
  EXPECT_THAT(error.notes, Each(Not(HasSubstr("s3cret-id"))));
}

INSTANTIATE_TEST_SUITE_P(
    State, Refusals,
    testing::Values(
        State{"rbac", 403, "Forbidden", "ForbiddenByRbac", Code::vault_forbidden_rbac,
              "no role assignment allows it", "10 minutes"},
        State{"old_policy", 403, "Forbidden", "AccessDenied", Code::vault_forbidden_policy,
              "does not grant 'get'", "--secret-permissions get"},
        State{"policy", 403, "Forbidden", "ForbiddenByPolicy", Code::vault_forbidden_policy,
              "does not grant 'get'", "set-policy --name contoso"},
        State{"firewall", 403, "Forbidden", "ForbiddenByFirewall", Code::vault_forbidden_firewall,
              "firewall of contoso", "network-rule add --name contoso"},
        State{"connection", 403, "Forbidden", "ForbiddenByConnection",
              Code::vault_forbidden_connection, "private endpoint", "private address"},
        State{"other_refusal", 403, "Forbidden", "SomethingNew", Code::vault_forbidden,
              "is refused", "access policy"},
        State{"no_inner_code", 403, "Forbidden", "", Code::vault_forbidden, "is refused", "role"},
        State{"bad_request", 400, "BadParameter", "", Code::vault_bad_request,
              "does not understand", "name and the version"},
        State{"conflict", 409, "Conflict", "ObjectIsDeletedButRecoverable", Code::vault_bad_request,
              "does not understand", ""},
        State{"throttled", 429, "Throttled", "", Code::vault_throttled, "is throttling",
              "raise --timeout"},
        State{"internal", 500, "InternalServerError", "", Code::vault_unavailable,
              "not available (status 500)", "try again"},
        State{"unavailable", 503, "ServiceUnavailable", "", Code::vault_unavailable, "(status 503)",
              "try again"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST_F(KeyVaultClient, decides_by_the_deepest_code) {
  EXPECT_EQ(
      error_for(answers(403, R"({"error":{"code":"Forbidden","innererror":{"code":"AccessDenied",
      "innererror":{"code":"ForbiddenByFirewall","innererror":null}}}})"))
          .code,
      Code::vault_forbidden_firewall);
}

TEST_F(KeyVaultClient, shows_the_address_that_the_firewall_refused) {
  const Error error = error_for(
      answers(403, R"({"error":{"code":"Forbidden","innererror":{"code":"ForbiddenByFirewall"}}})",
              {{"x-ms-keyvault-network-info",
                "conn_type=Ipv4;addr=203.0.113.7;act_addr_fam=InterNetwork;"}}));
  EXPECT_THAT(error.notes, Contains("the vault sees the address 203.0.113.7"));
}

TEST_F(KeyVaultClient, follows_no_redirect) {
  for (const int status : {301, 302, 303, 307, 308}) {
    const Error error = error_for(
        answers(status, "", {{"Location", "https://evil.example/secrets/db-password?x=1"}}));
    EXPECT_EQ(error.code, Code::redirect_refused) << status;
    EXPECT_THAT(error.message, HasSubstr("to evil.example,"));
  }
  EXPECT_THAT(world_.transport.requests(), Each(HasSubstr("https://contoso.vault.azure.net/")));
}

TEST_F(KeyVaultClient, asks_again_after_temporary_answers_with_the_documented_waits) {
  for (const int status : {429, 503, 500}) world_.transport.once("GET", answers(status, ""));
  world_.transport.on("GET", answers(200, bundle("db-password", "x")));
  ASSERT_TRUE(get().ok());
  const auto sleeps = world_.clock.sleeps();
  ASSERT_GE(sleeps.size(), 3U);
  EXPECT_GE(sleeps[0], Milliseconds{800});
  EXPECT_LE(sleeps[0], Milliseconds{1200});
}

TEST_F(KeyVaultClient, asks_until_the_deadline_and_tells_status_and_attempts) {
  const SteadyTime start = world_.clock.steady();
  const Error error = error_for(error_body(503, "ServiceUnavailable"));
  EXPECT_EQ(error.code, Code::vault_unavailable);
  const std::size_t attempts = world_.transport.requests().size();
  EXPECT_GT(attempts, 6U);
  EXPECT_THAT(error.notes,
              ElementsAre("needed for kv:db-password: last status 503 after " +
                          std::to_string(attempts) + " attempts, and no time for another"));
  // Stopped only because the next wait, 16 s and a fifth at most, would have ended too late.
  EXPECT_GE(world_.clock.steady() - start, Milliseconds{80'000 - 19'200});
  EXPECT_LE(world_.clock.steady() - start, Milliseconds{80'000});
}

TEST_F(KeyVaultClient, lets_no_vault_ask_to_be_hammered) {
  world_.transport.on("GET", answers(503, "", {{"retry-after-ms", "1"}}));
  ASSERT_FALSE(get().ok());
  EXPECT_LE(world_.transport.requests().size(), 160U);
}

TEST_F(KeyVaultClient, waits_for_no_second_answer_about_the_deleted) {
  world_.transport.on("/secrets/", error_body(404, "SecretNotFound"));
  world_.transport.on("/deletedsecrets/", answers(503, "", {{"Retry-After", "10"}}));
  EXPECT_EQ(get()->state, FetchedSecret::State::missing);
  EXPECT_THAT(world_.transport.requests(), SizeIs(2));
  EXPECT_THAT(world_.clock.sleeps(), IsEmpty());
}

TEST_F(KeyVaultClient, tells_status_and_attempts_when_the_deadline_comes_first) {
  world_.transport.on("GET", answers(429, "", {{"Retry-After", "100"}}));
  const Error error = get().error();
  EXPECT_EQ(error.code, Code::vault_throttled);
  EXPECT_EQ(exit_class_of(error.code), ExitClass::temporary);
  EXPECT_THAT(error.notes,
              ElementsAre("needed for kv:db-password: last status 429 after 1 attempt, "
                          "and no time for another"));
}

TEST_F(KeyVaultClient, sends_nothing_after_the_deadline) {
  const Deadline deadline = world_.deadline();
  world_.clock.advance(Milliseconds{80'000});
  World world = world_.world();
  VaultGate gate{world_.transport, world_.clock, world_.randomness};
  KeyVault vault{endpoint_, identity_, gate, world, deadline};
  const auto got = vault.get(fetch_of("db-password"));
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code, Code::deadline);
  EXPECT_THAT(got.error().message, HasSubstr("contoso.vault.azure.net"));
  EXPECT_THAT(got.error().hint, HasSubstr("--timeout"));
  EXPECT_THAT(world_.transport.requests(), IsEmpty());
}

TEST_F(KeyVaultClient, refuses_hostile_bodies_without_quoting_them) {
  const std::string deep =
      R"({"value":"hunter2","tags":)" + std::string(200, '[') + std::string(200, ']') + "}";
  for (const std::string& body :
       {std::string{}, std::string{"<html>hunter2</html>"}, std::string{R"({"value":"hunter2)"},
        std::string{R"(["hunter2"])"}, std::string{R"("hunter2")"}, std::string{"null"},
        std::string{R"({"value":null})"}, std::string{R"({"value":7})"},
        std::string{R"({"value":["hunter2"]})"}, std::string{"{}"}, deep,
        std::string{R"({"value":"hunter2","attributes":[]})"},
        std::string{R"({"value":"hunter2","attributes":{"exp":"soon"}})"},
        std::string{R"({"value":"hunter2","attributes":{"nbf":1.5}})"},
        std::string{R"({"value":"hunter2","attributes":{"enabled":"no"}})"},
        std::string{"{\"value\":\"hunter2\xFF\"}"}}) {
    const Error error = error_for(answers(200, body));
    EXPECT_EQ(error.code, Code::response_malformed) << body;
    EXPECT_EQ(error.reference, "kv:db-password");
    EXPECT_THAT(error.message + error.hint, Not(HasSubstr("hunter2")));
  }
}

TEST_F(KeyVaultClient, shows_no_control_characters_that_an_answer_brings) {
  world_.transport.on(
      "GET",
      answers(200, R"({"value":"x","id":"https://contoso.vault.azure.net/secrets/a/\u001b[2J"})"));
  const auto got = get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->version, "");
  EXPECT_EQ(error_for(answers(400, "", {{"x-ms-request-id", "a\x1B[2J"}})).request_id, "");
}

TEST_F(KeyVaultClient, bounds_dates_that_no_clock_can_hold) {
  world_.transport.on("GET",
                      answers(200, bundle("a", "x", R"("exp":9223372036854775807,"nbf":-5)")));
  const auto got = get();
  ASSERT_TRUE(got.ok());
  EXPECT_GT(*got->expires, WallTime{std::chrono::hours{24 * 365 * 200}});
}

TEST_F(KeyVaultClient, bounds_what_it_reads_of_a_body) {
  world_.transport.on("GET", answers(200, bundle("a", "x")));
  ASSERT_TRUE(get().ok());
  EXPECT_LE(world_.transport.request(0).max_body_bytes, 1024U * 1024U);
}

TEST_F(KeyVaultClient, names_last_status_and_attempts_of_an_answer_that_cannot_be_used) {
  const auto broken_off = [](Code code) {
    return [=](const HttpRequest&) {
      return Error{.code = code, .message = "it broke", .status = 200};
    };
  };
  const Error large = error_for(broken_off(Code::response_too_large));
  EXPECT_EQ(large.status, 200);
  EXPECT_THAT(large.notes, Contains(HasSubstr("last status 200 after ")));
  const Error slow = error_for(broken_off(Code::deadline));
  EXPECT_EQ(slow.message,
            "the deadline passed before contoso.vault.azure.net's answer was complete");
  EXPECT_THAT(slow.notes, Contains(HasSubstr("last status 200 after 1 attempt")));
}

TEST_F(KeyVaultClient, passes_network_errors_on_with_what_they_concern) {
  const Error error = error_for(fails(Code::dns_not_found, "no such host"));
  EXPECT_EQ(error.code, Code::dns_not_found);
  EXPECT_EQ(error.message, "no such host");
  EXPECT_THAT(error.hint, HasSubstr("vault's name"));
  EXPECT_EQ(error.vault, "contoso.vault.azure.net");
  EXPECT_EQ(error.reference, "kv:db-password");
  EXPECT_THAT(world_.transport.requests(), SizeIs(1));
}

}  // namespace
}  // namespace kvlaunch
