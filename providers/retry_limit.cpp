// A sooner deadline, and the right words when it was the reason.
#include "providers/retry_limit.hpp"

#include <string>

namespace kvlaunch {
namespace {

class RetryLimited final : public Credential {
 public:
  RetryLimited(std::unique_ptr<Credential> credential, std::chrono::seconds limit, World& world)
      : credential_(std::move(credential)), limit_(limit), world_(world) {}

  [[nodiscard]] std::string_view name() const override { return credential_->name(); }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    const bool is_sooner = Milliseconds{limit_} < deadline.remaining(world_.clock);
    auto outcome = credential_->acquire(request, deadline.sooner(world_.clock, limit_));
    auto* const failed = std::get_if<Failed>(&outcome);
    // Anything lasting would have ended the same with more time.
    if (is_sooner && failed != nullptr &&
        exit_class_of(failed->error.code) == ExitClass::temporary) {
      failed->error.notes.push_back("MsiRetryTimeout allows " + std::to_string(limit_.count()) +
                                    " s");
      failed->error.hint = "try again later, or raise MsiRetryTimeout";
    }
    return outcome;
  }

 private:
  std::unique_ptr<Credential> credential_;
  std::chrono::seconds limit_;
  World& world_;
};

}  // namespace

std::unique_ptr<Credential> with_retry_limit(std::unique_ptr<Credential> credential,
                                             std::optional<std::chrono::seconds> limit,
                                             World& world) {
  if (!limit) return credential;
  return std::make_unique<RetryLimited>(std::move(credential), *limit, world);
}

}  // namespace kvlaunch
