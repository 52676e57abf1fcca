// Durations as the manifest writes them, and lists of names that an option is limited to.
#include <algorithm>
#include <array>
#include <charconv>

#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t milliseconds;
};

// "ms" before "m" and "s", which are endings of longer suffixes.
constexpr std::array<Unit, 4> units{{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}}};

// A year: longer is a slip of the unit, and keeps every sum of deadlines far from overflow.
constexpr std::int64_t longest_milliseconds = 365LL * 24 * 3'600'000;

Error bad_duration(std::string message) {
  return Error{.code = Code::manifest_bad_value,
               .message = std::move(message),
               .hint = "write a number with ms, s, m or h, such as 80s or 10m"};
}

// Digits of a fraction as thousandths: ".5" is 500.
std::optional<std::int64_t> thousandths(std::string_view digits) {
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-') {
    return std::nullopt;
  }
  for (auto i = digits.size(); i < 3; ++i) value *= 10;
  return value;
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& candidate) {
    return text.ends_with(candidate.suffix);
  });
  const bool digit_first = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (!digit_first) return bad_duration("not a duration");
  if (unit == units.end()) {
    const bool bare = text.find_first_not_of("0123456789.") == std::string_view::npos;
    return bad_duration(bare ? "a duration without its unit" : "not a duration");
  }
  const auto number = text.substr(0, text.size() - unit->suffix.size());
  const auto point = number.find('.');
  const auto whole_digits = number.substr(0, point);
  std::int64_t whole = 0;
  const auto* const last = whole_digits.data() + whole_digits.size();
  const auto [end, failure] = std::from_chars(whole_digits.data(), last, whole);
  if (end != last) return bad_duration("not a duration");
  std::int64_t fraction = 0;
  if (point != std::string_view::npos) {
    const auto parsed = thousandths(number.substr(point + 1));
    if (!parsed) return bad_duration("not a duration");
    fraction = *parsed * unit->milliseconds;
    if (fraction % 1000 != 0) return bad_duration("a duration finer than a millisecond");
  }
  if (failure != std::errc{} || whole > longest_milliseconds / unit->milliseconds) {
    return bad_duration("a duration of more than a year");
  }
  return Milliseconds{whole * unit->milliseconds + fraction / 1000};
}

}  // namespace kvlaunch
