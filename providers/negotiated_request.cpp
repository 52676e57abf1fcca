// 401, token, 401, token, answer.
#include "providers/negotiated_request.hpp"

#include <algorithm>
#include <optional>

#include "launcher/base/base64.hpp"
#include "providers/printable.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view scheme = "Negotiate";
constexpr int unauthorized = 401;
// Kerberos needs one round, SPNEGO's disagreement over mechanisms one more.
constexpr int most_rounds = 4;
// A ticket with many groups is below 64 KiB (MaxTokenSize of Windows is 48,000 bytes).
constexpr std::size_t largest_token = std::size_t{64} * 1024;
// A dead KDC costs libkrb5 some 15 s; another one of the realm may follow.
constexpr Milliseconds step_limit{20'000};

struct Challenge {
  bool offered = false;
  std::optional<std::string> token;  // decoded; nothing if malformed
  std::string schemes;               // what the server offers, for messages
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Takes the text up to the next comma that is outside of quotes off `header`.
std::string_view take_part(std::string_view& header) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < header.size() && (quoted || header[end] != ','); ++end) {
    if (header[end] == '"') quoted = !quoted;
  }
  const auto part = trimmed(header.substr(0, end));
  header.remove_prefix(std::min(end + 1, header.size()));
  return part;
}

// RFC 9110 section 11.6.1: several challenges in one header or in several; parts with a '=' in
// their first word are parameters of the challenge before.
Challenge challenge_of(const HttpResponse& response) {
  Challenge challenge;
  for (std::string_view header : response.all_headers("WWW-Authenticate")) {
    while (!header.empty()) {
      const std::string_view part = take_part(header);
      const std::string_view name = part.substr(0, part.find(' '));
      if (name.empty() || name.find('=') != std::string_view::npos) continue;
      if (!challenge.schemes.empty()) challenge.schemes += ", ";
      challenge.schemes += first_line(name);
      if (!equal_ignoring_case(name, scheme)) continue;
      challenge.offered = true;
      const std::string_view token = trimmed(part.substr(name.size()));
      if (token.size() <= largest_token) challenge.token = base64_decode(token, Base64::standard);
    }
  }
  return challenge;
}

Error not_offered(const Url& url, const Challenge& challenge) {
  return Error{.code = Code::identity_configuration,
               .message = url.authority() + " does not offer Kerberos (Negotiate): it offers " +
                          (challenge.schemes.empty() ? "nothing" : challenge.schemes),
               .hint =
                   "enable Windows authentication for the intranet in AD FS; a web application "
                   "proxy before it does not offer it",
               .status = unauthorized};
}

Error not_accepted(const Url& url) {
  return Error{.code = Code::identity_refused,
               .message = url.authority() + " does not accept the Kerberos ticket",
               .hint = "compare the clocks; check that the service principal name HTTP/" +
                       url.host +
                       " belongs to the service account of AD FS alone; "
                       "ExtendedProtectionTokenCheck must not be Require (Set-AdfsProperties)",
               .status = unauthorized};
}

Error not_proved(const Url& url) {
  return Error{.code = Code::identity_refused,
               .message = url.authority() + " did not prove that it is the server of the ticket",
               .hint =
                   "something between takes the header WWW-Authenticate out of the answer: reach "
                   "AD FS directly"};
}

HttpRequest with_token(const HttpRequest& request, const Secret& token) {
  HttpRequest next = request.clone();
  const Secret encoded = base64_encode_secret(token.reveal(), Base64::standard);
  SecretWriter value;
  value.append(scheme);
  value.append(' ');
  value.append(encoded.reveal());
  next.headers.push_back({"Authorization", value.take()});
  // The server takes each token for a replay when it comes twice.
  next.idempotent = false;
  return next;
}

class Rounds {
 public:
  Rounds(World& world, Negotiator& negotiator, const HttpRequest& request, const Deadline& deadline)
      : world_(world),
        request_(request),
        deadline_(deadline),
        negotiation_(negotiator.begin(request.url.host)) {}

  Result<HttpResponse> run() {
    std::string received;
    for (int round = 0; round < most_rounds; ++round) {
      auto token = negotiation_->next(received, step_deadline());
      if (!token) return std::move(token).errors();
      if (token->empty()) return not_accepted(request_.url);
      auto response = world_.transport.send(with_token(request_, *token), deadline_);
      if (!response) return response;
      const auto challenge = challenge_of(*response);
      if (response->status != unauthorized) return finish(std::move(*response), challenge);
      // No token in answer to ours: the end, and a refusal.
      if (!challenge.token || challenge.token->empty() || negotiation_->complete()) break;
      received = *challenge.token;
    }
    return not_accepted(request_.url);
  }

 private:
  [[nodiscard]] Deadline step_deadline() const {
    return deadline_.sooner(world_.clock, step_limit);
  }

  // The server's own proof comes with its answer.
  Result<HttpResponse> finish(HttpResponse response, const Challenge& challenge) {
    if (!negotiation_->complete() && challenge.token && !challenge.token->empty()) {
      auto last = negotiation_->next(*challenge.token, step_deadline());
      if (!last) return not_proved(request_.url);
    }
    if (!negotiation_->complete()) return not_proved(request_.url);
    return response;
  }

  World& world_;
  const HttpRequest& request_;
  const Deadline& deadline_;
  std::unique_ptr<Negotiation> negotiation_;
};

}  // namespace

Result<HttpResponse> send_negotiated(World& world, Negotiator& negotiator,
                                     const HttpRequest& request, const Deadline& deadline) {
  auto first = world.transport.send(request, deadline);
  if (!first || first->status != unauthorized) return first;
  const auto challenge = challenge_of(*first);
  if (!challenge.offered) return not_offered(request.url, challenge);
  world.log.note(request.url.authority() + " asks for a Kerberos ticket");
  return Rounds{world, negotiator, request, deadline}.run();
}

}  // namespace kvlaunch
