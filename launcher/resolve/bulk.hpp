// The selections of a plan on their way to variables: which secrets they need and which names they
// claim. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "launcher/plan/plan.hpp"
#include "launcher/resolve/fetched.hpp"
#include "launcher/resolve/selection.hpp"

namespace kvlaunch {

// A variable that a selection wants to set.
struct BulkClaim {
  std::size_t selection = 0;
  std::string variable;
  std::string secret_name;
  Secret value;                      // of a member; a selected secret's is fetched later
  std::string version;               // of a member's secret
  std::optional<std::size_t> fetch;  // index into BulkClaims::fetches
};

// Claims of all selections. Names that a binding or an inherited value holds are passed over before
// anything is fetched for them; two selections claiming one name are an error.
class BulkClaims {
 public:
  explicit BulkClaims(const Plan& plan);

  // Of a listed vault.
  void add_secrets(std::size_t selection, const std::vector<SecretItem>& items, WallTime now);
  // Of one secret with members; `secret` is present.
  void add_members(std::size_t selection, const FetchedSecret& secret);

  // Latest versions, unique by vault and name; some may stand in Plan::fetches as well.
  [[nodiscard]] const std::vector<Fetch>& fetches() const { return fetches_; }
  [[nodiscard]] std::vector<BulkClaim>& claims() { return claims_; }
  [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }
  [[nodiscard]] const Errors& errors() const { return errors_; }

 private:
  // True if the claim was accepted. `made_from` is the name of the secret or member.
  bool claim(BulkClaim wanted, const std::string& made_from);
  std::size_t fetch_of(std::size_t vault, const std::string& name, const Location& where);
  void report_empty(std::size_t selection, const std::vector<std::string>& left_out);

  const Plan& plan_;
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, std::size_t> claimants_;  // variable to selection
  std::vector<Fetch> fetches_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> fetch_places_;  // by vault and name
  std::vector<BulkClaim> claims_;
  std::vector<std::string> left_out_;
  Errors errors_;
};

}  // namespace kvlaunch
