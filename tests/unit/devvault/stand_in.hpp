// An Azure with a clock of its own and a few vaults, and the requests that clients make of it.
#pragma once

#include <map>
#include <string>

#include "devvault/azure.hpp"
#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "launcher/base/json.hpp"

namespace devvault {

inline const std::string tenant = "11111111-1111-1111-1111-111111111111";
inline const std::string client = "22222222-2222-2222-2222-222222222222";
inline const std::string vault_url = "https://contoso-dev.vault.azure.net";
inline const std::string login_url = "https://login.microsoftonline.com";
inline const std::string vault_scope = "https://vault.azure.net/.default";

// The clock of every stand-in; starts anew with each of them.
struct ManualClock {
  static WallTime now() { return time; }
  static void advance(Seconds by) { time += by; }
  static inline WallTime time{};
};

// One tenant, the identity "app", the vault contoso-dev with the secrets db-password and api-key.
Config small_config();
SecretObject plain_secret(const std::string& name, const std::string& value);

// "https://host[:port]/path?query", as the server would hand it over.
Request request_to(const std::string& method, const std::string& url);
Request get(const std::string& url);
Request post_form(const std::string& url, const std::map<std::string, std::string>& form);

class StandIn {
 public:
  explicit StandIn(Config config = small_config(),
                   std::unique_ptr<TicketAcceptor> acceptor = make_ticket_acceptor());

  Response send(const Request& request) { return azure_.answer(request); }
  // By client secret for the identity `name`; empty when refused.
  std::string token(const std::string& scope = vault_scope, const std::string& name = "app",
                    const std::string& login = login_url + "/" + tenant);
  // The same request with a token of `name` for Key Vault.
  Response send_as(const std::string& name, Request request);
  Response get_secret(const std::string& path_and_query);
  Azure& azure() { return azure_; }

 private:
  Azure azure_;
};

std::string header_of(const Response& response, const std::string& name);
// A string of the body by its path, "" if it is not there.
std::string text_at(const Response& response, std::initializer_list<std::string_view> path);
std::int64_t number_at(const Response& response, std::initializer_list<std::string_view> path);
bool has_member(const Response& response, std::initializer_list<std::string_view> path);
// `error_codes[0]`.
std::int64_t entra_code(const Response& response);
// "code/innererror.code" of a vault's refusal.
std::string vault_code(const Response& response);

}  // namespace devvault
