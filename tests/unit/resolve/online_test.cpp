#include "launcher/resolve/online.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using State = OnlineAnswer::State;

class Online : public testing::Test {
 protected:
  Online() {
    plan_.identities.emplace_back();
    plan_.vaults.push_back(public_vault());
  }
  static std::string item(const std::string& path, const std::string& attributes) {
    return R"({"id":"https://contoso.vault.azure.net/secrets/)" + path + R"(","attributes":{)" +
           attributes + "}}";
  }
  static FakeTransport::Handler lists(const std::string& items) {
    return answers(200, R"({"value":[)" + items + R"(],"nextLink":null})");
  }
  void use(const std::string& variable, bool optional = false) {
    plan_.fetches.push_back(fetch_of(variable));
    plan_.bindings.push_back(
        {.variable = variable,
         .source = FetchedValue{.fetch = plan_.fetches.size() - 1, .optional = optional}});
  }
  OnlineReport ask() {
    World world = world_.world();
    return ask_online(plan_, {&identity_}, world, world_.deadline());
  }
  Errors errors() { return unforgiven(plan_, ask()); }

  FakeWorld world_;
  FakeIdentity identity_;
  Plan plan_;
};

TEST_F(Online, says_of_a_past_date_that_it_is_past) {
  use("a");
  world_.transport.on("/secrets/a/versions", lists(item("a/v1", R"("exp":10)")));
  EXPECT_THAT(ask().fetches[0].text, HasSubstr("expired 1970-01-01T00:00:10Z"));
}

TEST_F(Online, tells_deleted_from_missing) {
  use("a");
  use("b");
  world_.transport.on("/deletedsecrets/a", answers(200, "{}"));
  world_.transport.on("/deletedsecrets/b", error_body(404, "SecretNotFound"));
  world_.transport.on("/secrets/a/versions", lists(""));
  world_.transport.on("/secrets/b/versions", error_body(404, "SecretNotFound"));
  const OnlineReport report = ask();
  EXPECT_EQ(report.fetches[0].text, "deleted");
  EXPECT_EQ(report.fetches[1].text, "missing");
  EXPECT_EQ(report.fetches[0].problems.front().code, Code::secret_deleted);
}

TEST_F(Online, names_the_use_that_cannot_do_without) {
  use("a", true);
  plan_.bindings.back().where.line = 3;
  plan_.bindings.push_back({.variable = "B", .source = FetchedValue{.fetch = 0}});
  plan_.bindings.back().where.line = 4;
  world_.transport.on("/secrets/a/versions", lists(""));
  world_.transport.on("/deletedsecrets/a", error_body(404, "SecretNotFound"));
  ASSERT_THAT(errors(), SizeIs(1));
  EXPECT_EQ(errors().front().location->line, 4);
}

TEST_F(Online, tells_the_version_and_its_dates) {
  use("a");
  world_.transport.on("/secrets/a/versions",
                      lists(item("a/v1", R"("created":10,"exp":4102444800)")));
  const OnlineReport report = ask();
  EXPECT_EQ(report.fetches[0].state, State::exists);
  EXPECT_EQ(report.fetches[0].text,
            "version v1, created 1970-01-01T00:00:10Z, expires 2100-01-01T00:00:00Z");
}

TEST_F(Online, takes_an_expired_secret_for_usable_only_if_every_use_allows_it) {
  plan_.fetches.push_back(fetch_of("a"));
  plan_.fetches[0].allow_expired = true;
  world_.transport.on("/secrets/a/versions", lists(item("a/v1", R"("exp":10)")));
  plan_.bindings.push_back(
      {.variable = "A", .source = FetchedValue{.fetch = 0, .allow_expired = true}});
  EXPECT_THAT(errors(), IsEmpty());

  plan_.bindings.push_back({.variable = "B", .source = FetchedValue{.fetch = 0}});
  ASSERT_THAT(errors(), SizeIs(1));
  EXPECT_EQ(errors().front().code, Code::secret_expired);
}

TEST_F(Online, judges_dates_in_the_words_of_a_start) {
  use("a");
  world_.transport.on("/secrets/a/versions", lists(item("a/v1", R"("exp":10)")));
  const Errors found = errors();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code, Code::secret_expired);
  EXPECT_EQ(found[0].vault, "contoso.vault.azure.net");
  EXPECT_THAT(found[0].message, HasSubstr("1970-01-01T00:00:10Z"));
}

TEST_F(Online, forgives_the_absence_of_what_is_optional) {
  use("a", true);
  world_.transport.on("/secrets/a/versions", error_body(404, "SecretNotFound"));
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(Online, misses_the_one_secret_that_a_selection_takes_apart) {
  plan_.fetches.push_back(fetch_of("members"));
  EnvFromEntry entry;
  entry.members_of = Reference{.name = "members"};
  plan_.selections.push_back({.vault = 0, .entry = entry, .members_of = 0});
  world_.transport.on("/secrets/members/versions", error_body(404, "SecretNotFound"));
  const Errors found = errors();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code, Code::secret_missing);

  plan_.selections[0].entry.optional = true;
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(Online, names_what_a_selection_would_set_and_leave_out) {
  plan_.selections.push_back({.vault = 0, .entry = EnvFromEntry{.all = true}});
  world_.transport.on("/secrets?",
                      lists(item("db-host", "") + "," + item("off", R"("enabled":false)")));
  const OnlineReport report = ask();
  ASSERT_THAT(report.selections, SizeIs(1));
  const OnlineSelection& selection = report.selections[0];
  EXPECT_EQ(selection.answer.state, State::exists);
  ASSERT_THAT(selection.members, SizeIs(1));
  EXPECT_EQ(selection.members[0].secret, "db-host");
  EXPECT_EQ(selection.members[0].variable, "DB_HOST");
  EXPECT_THAT(selection.left_out, ElementsAre("off: disabled"));
  EXPECT_THAT(unforgiven(plan_, report), IsEmpty());
}

TEST_F(Online, finds_expired_secrets_that_a_selection_would_fetch) {
  plan_.selections.push_back({.vault = 0, .entry = EnvFromEntry{.all = true}});
  world_.transport.on("/secrets?", lists(item("old", R"("exp":10)")));
  const Errors found = errors();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code, Code::secret_expired);
}

TEST_F(Online, asks_a_dead_vault_for_its_first_reference_only) {
  for (const char* name : {"a", "b", "c"}) use(name);
  world_.transport.on("GET", fails(Code::dns_not_found));
  const Errors found = errors();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code, Code::dns_not_found);
  const auto requests = world_.transport.requests();
  EXPECT_TRUE(std::all_of(requests.begin(), requests.end(), [](const std::string& request) {
    return request.find("/secrets/a/") != std::string::npos;
  }));
}

TEST_F(Online, cannot_tell_where_the_list_is_refused) {
  use("a");
  world_.transport.on("GET", error_body(403, "Forbidden", "AccessDenied"));
  const OnlineReport report = ask();
  EXPECT_EQ(report.fetches[0].state, State::cannot_tell);
  EXPECT_THAT(unforgiven(plan_, report), IsEmpty());
}

}  // namespace
}  // namespace kvlaunch
