// A federation server of the kind of AD FS: the metadata of its WS-Trust endpoints, and the
// endpoints, by Kerberos (windowstransport) and by password (usernamemixed).
//
// Sources: the metadata of AD FS 2016; WS-Trust 1.3 and February 2005; RFC 4559.
#pragma once

#include <string>
#include <string_view>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/ticket_acceptor.hpp"
#include "devvault/tokens.hpp"
#include "devvault/ws_trust_request.hpp"

namespace devvault {

inline constexpr std::string_view metadata_path = "/adfs/services/trust/mex";
// Whom assertions for Entra are addressed to, in every cloud devvault plays.
inline constexpr std::string_view federation_audience_urn = "urn:federation:MicrosoftOnline";

// "http://sts.corp.example/adfs/services/trust", as AD FS calls itself.
std::string issuer_of(const Federation& federation);
bool is_federation_host(const Config& config, std::string_view host);

// The WSDL.
std::string federation_metadata(const Federation& federation);

// Serves the hosts of `federation:` over TLS. All references must outlive it.
class FederationServer final : public Service {
 public:
  FederationServer(const Config& config, const TokenIssuer& tokens, TicketAcceptor& acceptor,
                   Now now)
      : config_(config), tokens_(tokens), acceptor_(acceptor), now_(now) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  Response by_ticket(const Federation& federation, TrustVersion version, const Request& request);
  Response by_password(const Federation& federation, TrustVersion version, const Request& request);
  [[nodiscard]] Response issue(const Federation& federation, TrustVersion version,
                               const User& user) const;
  [[nodiscard]] const User* user_of_principal(const Federation& federation,
                                              const std::string& principal) const;

  const Config& config_;
  const TokenIssuer& tokens_;
  TicketAcceptor& acceptor_;
  Now now_;
};

}  // namespace devvault
