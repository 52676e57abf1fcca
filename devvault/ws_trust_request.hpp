// Reading a request for a security token, and writing the envelopes of answers.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace devvault {

enum class TrustVersion { v1_3, v2005 };

struct TrustRequest {
  std::string audience;
  std::string user, password;  // of the user name token; empty without one
};

// The request, or why it is none: the reason of a fault.
std::variant<TrustRequest, std::string> read_trust_request(std::string_view body,
                                                           TrustVersion version);

// `assertion` is a complete element and stands in the answer as it is; `token_type` is its SAML
// namespace.
std::string trust_answer(TrustVersion version, const std::string& assertion,
                         std::string_view token_type, std::string_view audience);
std::string soap_fault(std::string_view reason);

std::string_view issue_action(TrustVersion version);

}  // namespace devvault
