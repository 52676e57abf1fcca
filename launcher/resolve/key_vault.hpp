// Reading secrets of one vault: the data-plane operations that a start needs.
//
// Source: learn.microsoft.com/rest/api/keyvault/secrets (Get Secret, Get Secrets, Get Secret
// Versions, Get Deleted Secret), api-version 7.4.
#pragma once

#include <optional>
#include <vector>

#include "launcher/resolve/fetched.hpp"
#include "launcher/resolve/vault_requests.hpp"

namespace kvlaunch {

// Thread-safe. The references outlive it.
class KeyVault {
 public:
  KeyVault(const VaultEndpoint& vault, TokenSource& identity, VaultGate& gate, World& world,
           const Deadline& deadline)
      : vault_(vault), world_(world), requests_(vault, identity, gate, world, deadline) {}

  // Missing and deleted are values, and so is expired where the fetch allows it. Errors: disabled,
  // expired, not yet valid, forbidden, and everything that keeps the vault from answering.
  Result<FetchedSecret> get(const Fetch& fetch);

  // All secrets of the vault, without their values; Code::response_too_large for more than anybody
  // means to read. `reference` and `where` are for messages.
  Result<std::vector<SecretItem>> list(const std::string& reference, const Location& where);

  // The versions of one secret, newest first; those without a date last.
  Result<std::vector<VersionSummary>> versions(const Fetch& fetch);

  // Why what has these attributes may not be used, as get() judges it. No request is made.
  [[nodiscard]] std::optional<Error> problem_with(const Fetch& fetch,
                                                  const SecretAttributes& attributes) const;
  // The error of a secret or version that the list does not have: deleted or missing, as get()
  // tells them apart.
  Error absence(const Fetch& fetch);

 private:
  Result<FetchedSecret> read_answer(const HttpResponse& answer, const Fetch& fetch,
                                    const VaultSubject& subject) const;
  [[nodiscard]] bool has_expired(const SecretAttributes& attributes) const;
  FetchedSecret not_there(Error missing, const VaultSubject& subject);
  Result<std::vector<SecretItem>> pages(Url url, const VaultSubject& subject);
  [[nodiscard]] Error too_long(const VaultSubject& subject) const;
  Result<Url> next_page(const std::string& link, const VaultSubject& subject) const;
  [[nodiscard]] VaultSubject subject_of(const Fetch& fetch) const;

  const VaultEndpoint& vault_;
  World& world_;
  VaultRequests requests_;
};

}  // namespace kvlaunch
