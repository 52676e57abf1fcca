#include "launcher/resolve/resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <thread>

#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class Resolver : public testing::Test {
 protected:
  Resolver() {
    plan_.identities.emplace_back();
    plan_.vaults.push_back(public_vault());
    world_.transport.on("GET", [](const HttpRequest& request) {
      return FakeTransport::response(200,
                                     bundle("x", "value of " + std::string{request.url.path()}));
    });
  }
  void want(const std::string& name, std::size_t vault = 0) {
    plan_.fetches.push_back(fetch_of(name, vault));
  }
  void want_many(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) want("s" + std::to_string(i));
  }
  void bind(const std::string& variable, std::size_t fetch) {
    plan_.bindings.push_back({.variable = variable, .source = FetchedValue{.fetch = fetch}});
  }
  EnvFromEntry& select(EnvFromEntry entry) {
    entry.where = {.file = "kvlaunch.yaml", .line = 20};
    plan_.selections.push_back({.vault = 0, .entry = std::move(entry)});
    return plan_.selections.back().entry;
  }
  EnvFromEntry& members_of(const std::string& name, EnvFromEntry entry = {}) {
    want(name);
    entry.members_of = Reference{.name = name};
    entry.where = {.file = "kvlaunch.yaml", .line = 20};
    plan_.selections.push_back(
        {.vault = 0, .entry = std::move(entry), .members_of = plan_.fetches.size() - 1});
    return plan_.selections.back().entry;
  }
  void vault_lists(const std::vector<std::string>& items) {
    std::string body = R"({"value":[)";
    for (std::size_t i = 0; i < items.size(); ++i) body += (i == 0 ? "" : ",") + items[i];
    world_.transport.on("/secrets?", answers(200, body + "]}"));
  }
  static std::string listed(const std::string& name, const std::string& more = "") {
    return R"({"id":"https://contoso.vault.azure.net/secrets/)" + name + "\"" + more + "}";
  }
  Result<Resolved> run(ResolveLimits limits = {}) {
    World world = world_.world();
    Resolved resolved = resolve(plan_, {&identity_, &identity_}, world, world_.deadline(), limits);
    if (!resolved.failures.empty()) return std::move(resolved.failures);
    return resolved;
  }
  Errors errors() {
    auto resolved = run();
    EXPECT_FALSE(resolved.ok());
    return resolved.ok() ? Errors{} : resolved.errors();
  }
  // "NAME=VALUE" of what the selections gave.
  static std::vector<std::string> bulk_of(const Resolved& resolved) {
    std::vector<std::string> shown;
    for (const BulkVariable& variable : resolved.bulk) {
      shown.push_back(variable.name + "=" + std::string{variable.value.reveal()});
    }
    return shown;
  }

  FakeWorld world_;
  FakeIdentity identity_;
  Plan plan_;
};

TEST_F(Resolver, opens_connections_then_asks_one_token_then_gets_each_secret_once) {
  want_many(100);
  std::vector<std::string> connected_before_token;
  std::size_t requests_before_token = 1;
  identity_.on_request = [&] {
    connected_before_token = world_.transport.preconnects();
    requests_before_token = world_.transport.requests().size();
  };
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(connected_before_token, ElementsAre("https://contoso.vault.azure.net x 16"));
  EXPECT_EQ(requests_before_token, 0U);
  EXPECT_THAT(identity_.requests(), SizeIs(1));
  auto requests = world_.transport.requests();
  EXPECT_THAT(requests, SizeIs(100));
  std::sort(requests.begin(), requests.end());
  EXPECT_EQ(std::unique(requests.begin(), requests.end()), requests.end());
}

TEST_F(Resolver, gives_the_answers_in_the_order_of_the_plan) {
  want_many(40);
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  ASSERT_THAT(resolved->fetches, SizeIs(40));
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_TRUE(resolved->fetches[i].value.equals("value of /secrets/s" + std::to_string(i)));
  }
}

TEST_F(Resolver, opens_no_more_connections_than_there_are_secrets) {
  want_many(3);
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(world_.transport.preconnects(), ElementsAre("https://contoso.vault.azure.net x 3"));
}

TEST_F(Resolver, keeps_to_the_limit_of_connections) {
  want_many(50);
  std::atomic<int> under_way{0};
  std::atomic<int> most{0};
  world_.transport.on("GET", [&](const HttpRequest&) {
    const int now = ++under_way;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    --under_way;
    return FakeTransport::response(200, bundle("x", "y"));
  });
  ASSERT_TRUE(run({.connections = 4}).ok());
  EXPECT_LE(most, 4);
  EXPECT_THAT(world_.transport.preconnects(), ElementsAre("https://contoso.vault.azure.net x 4"));
}

TEST_F(Resolver, shares_one_number_of_connections_among_many_vaults) {
  for (std::size_t i = 1; i < 40; ++i)
    plan_.vaults.push_back(public_vault("v" + std::to_string(i)));
  for (std::size_t i = 0; i < 40; ++i) {
    for (int n = 0; n < 5; ++n) want("s" + std::to_string(n), i);
  }
  std::atomic<int> under_way{0};
  std::atomic<int> most{0};
  world_.transport.on("GET", [&](const HttpRequest&) {
    const int now = ++under_way;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    std::this_thread::yield();
    --under_way;
    return FakeTransport::response(200, bundle("x", "y"));
  });
  ASSERT_TRUE(run({.connections = 4, .all_connections = 10}).ok());
  EXPECT_LE(most, 10);
  EXPECT_THAT(world_.transport.requests(), SizeIs(200));
  EXPECT_THAT(world_.transport.preconnects(), SizeIs(10));
}

TEST_F(Resolver, asks_each_vault_with_its_own_identity) {
  FakeIdentity second;
  plan_.identities.emplace_back();
  plan_.vaults.push_back(public_vault("shared"));
  plan_.vaults[1].identity = 1;
  want("a", 0);
  want("b", 1);
  World world = world_.world();
  ASSERT_TRUE(resolve(plan_, {&identity_, &second}, world, world_.deadline()).failures.empty());
  EXPECT_THAT(identity_.requests(), SizeIs(1));
  EXPECT_THAT(second.requests(), SizeIs(1));
  EXPECT_THAT(world_.transport.requests(),
              UnorderedElementsAre(StartsWith("GET https://contoso.vault.azure.net/secrets/a?"),
                                   StartsWith("GET https://shared.vault.azure.net/secrets/b?")));
}

TEST_F(Resolver, does_nothing_for_a_plan_that_needs_nothing) {
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(world_.transport.preconnects(), IsEmpty());
  EXPECT_THAT(identity_.requests(), IsEmpty());
}

TEST_F(Resolver, hands_missing_and_deleted_secrets_to_the_bindings) {
  want("there");
  want("missing");
  want("deleted");
  bind("A", 1);
  world_.transport.on("/secrets/missing", error_body(404, "SecretNotFound"));
  world_.transport.on("/secrets/deleted", error_body(404, "SecretNotFound"));
  world_.transport.on("/deletedsecrets/", error_body(404, "SecretNotFound"));
  world_.transport.on("/deletedsecrets/deleted", answers(200, "{}"));
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->fetches[0].state, FetchedSecret::State::present);
  EXPECT_EQ(resolved->fetches[1].state, FetchedSecret::State::missing);
  EXPECT_EQ(resolved->fetches[2].state, FetchedSecret::State::deleted);
}

TEST_F(Resolver, reports_every_failing_reference_and_leaves_missing_ones_to_their_uses) {
  want("good");
  want("disabled");
  want("expired");
  want("missing");
  want("missing-but-optional");
  bind("A", 3);
  plan_.bindings.push_back({.variable = "B", .source = FetchedValue{.fetch = 4, .optional = true}});
  world_.transport.on("/secrets/disabled", error_body(403, "Forbidden", "SecretDisabled"));
  world_.transport.on("/secrets/expired", answers(200, bundle("x", "y", R"("exp":1)")));
  world_.transport.on("/secrets/missing", error_body(404, "SecretNotFound"));
  world_.transport.on("/deletedsecrets/", error_body(404, "SecretNotFound"));
  std::vector<std::string> reported;
  for (const Error& error : errors()) {
    reported.push_back(error.reference + ": " + std::string{name_of(error.code)});
  }
  EXPECT_THAT(reported, ElementsAre("kv:disabled: secret-disabled", "kv:expired: secret-expired"));
}

TEST_F(Resolver, lets_one_use_allow_an_expired_secret_for_itself_alone) {
  want("old");
  plan_.fetches[0].allow_expired = true;
  world_.transport.on("/secrets/old", answers(200, bundle("old", "x", R"("exp":1)")));
  plan_.bindings.push_back(
      {.variable = "A", .source = FetchedValue{.fetch = 0, .allow_expired = true}});
  ASSERT_TRUE(run().ok());

  plan_.bindings.push_back({.variable = "B",
                            .source = FetchedValue{.fetch = 0, .optional = true},
                            .where = {.file = "kvlaunch.yaml", .line = 9}});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::secret_expired);
  EXPECT_EQ(all[0].reference, "kv:old");
  EXPECT_EQ(all[0].location->line, 9);
}

TEST_F(Resolver, gives_a_selection_no_expired_secret_that_only_a_reference_allows) {
  want("old");
  plan_.fetches[0].allow_expired = true;
  world_.transport.on("/secrets/old", answers(200, bundle("old", R"({\"A\":1})", R"("exp":1)")));
  vault_lists({listed("old")});
  select({.all = true});
  Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::secret_expired);
  EXPECT_EQ(all[0].location->line, 20);

  plan_.selections[0].entry.all = false;
  plan_.selections[0].members_of = 0;
  all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::secret_expired);
  EXPECT_EQ(all[0].location->line, 20);
}

TEST_F(Resolver, reports_a_hundred_failing_secrets_one_by_one) {
  want_many(100);
  world_.transport.on("GET", error_body(403, "Forbidden", "SecretDisabled"));
  EXPECT_THAT(errors(), SizeIs(100));
}

TEST_F(Resolver, reports_an_unknown_vault_once_with_everything_that_needs_it) {
  want_many(100);
  world_.transport.on("GET", fails(Code::dns_not_found, "contoso.vault.azure.net: no such host"));
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::dns_not_found);
  EXPECT_THAT(all[0].notes, SizeIs(100));
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(all[0].notes, Contains(HasSubstr("kv:s" + std::to_string(i))));
  }
  // Those that were under way at the first failure, and nobody after them.
  EXPECT_LE(world_.transport.requests().size(), 16U);
}

TEST_F(Resolver, reports_a_failing_identity_once_and_asks_it_once) {
  want_many(100);
  identity_.answer = [](const TokenRequest&) -> Result<std::string> {
    return Error{.code = Code::identity_unavailable,
                 .message = "no identity is available",
                 .notes = {"environment: AZURE_CLIENT_ID is not set"}};
  };
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::identity_unavailable);
  EXPECT_EQ(all[0].notes.front(), "environment: AZURE_CLIENT_ID is not set");
  EXPECT_THAT(all[0].notes, SizeIs(101));
  EXPECT_THAT(identity_.requests(), SizeIs(1));
  EXPECT_THAT(world_.transport.requests(), IsEmpty());
}

TEST_F(Resolver, follows_one_challenge_for_all_secrets_together) {
  want_many(100);
  world_.transport.on("GET", [](const HttpRequest& request) {
    if (header_of(request, "Authorization") == "Bearer token-1") {
      return refuses(challenge_text())(request);
    }
    return Result<HttpResponse>{FakeTransport::response(200, bundle("x", "y"))};
  });
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(identity_.requests(), SizeIs(2));
  EXPECT_THAT(identity_.rejected(), ElementsAre("token-1"));
}

TEST_F(Resolver, slows_all_requests_of_a_vault_down_when_one_is_throttled) {
  want_many(100);
  std::atomic<int> refused{0};
  const SteadyTime start = world_.clock.steady();
  world_.transport.on("GET", [&](const HttpRequest&) {
    if (world_.clock.steady() < start + std::chrono::seconds{5}) {
      ++refused;
      return FakeTransport::response(429, "", {{"Retry-After", "5"}});
    }
    return FakeTransport::response(200, bundle("x", "y"));
  });
  ASSERT_TRUE(run().ok());
  // One per worker at the most, not one per secret.
  EXPECT_LE(refused, 16);
}

TEST_F(Resolver, ends_a_storm_by_the_deadline_and_says_what_was_outstanding) {
  want_many(20);
  world_.transport.on("GET", answers(429, "", {{"Retry-After", "60"}}));
  const SteadyTime start = world_.clock.steady();
  const Errors all = errors();
  EXPECT_LE(world_.clock.steady() - start, std::chrono::seconds{80});
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::vault_throttled);
  EXPECT_EQ(most_lasting(all), ExitClass::temporary);
  EXPECT_THAT(all[0].notes, SizeIs(20));
  EXPECT_THAT(all[0].notes, Contains(HasSubstr("last status 429")));
  EXPECT_EQ(all[0].vault, "contoso.vault.azure.net");
}

TEST_F(Resolver, ends_by_the_deadline_when_answers_do_not_come) {
  want_many(20);
  world_.transport.on("GET", [&](const HttpRequest&) {
    world_.clock.advance(Milliseconds{80'000});
    return Error{.code = Code::deadline, .message = "too late"};
  });
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::deadline);
  EXPECT_THAT(all[0].notes, SizeIs(20));
  EXPECT_LE(world_.transport.requests().size(), 16U);
}

// Selections

TEST_F(Resolver, turns_the_selected_secrets_into_variables) {
  vault_lists({listed("app-a"), listed("APP-b-c"), listed("other"),
               listed("app-off", R"(,"attributes":{"enabled":false})"),
               listed("app-tls", R"(,"managed":true)")});
  select({.prefix = "app-", .strip_prefix = true});
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved),
              ElementsAre("A=value of /secrets/app-a", "B_C=value of /secrets/APP-b-c"));
  EXPECT_EQ(resolved->bulk[0].secret_name, "app-a");
  EXPECT_EQ(resolved->bulk[0].version, a_version);
  EXPECT_THAT(resolved->left_out, ElementsAre("app-off: disabled", "app-tls: backs a certificate"));
}

TEST_F(Resolver, fetches_nothing_for_names_that_a_binding_or_an_inherited_value_holds) {
  vault_lists({listed("db-password"), listed("kept"), listed("wanted")});
  select({.all = true});
  plan_.bindings.push_back({.variable = "DB_PASSWORD", .source = LiteralValue{"x"}});
  plan_.preserved.push_back("KEPT");
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved), ElementsAre("WANTED=value of /secrets/wanted"));
  EXPECT_THAT(world_.transport.requests(), SizeIs(2));
}

TEST_F(Resolver, fetches_nothing_that_an_inherited_variable_keeps_a_selection_from_setting) {
  vault_lists({listed("taken"), listed("wanted")});
  world_.transport.on("/secrets/taken", answers(200, bundle("taken", "x", R"("exp":1)")));
  plan_.inherited = {"TAKEN"};
  select({.all = true});
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved), ElementsAre("WANTED=value of /secrets/wanted"));

  plan_.selections[0].entry.override_inherited = true;
  EXPECT_EQ(errors().front().code, Code::secret_expired);
}

TEST_F(Resolver, refuses_forbidden_and_doubtful_names_whatever_is_inherited) {
  vault_lists({listed("path"), listed("key")});
  plan_.inherited = {"PATH", "KEY"};
  select({.all = true});
  select({.prefix = "key"});
  std::vector<Code> codes;
  for (const Error& error : errors()) codes.push_back(error.code);
  EXPECT_THAT(codes, ElementsAre(Code::variable_forbidden, Code::variable_conflict));
}

TEST_F(Resolver, fetches_a_secret_once_that_a_reference_and_two_selections_want) {
  want("App-Key");
  bind("OTHER_NAME", 0);
  vault_lists({listed("app-key")});
  select({.prefix = "app-"});
  select({.prefix = "app-", .strip_prefix = true});
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved),
              ElementsAre("APP_KEY=value of /secrets/App-Key", "KEY=value of /secrets/App-Key"));
  EXPECT_THAT(world_.transport.requests(), SizeIs(3));  // the secret, and a list for each selection
}

TEST_F(Resolver, refuses_a_name_that_two_selections_claim) {
  vault_lists({listed("key")});
  select({.all = true});
  select({.prefix = "key"});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::variable_conflict);
  EXPECT_THAT(all[0].message, HasSubstr("KEY"));
  EXPECT_EQ(all[0].location->line, 20);
}

TEST_F(Resolver, refuses_forbidden_names_before_it_fetches_them) {
  vault_lists({listed("ld-preload"), listed("path"), listed("fine")});
  select({.all = true});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].code, Code::variable_forbidden);
  EXPECT_EQ(all[1].code, Code::variable_forbidden);
  for (const std::string& request : world_.transport.requests()) {
    EXPECT_THAT(request, Not(HasSubstr("/ld-preload")));
  }
}

TEST_F(Resolver, sets_a_forbidden_name_that_the_entry_allows) {
  vault_lists({listed("http-proxy")});
  select({.all = true, .allow = {"HTTP_PROXY"}});
  EXPECT_THAT(bulk_of(*run()), ElementsAre("HTTP_PROXY=value of /secrets/http-proxy"));
}

TEST_F(Resolver, refuses_a_selection_without_a_match_unless_optional) {
  vault_lists({listed("app-off", R"(,"attributes":{"enabled":false})")});
  select({.prefix = "app-", .tags = {{"team", "web"}}});
  Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::env_from_empty);
  EXPECT_THAT(all[0].message, HasSubstr("prefix 'app-', tag team=web"));
  EXPECT_THAT(all[0].hint, HasSubstr("optional: true"));

  plan_.selections[0].entry.optional = true;
  EXPECT_TRUE(run().ok());
}

TEST_F(Resolver, names_what_it_left_out_when_nothing_is_left) {
  vault_lists({listed("off", R"(,"attributes":{"enabled":false})")});
  select({.all = true});
  EXPECT_THAT(errors().front().notes, ElementsAre("off: disabled"));
}

TEST_F(Resolver, fails_on_an_expired_secret_that_a_selection_wants) {
  vault_lists({listed("old")});
  world_.transport.on("/secrets/old", answers(200, bundle("old", "x", R"("exp":1)")));
  select({.all = true});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::secret_expired);
  EXPECT_EQ(all[0].reference, "kv://contoso.vault.azure.net/old");
  EXPECT_THAT(all[0].hint, HasSubstr("an `env` entry with `allow-expired: true`"));
}

TEST_F(Resolver, leaves_out_what_was_deleted_since_it_was_listed) {
  vault_lists({listed("gone"), listed("here")});
  world_.transport.on("secrets/gone", error_body(404, "SecretNotFound"));
  select({.all = true});
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved), ElementsAre("HERE=value of /secrets/here"));
  EXPECT_THAT(resolved->left_out, ElementsAre("gone: deleted since it was listed"));
}

TEST_F(Resolver, reports_a_list_that_is_not_allowed_beside_other_failures) {
  want("off");
  world_.transport.on("/secrets/off", error_body(403, "Forbidden", "SecretDisabled"));
  world_.transport.on("/secrets?", error_body(403, "Forbidden", "ForbiddenByRbac"));
  select({.prefix = "app-"});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[1].code, Code::vault_forbidden_rbac);
  EXPECT_EQ(all[1].reference, "env-from (prefix 'app-')");
}

TEST_F(Resolver, makes_a_variable_of_each_member_of_a_secret) {
  world_.transport.on("/secrets/settings",
                      answers(200, bundle("settings", R"({\"db-user\":\"app\",\"port\":5432})")));
  members_of("settings");
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved), ElementsAre("DB_USER=app", "PORT=5432"));
  EXPECT_EQ(resolved->bulk[0].secret_name, "settings");
}

TEST_F(Resolver, refuses_members_that_become_one_variable_or_none) {
  world_.transport.on(
      "/secrets/settings",
      answers(200, bundle("settings", R"({\"a-b\":1,\"A_B\":2,\"1\":3,\"PATH\":4})")));
  members_of("settings");
  std::vector<Code> codes;
  for (const Error& error : errors()) codes.push_back(error.code);
  EXPECT_THAT(codes,
              ElementsAre(Code::variable_conflict, Code::variable_name, Code::variable_forbidden));
}

TEST_F(Resolver, needs_the_secret_whose_members_it_was_told_to_take) {
  world_.transport.on("secrets/settings", error_body(404, "SecretNotFound"));
  members_of("settings");
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::secret_missing);

  plan_.selections[0].entry.optional = true;
  EXPECT_TRUE(run().ok());
}

TEST_F(Resolver, reports_that_a_fetch_ran_out_of_memory) {
  want_many(3);
  world_.transport.on("/secrets/s1",
                      [](const HttpRequest&) -> Result<HttpResponse> { throw std::bad_alloc{}; });
  EXPECT_EQ(errors().front().code, Code::out_of_memory);
}

}  // namespace
}  // namespace kvlaunch
