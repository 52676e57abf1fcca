// Offsets from Date headers.
#include "launcher/doctor/clock.hpp"

#include "launcher/base/http_date.hpp"

namespace kvlaunch::doctor {
namespace {

constexpr std::chrono::seconds worth_a_warning{60};
constexpr std::chrono::seconds most_tolerated{300};

std::string in_words(std::chrono::milliseconds offset) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(std::chrono::abs(offset)).count();
  return std::to_string(seconds) + " s";
}

}  // namespace

Result<HttpResponse> ClockWatch::send(const HttpRequest& request, const Deadline& deadline) {
  const WallTime before = clock_.wall();
  auto response = transport_.send(request, deadline);
  const WallTime after = clock_.wall();
  if (!response || request.url.scheme != "https") return response;
  const auto date = http_date(response->header("Date").value_or(""));
  if (!date) return response;
  // The header has whole seconds: the true time is up to one later.
  const auto half_second = std::chrono::milliseconds{500};
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(after - before);
  const auto here =
      std::chrono::duration_cast<std::chrono::milliseconds>(before.time_since_epoch()) + took / 2;
  const ClockOffset seen{.offset = date->time_since_epoch() + half_second - here,
                         .uncertainty = took / 2 + half_second,
                         .host = request.url.host};
  const std::lock_guard lock{mutex_};
  if (!best_ || seen.uncertainty < best_->uncertainty) best_ = seen;
  return response;
}

void ClockWatch::preconnect(const Url& url, std::size_t count, const Deadline& deadline) {
  transport_.preconnect(url, count, deadline);
}

std::optional<ClockOffset> ClockWatch::offset() const {
  const std::lock_guard lock{mutex_};
  return best_;
}

Finding judge_clock(const std::optional<ClockOffset>& offset) {
  const std::string subject = "this machine";
  if (!offset) return skipped(Area::clock, subject, "no answer with a date came");
  const auto size = std::chrono::abs(offset->offset);
  if (size <= worth_a_warning) {
    return fine(
        Area::clock, subject,
        "agrees with " + offset->host + " to " + in_words(std::max(size, offset->uncertainty)));
  }
  const std::string seen = "is " + in_words(size) +
                           (offset->offset.count() > 0 ? " behind " : " ahead of ") + offset->host;
  const std::string step = "set the clock of this machine (timedatectl set-ntp true)";
  if (size <= most_tolerated) return warning(Area::clock, subject, seen, step);
  return problem(Area::clock, subject,
                 Error{.code = Code::clock_offset, .message = seen, .hint = step});
}

}  // namespace kvlaunch::doctor
