// Closing and opening the gate in front of a throttled vault.
#include "launcher/resolve/vault_gate.hpp"

#include <algorithm>

#include "launcher/base/retry.hpp"

namespace kvlaunch {
namespace {

// The documented client behaviour: 1, 2, 4, 8, 16 s
// (learn.microsoft.com/azure/key-vault/general/overview-throttling).
constexpr Milliseconds first_wait{1000};
constexpr int longest_wait_doublings = 4;
constexpr double spread = 0.25;

}  // namespace

Result<HttpResponse> VaultGate::send(const HttpRequest& request, const Deadline& deadline) {
  if (auto open = wait_until_open(deadline); !open) return std::move(open).errors();
  auto response = transport_.send(request, deadline);
  if (response) note_answer(*response);
  return response;
}

void VaultGate::preconnect(const Url& url, std::size_t count, const Deadline& deadline) {
  transport_.preconnect(url, count, deadline);
}

bool VaultGate::is_closed() const {
  const std::lock_guard lock{mutex_};
  return clock_.steady() < opens_at_;
}

Result<void> VaultGate::wait_until_open(const Deadline& deadline) {
  while (true) {
    SteadyTime start;
    {
      const std::lock_guard lock{mutex_};
      if (clock_.steady() >= opens_at_) return {};
      const double share = random_between(randomness_, 0.0, spread);
      start = opens_at_ + Milliseconds{static_cast<Milliseconds::rep>(
                              share * static_cast<double>(last_wait_.count()))};
    }
    if (start >= deadline.at()) {
      return Error{.code = Code::deadline,
                   .message = "the vault is throttling and asks to wait past the deadline"};
    }
    clock_.sleep_until(start);
  }
}

void VaultGate::note_answer(const HttpResponse& response) {
  const auto asked = retry_after(response, clock_.wall());
  const std::lock_guard lock{mutex_};
  if (response.status != 429 && !(response.status == 503 && asked)) {
    if (response.status < 500) storms_ = 0;
    return;
  }
  const SteadyTime now = clock_.steady();
  // Answers to requests that were under way when the gate closed belong to the same storm.
  if (now >= opens_at_) ++storms_;
  const int doublings = std::clamp(storms_ - 1, 0, longest_wait_doublings);
  const Milliseconds wait =
      asked && *asked > Milliseconds{0} ? *asked : first_wait * (1 << doublings);
  if (now + wait <= opens_at_) return;
  opens_at_ = now + wait;
  last_wait_ = wait;
}

}  // namespace kvlaunch
