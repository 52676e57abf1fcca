// The race of connection attempts.
#include "launcher/network/connect.hpp"

#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "launcher/network/shortage.hpp"

namespace kvlaunch::network {
namespace {

constexpr Milliseconds attempt_delay{250};

class Race {
 public:
  Race(const std::vector<Address>& addresses, std::uint16_t port, const Patience& patience)
      : addresses_(addresses), port_(port), patience_(patience) {}

  // Nothing when every attempt failed or the time was up.
  std::optional<Connected> run() {
    while (!winner_) {
      while (!winner_ && next_is_due()) begin_next();
      if (winner_ || running_.empty()) break;
      std::vector<pollfd> polled;
      for (const auto& attempt : running_) polled.push_back({attempt.socket.get(), POLLOUT, 0});
      polled.emplace_back();  // the place of the stop signal
      const auto until = all_begun() ? SteadyTime::max() : next_start_;
      if (wait_for_any(polled, until, patience_) == Waited::out_of_time) return std::nullopt;
      judge(polled);
    }
    return std::move(winner_);
  }

  [[nodiscard]] bool any_running() const { return !running_.empty(); }
  // "192.0.2.1:443: Connection refused"; of those still running "no answer".
  [[nodiscard]] std::vector<std::string> notes() const {
    auto notes = failures_;
    for (const auto& attempt : running_) notes.push_back(attempt.address.text() + ": no answer");
    return notes;
  }
  [[nodiscard]] int last_failure() const { return last_failure_; }

 private:
  [[nodiscard]] bool all_begun() const { return next_ == addresses_.size(); }
  [[nodiscard]] bool next_is_due() const {
    if (all_begun()) return false;
    return running_.empty() || patience_.clock.steady() >= next_start_;
  }

  void fail(const Address& address, int error_number) {
    failures_.push_back(address.text() + ": " + std::generic_category().message(error_number));
    last_failure_ = error_number;
    next_start_ = patience_.clock.steady();
  }

  void begin_next() {
    const Address address = addresses_[next_++].with_port(port_);
    next_start_ = patience_.clock.steady() + attempt_delay;
    Descriptor socket{
        ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
    if (!socket.valid()) return fail(address, errno);
    // Requests are small and written whole: waiting for more to send would only add a round trip.
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket.get(), address.data(), address.size()) == 0) {
      winner_ = Connected{std::move(socket), address};
    } else if (errno == EINPROGRESS || errno == EINTR) {
      running_.push_back({std::move(socket), address});
    } else {
      fail(address, errno);
    }
  }

  // `polled` has one element per running attempt, in order.
  void judge(const std::vector<pollfd>& polled) {
    std::vector<Connected> still_running;
    for (std::size_t i = 0; i < running_.size(); ++i) {
      if (polled[i].revents == 0) {
        still_running.push_back(std::move(running_[i]));
        continue;
      }
      int error_number = 0;
      socklen_t size = sizeof error_number;
      getsockopt(polled[i].fd, SOL_SOCKET, SO_ERROR, &error_number, &size);
      if (error_number != 0) {
        fail(running_[i].address, error_number);
      } else if (!winner_) {
        winner_ = std::move(running_[i]);
      }
    }
    running_ = std::move(still_running);
  }

  const std::vector<Address>& addresses_;
  const std::uint16_t port_;
  const Patience& patience_;
  std::size_t next_ = 0;
  SteadyTime next_start_{};
  std::vector<Connected> running_;  // not connected yet
  std::optional<Connected> winner_;
  std::vector<std::string> failures_;
  int last_failure_ = 0;
};

}  // namespace

Result<Connected> connect_to_any(const std::string& peer, const std::vector<Address>& addresses,
                                 std::uint16_t port, const Patience& patience) {
  Race race{addresses, port, patience};
  if (auto winner = race.run()) return std::move(*winner);
  if (race.any_running()) {
    auto error = out_of_time("connecting to " + peer);
    error.notes = race.notes();
    return error;
  }
  if (auto lack = shortage_of(race.last_failure(), "connect to " + peer)) return *std::move(lack);
  auto error = system_error("cannot connect to", peer, race.last_failure(), Code::connect_failure);
  error.hint = "check that the network allows it (firewall, route, private endpoint, proxy)";
  error.notes = race.notes();
  return error;
}

}  // namespace kvlaunch::network
