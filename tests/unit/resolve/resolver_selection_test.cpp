#include "launcher/resolve/resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/resolve/resolver_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class ResolverSelection : public ResolverFixture {};

TEST_F(ResolverSelection, turns_the_selected_secrets_into_variables) {
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

TEST_F(ResolverSelection, fetches_nothing_for_names_that_a_binding_or_an_inherited_value_holds) {
  vault_lists({listed("db-password"), listed("kept"), listed("wanted")});
  select({.all = true});
  plan_.bindings.push_back({.variable = "DB_PASSWORD", .source = LiteralValue{"x"}});
  plan_.preserved.push_back("KEPT");
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved), ElementsAre("WANTED=value of /secrets/wanted"));
  EXPECT_THAT(world_.transport.requests(), SizeIs(2));
}

TEST_F(ResolverSelection,
       fetches_nothing_that_an_inherited_variable_keeps_a_selection_from_setting) {
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

TEST_F(ResolverSelection, refuses_forbidden_and_doubtful_names_whatever_is_inherited) {
  vault_lists({listed("path"), listed("key")});
  plan_.inherited = {"PATH", "KEY"};
  select({.all = true});
  select({.prefix = "key"});
  std::vector<Code> codes;
  for (const Error& error : errors()) codes.push_back(error.code);
  EXPECT_THAT(codes, ElementsAre(Code::variable_forbidden, Code::variable_conflict));
}

TEST_F(ResolverSelection, fetches_a_secret_once_that_a_reference_and_two_selections_want) {
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

TEST_F(ResolverSelection, refuses_a_name_that_two_selections_claim) {
  vault_lists({listed("key")});
  select({.all = true});
  select({.prefix = "key"});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::variable_conflict);
  EXPECT_THAT(all[0].message, HasSubstr("KEY"));
  EXPECT_EQ(all[0].location->line, 20);
}

TEST_F(ResolverSelection, refuses_forbidden_names_before_it_fetches_them) {
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

TEST_F(ResolverSelection, sets_a_forbidden_name_that_the_entry_allows) {
  vault_lists({listed("http-proxy")});
  select({.all = true, .allow = {"HTTP_PROXY"}});
  EXPECT_THAT(bulk_of(*run()), ElementsAre("HTTP_PROXY=value of /secrets/http-proxy"));
}

TEST_F(ResolverSelection, refuses_a_selection_without_a_match_unless_optional) {
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

TEST_F(ResolverSelection, names_what_it_left_out_when_nothing_is_left) {
  vault_lists({listed("off", R"(,"attributes":{"enabled":false})")});
  select({.all = true});
  EXPECT_THAT(errors().front().notes, ElementsAre("off: disabled"));
}

TEST_F(ResolverSelection, fails_on_an_expired_secret_that_a_selection_wants) {
  vault_lists({listed("old")});
  world_.transport.on("/secrets/old", answers(200, bundle("old", "x", R"("exp":1)")));
  select({.all = true});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::secret_expired);
  EXPECT_EQ(all[0].reference, "kv://contoso.vault.azure.net/old");
  EXPECT_THAT(all[0].hint, HasSubstr("an `env` entry with `allow-expired: true`"));
}

TEST_F(ResolverSelection, leaves_out_what_was_deleted_since_it_was_listed) {
  vault_lists({listed("gone"), listed("here")});
  world_.transport.on("secrets/gone", error_body(404, "SecretNotFound"));
  select({.all = true});
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved), ElementsAre("HERE=value of /secrets/here"));
  EXPECT_THAT(resolved->left_out, ElementsAre("gone: deleted since it was listed"));
}

TEST_F(ResolverSelection, reports_a_list_that_is_not_allowed_beside_other_failures) {
  want("off");
  world_.transport.on("/secrets/off", error_body(403, "Forbidden", "SecretDisabled"));
  world_.transport.on("/secrets?", error_body(403, "Forbidden", "ForbiddenByRbac"));
  select({.prefix = "app-"});
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[1].code, Code::vault_forbidden_rbac);
  EXPECT_EQ(all[1].reference, "env-from (prefix 'app-')");
}

TEST_F(ResolverSelection, makes_a_variable_of_each_member_of_a_secret) {
  world_.transport.on("/secrets/settings",
                      answers(200, bundle("settings", R"({\"db-user\":\"app\",\"port\":5432})")));
  members_of("settings");
  const auto resolved = run();
  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(bulk_of(*resolved), ElementsAre("DB_USER=app", "PORT=5432"));
  EXPECT_EQ(resolved->bulk[0].secret_name, "settings");
}

TEST_F(ResolverSelection, refuses_members_that_become_one_variable_or_none) {
  world_.transport.on(
      "/secrets/settings",
      answers(200, bundle("settings", R"({\"a-b\":1,\"A_B\":2,\"1\":3,\"PATH\":4})")));
  members_of("settings");
  std::vector<Code> codes;
  for (const Error& error : errors()) codes.push_back(error.code);
  EXPECT_THAT(codes,
              ElementsAre(Code::variable_conflict, Code::variable_name, Code::variable_forbidden));
}

TEST_F(ResolverSelection, needs_the_secret_whose_members_it_was_told_to_take) {
  world_.transport.on("secrets/settings", error_body(404, "SecretNotFound"));
  members_of("settings");
  const Errors all = errors();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].code, Code::secret_missing);

  plan_.selections[0].entry.optional = true;
  EXPECT_TRUE(run().ok());
}

}  // namespace
}  // namespace kvlaunch
