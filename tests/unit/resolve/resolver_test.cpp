#include "launcher/resolve/resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <thread>

#include "tests/unit/resolve/resolver_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class Resolver : public ResolverFixture {};

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

TEST_F(Resolver, reports_that_a_fetch_ran_out_of_memory) {
  want_many(3);
  world_.transport.on("/secrets/s1",
                      [](const HttpRequest&) -> Result<HttpResponse> { throw std::bad_alloc{}; });
  EXPECT_EQ(errors().front().code, Code::out_of_memory);
}

}  // namespace
}  // namespace kvlaunch
