// Token and time fields, in every spelling seen.
#include "providers/token_response.hpp"

#include <algorithm>

#include "providers/dates.hpp"

namespace kvlaunch {
namespace {

using std::chrono::seconds;

// Nothing hands out longer tokens; keeps nonsense from overflowing durations.
constexpr seconds longest_life{std::chrono::hours{48}};
// 2001-01-01: a smaller "absolute" time is a relative one (MSAL.NET ManagedIdentityResponse).
constexpr std::int64_t smallest_epoch = 978'307'200;
// 9999-12-31: what the wall clock's own unit cannot hold ends at the clamp anyway.
constexpr std::int64_t largest_epoch = 253'402'300'799;

Error unusable(std::string what) {
  return Error{.code = Code::response_malformed, .message = std::move(what)};
}

seconds clamp_life(std::int64_t count) {
  return seconds{std::clamp<std::int64_t>(count, 0, longest_life.count())};
}

// Kept in seconds: the moment itself may lie beyond what WallTime can say.
std::optional<seconds> life_until(const Json& value, WallTime now) {
  const auto now_seconds = std::chrono::floor<seconds>(now).time_since_epoch().count();
  if (const auto number = value.integer()) {
    if (*number < smallest_epoch) return clamp_life(*number);
    return clamp_life(std::min(*number, largest_epoch) - now_seconds);
  }
  const auto text = value.string();
  const auto date = text ? parse_date(*text) : std::nullopt;
  if (!date) return std::nullopt;
  return clamp_life(date->time_since_epoch().count() - now_seconds);
}

std::optional<seconds> life_of(const Json& body, WallTime now) {
  if (const auto relative = body.member("expires_in")) {
    if (const auto number = relative->integer()) return clamp_life(*number);
  }
  const auto absolute = body.member("expires_on");
  return absolute ? life_until(*absolute, now) : std::nullopt;
}

}  // namespace

std::optional<WallTime> read_moment(const Json& value, WallTime now) {
  const auto life = life_until(value, now);
  if (!life) return std::nullopt;
  return now + *life;
}

Result<AccessToken> read_token(const Json& body, WallTime now) {
  const auto member = body.member("access_token");
  auto token = member ? member->secret() : std::nullopt;
  if (!token || token->empty()) return unusable("the answer holds no access token");
  const auto life = life_of(body, now);
  if (!life) return unusable("the answer does not say until when the token is valid");
  if (*life == seconds{0}) {
    auto error = unusable("the token has expired already");
    error.hint = "compare the clock of this machine with the right time";
    return error;
  }
  AccessToken read{std::move(*token), now + *life, std::nullopt};
  if (const auto refresh = body.member("refresh_in")) {
    if (const auto number = refresh->integer()) read.refresh_at = now + clamp_life(*number);
  }
  return read;
}

void refresh_at_half_life(AccessToken& token, WallTime now) {
  const auto life = token.expires_at - now;
  if (life > std::chrono::hours{2} && !token.refresh_at) token.refresh_at = now + life / 2;
}

}  // namespace kvlaunch
