// A client for one vault, put together for each call.
#pragma once

#include <gtest/gtest.h>

#include "launcher/resolve/key_vault.hpp"
#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch::test {

inline constexpr const char* get_secret =
    "GET https://contoso.vault.azure.net/secrets/db-password?api-version=7.4";

class KeyVaultClient : public testing::Test {
 protected:
  Result<FetchedSecret> get(Fetch fetch = fetch_of("db-password")) {
    World world = world_.world();
    VaultGate gate{world_.transport, world_.clock, world_.randomness};
    KeyVault vault{endpoint_, identity_, gate, world, world_.deadline()};
    return vault.get(fetch);
  }
  Result<std::vector<SecretItem>> list() {
    World world = world_.world();
    VaultGate gate{world_.transport, world_.clock, world_.randomness};
    KeyVault vault{endpoint_, identity_, gate, world, world_.deadline()};
    return vault.list("env-from (all)", Location{});
  }
  // The error of a get that is answered so.
  Error error_for(const FakeTransport::Handler& handler, Fetch fetch = fetch_of("db-password")) {
    world_.transport.on("GET", handler);
    auto got = get(std::move(fetch));
    EXPECT_FALSE(got.ok());
    return got.ok() ? Error{} : got.error();
  }

  FakeWorld world_;
  FakeIdentity identity_;
  VaultEndpoint endpoint_ = public_vault();
};

}  // namespace kvlaunch::test
