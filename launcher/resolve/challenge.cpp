// Reading WWW-Authenticate and deciding what of it may be believed.
#include "launcher/resolve/challenge.hpp"

#include <algorithm>

#include "launcher/base/base64.hpp"
#include "launcher/base/cloud.hpp"
#include "launcher/base/identity_spec.hpp"
#include "launcher/base/json.hpp"
#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t longest_line_bytes = std::size_t{16} * 1024;
constexpr std::size_t most_challenges = 32;
constexpr std::string_view blanks = " \t";
constexpr std::string_view default_suffix = "/.default";

// Takes challenges off one header line.
class ChallengeReader {
 public:
  ChallengeReader(std::string_view line, std::vector<Challenge>& out)
      : rest_(line.substr(0, longest_line_bytes)), out_(out), first_of_line_(out.size()) {}

  void read() {
    while (skip_separators()) {
      const std::string_view word = take_until(" \t,=\"");
      if (word.empty()) {
        rest_.remove_prefix(1);  // a stray '=' or '"'
        continue;
      }
      if (next_is_assignment()) {
        add_parameter(word);
      } else if (!is_token68()) {
        if (out_.size() >= most_challenges) return;
        out_.push_back({to_lower(word), {}});
      }
      comma_passed_ = false;
    }
  }

 private:
  // True while there is something left.
  bool skip_separators() {
    const std::size_t count = std::min(rest_.find_first_not_of(" \t,"), rest_.size());
    if (rest_.substr(0, count).find(',') != std::string_view::npos) comma_passed_ = true;
    rest_.remove_prefix(count);
    return !rest_.empty();
  }

  std::string_view take_until(std::string_view stops) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(stops));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // RFC 7235 allows blanks around '='.
  [[nodiscard]] bool next_is_assignment() const {
    const std::size_t mark = rest_.find_first_not_of(blanks);
    return mark != std::string_view::npos && rest_[mark] == '=';
  }

  // A scheme may carry one bare word instead of parameters ("Negotiate oYG2..."): it follows its
  // scheme after blanks alone, where another scheme would come after a comma.
  [[nodiscard]] bool is_token68() const {
    return out_.size() > first_of_line_ && out_.back().parameters.empty() && !comma_passed_;
  }

  void add_parameter(std::string_view name) {
    rest_.remove_prefix(rest_.find('=') + 1);
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    // A bare value runs to the next blank or comma, so that base64 keeps its padding.
    std::string value = rest_.starts_with('"') ? quoted() : std::string{take_until(" \t,")};
    // A parameter before any scheme belongs to nobody.
    if (out_.size() == first_of_line_) return;
    out_.back().parameters.emplace_back(to_lower(name), std::move(value));
  }

  std::string quoted() {
    std::string value;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      value += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  std::vector<Challenge>& out_;
  std::size_t first_of_line_;
  bool comma_passed_ = false;
};

constexpr std::string_view between_hint =
    "something between here and the vault may answer in its place: check the vault's name and "
    "any proxy";

Error refused(std::string message, std::string_view more_hint = "") {
  return Error{.code = Code::challenge_refused,
               .message = std::move(message),
               .hint = std::string{between_hint}.append(more_hint)};
}

Result<std::string> read_claims(std::string_view encoded) {
  auto decoded = base64_decode(encoded, Base64::either);  // services differ
  const auto json = decoded ? Json::parse(*decoded) : Error{};
  if (!json || json->type() != Json::Type::object) {
    return refused("the vault's claims challenge cannot be read");
  }
  return std::move(*decoded);
}

// "resource" without its last slash and with the suffix, or "scope" with it.
std::string scope_of(const Challenge& challenge) {
  const auto with_suffix = [](std::string_view base) {
    std::string scope{base};
    if (!scope.ends_with(default_suffix)) scope += default_suffix;
    return scope;
  };
  auto resource = challenge.parameter("resource").value_or("");
  if (resource.ends_with('/')) resource.remove_suffix(1);
  if (!resource.empty()) return with_suffix(resource);
  auto scope = challenge.parameter("scope").value_or("");
  return scope.empty() ? std::string{} : with_suffix(scope);
}

std::string_view without_root_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

Result<void> verify_scope(const std::string& scope, std::string_view vault_host) {
  const auto url = parse_url(scope);
  if (!url || url->scheme != "https") {
    return refused("the vault's challenge names no https resource");
  }
  const std::string_view host = without_root_dot(url->host);
  if (!host.empty() && host_is_below(without_root_dot(vault_host), host)) return {};
  return refused("the challenge of " + std::string{vault_host} + " asks for a token for " +
                     url->host + ", which is no parent of that host",
                 "; for a vault of your own set `scope:` beside `trust-host: true`");
}

// The first path segment of the authority, or the second after "dstsv2" (dSTS, as in the SDKs).
Result<std::string> tenant_of(const Challenge& challenge) {
  auto authority = challenge.parameter("authorization").value_or("");
  if (authority.empty()) authority = challenge.parameter("authorization_uri").value_or("");
  const auto url = parse_url(authority);
  if (!url) return refused("the vault's challenge names no authority");
  std::string_view path = url->path().substr(1);
  std::string_view tenant = path.substr(0, path.find('/'));
  if (tenant == "dstsv2") {
    path.remove_prefix(std::min(tenant.size() + 1, path.size()));
    tenant = path.substr(0, path.find('/'));
  }
  // It becomes a part of the token endpoint's URL.
  if (!is_tenant_id(tenant)) {
    return refused("the vault's challenge names no tenant");
  }
  return std::string{tenant};
}

bool is_claims_challenge(const Challenge& challenge) {
  return challenge.parameter("claims") && challenge.parameter("error") == "insufficient_claims";
}

}  // namespace

std::optional<std::string_view> Challenge::parameter(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == parameters.end()) return std::nullopt;
  return found->second;
}

std::vector<Challenge> parse_challenges(const std::vector<std::string_view>& header_lines) {
  std::vector<Challenge> challenges;
  for (const std::string_view line : header_lines) ChallengeReader{line, challenges}.read();
  return challenges;
}

Result<TokenDemand> read_demand(const std::vector<std::string_view>& header_lines,
                                std::string_view vault_host) {
  const auto challenges = parse_challenges(header_lines);
  const auto is_bearer = [](const Challenge& c) { return c.scheme == "bearer"; };
  const auto wants_claims = [&](const Challenge& c) {
    return is_bearer(c) && is_claims_challenge(c);
  };
  auto chosen = std::find_if(challenges.begin(), challenges.end(), wants_claims);
  if (chosen != challenges.end()) {
    auto claims = read_claims(*chosen->parameter("claims"));
    if (!claims) return std::move(claims).errors();
    return TokenDemand{.claims = std::move(*claims)};
  }
  chosen = std::find_if(challenges.begin(), challenges.end(), is_bearer);
  if (chosen == challenges.end()) {
    return Error{.code = Code::vault_unauthorized,
                 .message = "the vault refuses the request and names no way to authenticate",
                 .hint = std::string{between_hint}};
  }
  const std::string scope = scope_of(*chosen);
  if (scope.empty()) return refused("the vault's challenge names no resource");
  if (auto verified = verify_scope(scope, vault_host); !verified) return verified.errors();
  auto tenant = tenant_of(*chosen);
  if (!tenant) return std::move(tenant).errors();
  return TokenDemand{.scope = scope, .tenant = std::move(*tenant)};
}

}  // namespace kvlaunch
