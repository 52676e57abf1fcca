// Comparing this machine's clock with the Date of answers that come anyway.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "launcher/base/http.hpp"
#include "launcher/doctor/finding.hpp"

namespace kvlaunch::doctor {

// How far a server's clock is ahead of this machine's, and how sure that is.
struct ClockOffset {
  std::chrono::milliseconds offset{0};
  std::chrono::milliseconds uncertainty{0};
  std::string host;
};

// Passes requests on and looks at the Date of the answers over https (another's word on plain http
// counts for nothing). Thread-safe. The references outlive it.
class ClockWatch final : public Transport {
 public:
  ClockWatch(Transport& transport, const Clock& clock) : transport_(transport), clock_(clock) {}

  Result<HttpResponse> send(const HttpRequest& request, const Deadline& deadline) override;
  void preconnect(const Url& url, std::size_t count, const Deadline& deadline) override;

  // By the quickest answer so far.
  [[nodiscard]] std::optional<ClockOffset> offset() const;

 private:
  Transport& transport_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<ClockOffset> best_;  // guarded by mutex_
};

// A warning above a minute, a problem above five: that much Entra and Kerberos forgive: MIT
// Kerberos section 13; RFC 4120 section 3.1.3 suggests five minutes).
Finding judge_clock(const std::optional<ClockOffset>& offset);

}  // namespace kvlaunch::doctor
