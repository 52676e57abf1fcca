// A plan that grows by want() and select(), and a vault that answers it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "launcher/resolve/resolver.hpp"
#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch::test {

class ResolverFixture : public testing::Test {
 protected:
  ResolverFixture() {
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

}  // namespace kvlaunch::test
