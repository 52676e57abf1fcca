// Where jobs of GitHub Actions and Azure Pipelines get their own token.
//
// Sources: docs.github.com/actions/reference/security/oidc (claims); azidentity
// azure_pipelines_credential.go. The hosts are devvault's own: the clients take the URL as a
// variable gives it, and the real ones stay reachable with --forward.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

inline constexpr std::string_view github_issuer = "https://token.actions.githubusercontent.com";
std::string usual_github_subject(const Identity& identity);
std::string pipelines_issuer();
std::string pipelines_subject(const Identity& identity);

std::string github_request_url(const Identity& identity);
std::string pipelines_request_url(const Identity& identity);
// What the system sets for a job; none for an identity that is no job's.
std::vector<std::pair<std::string, std::string>> job_variables(const Config& config,
                                                               const Identity& identity,
                                                               const std::string& job_token);
bool is_ci_host(std::string_view host);

// Immutable; `config` and `tokens` must outlive it.
class CiTokens final : public Service {
 public:
  CiTokens(const Config& config, TokenIssuer& tokens, Now now, std::string job_token);

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  [[nodiscard]] const Identity* identity_at(std::string_view path) const;
  [[nodiscard]] Response github(const Identity& identity, const Request& request) const;
  [[nodiscard]] Response pipelines(const Identity& identity, const Request& request) const;
  [[nodiscard]] std::string token(std::string_view issuer, std::string_view subject,
                                  std::string_view audience) const;

  const Config& config_;
  TokenIssuer& tokens_;
  Now now_;
  std::string job_token_;
};

}  // namespace devvault
