// Which fault rule fires for a request: those of devvault.yaml and those added at run time.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "launcher/base/result.hpp"

namespace devvault {

// Method, host and path only. Hosts and paths are compared without regard to case (Key Vault's
// names have none), and "//secrets/x" and "/secrets/x/", which SDKs send, as "/secrets/x".
bool matches(const FaultRule& rule, const Request& request);

// "GET contoso-dev.vault.azure.net/secrets/api-key": how the journal names a rule.
std::string name_of(const FaultRule& rule);

// Thread-safe.
class FaultBook {
 public:
  explicit FaultBook(const std::vector<FaultRule>& rules);

  // The first rule that matches and is due, counted as fired. Every matching rule before it that
  // still skips requests counts this one.
  std::optional<FaultRule> take(const Request& request, WallTime now);

  void add(const std::vector<FaultRule>& rules);  // after those that are there
  void clear();

 private:
  struct Entry {
    FaultRule rule;
    int skipped = 0;
    int fired = 0;
  };

  std::mutex mutex_;
  std::vector<Entry> entries_;  // guarded by mutex_
};

// Reads the body of POST /devvault/faults: one rule or a list of them, YAML or JSON, with the keys
// of `faults:` in devvault.yaml. Locations in errors count from the first line of `text`.
kvlaunch::Result<std::vector<FaultRule>> read_fault_rules(const std::string& text, WallTime now);

}  // namespace devvault
