// Walking the chain.
#include "providers/chain.hpp"

namespace kvlaunch {
namespace {

constexpr const char* general_hint =
    "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, give this machine a managed "
    "identity, or run: az login";

std::string line_of(const Credential& member, const std::string& what) {
  return std::string{member.name()} + ": " + what;
}

Error nothing_available(std::vector<std::string> reasons, std::string hint) {
  return Error{.code = Code::identity_unavailable,
               .message = "no identity is available here",
               .hint = std::move(hint),
               .notes = std::move(reasons)};
}

Error out_of_time(std::vector<std::string> reasons) {
  return Error{.code = Code::deadline,
               .message = "the time ran out before every identity was tried",
               .hint = "allow more time with --timeout, or choose one with --identity",
               .notes = std::move(reasons)};
}

std::string life_in_words(const AccessToken& token, WallTime now) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(token.expires_at - now).count();
  return "token for " + std::to_string(minutes) + " min";
}

}  // namespace

Chain::Chain(std::vector<std::unique_ptr<Credential>> members, World& world)
    : members_(std::move(members)), world_(world) {}

std::string_view Chain::name() const {
  return members_.size() == 1 ? members_.front()->name() : "chain";
}

Outcome Chain::acquire(const TokenRequest& request, const Deadline& deadline) {
  if (pinned_ == nullptr && members_.size() > 1) return walk(request, deadline);
  Credential& member = pinned_ != nullptr ? *pinned_ : *members_.front();
  auto outcome = ask(member, request, deadline);
  if (auto* const absent = std::get_if<Unavailable>(&outcome)) {
    return Failed{Error{.code = Code::identity_unavailable,
                        .message = line_of(member, absent->reason),
                        .hint = std::move(absent->hint)}};
  }
  return outcome;
}

Outcome Chain::walk(const TokenRequest& request, const Deadline& deadline) {
  std::vector<std::string> reasons;
  std::string hint;
  for (const auto& member : members_) {
    if (deadline.passed(world_.clock)) return Failed{out_of_time(std::move(reasons))};
    auto outcome = ask(*member, request, deadline);
    if (auto* const failed = std::get_if<Failed>(&outcome)) {
      for (const std::string& reason : reasons) {
        failed->error.notes.push_back("tried before: " + reason);
      }
      return outcome;
    }
    const auto* const absent = std::get_if<Unavailable>(&outcome);
    if (absent == nullptr) {
      pinned_ = member.get();
      return outcome;
    }
    // The first provider that knows what to do is the one somebody began to set up.
    if (hint.empty()) hint = absent->hint;
    reasons.push_back(line_of(*member, absent->reason));
  }
  // The last one may have been absent only because it was cut short.
  if (deadline.passed(world_.clock)) return Failed{out_of_time(std::move(reasons))};
  return Failed{nothing_available(std::move(reasons), hint.empty() ? general_hint : hint)};
}

Outcome Chain::ask(Credential& member, const TokenRequest& request, const Deadline& deadline) {
  auto outcome = member.acquire(request, deadline);
  std::string line;
  if (auto* const token = std::get_if<AccessToken>(&outcome)) {
    token->provider = member.name();
    line = line_of(member, life_in_words(*token, world_.clock.wall()) + ", " + request.scope);
  } else if (const auto* const absent = std::get_if<Unavailable>(&outcome)) {
    line = line_of(member, absent->reason);
  } else {
    Error& error = std::get<Failed>(outcome).error;
    error.message = line_of(member, error.message);
    line = error.message;
  }
  world_.log.note("identity: " + line);
  return outcome;
}

}  // namespace kvlaunch
