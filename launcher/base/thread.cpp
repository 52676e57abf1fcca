// Starting threads through pthread attributes.
#include "launcher/base/thread.hpp"

#include <csignal>
#include <memory>
#include <utility>

namespace kvlaunch {
namespace {

// Deep enough for getaddrinfo with the NSS modules of a directory service (they run on this stack)
// and for a chain verification; only pages that are touched cost memory.
constexpr std::size_t stack_bytes = std::size_t{512} * 1024;

void* run(void* argument) {
  const std::unique_ptr<std::function<void()>> work{static_cast<std::function<void()>*>(argument)};
  (*work)();
  return nullptr;
}

std::optional<pthread_t> create(std::function<void()> work, int detach_state) {
  // Before the mask is touched: what throws here must leave the caller's signals as they were.
  auto argument = std::make_unique<std::function<void()>>(std::move(work));
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return std::nullopt;
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_attr_setdetachstate(&attributes, detach_state);

  // Blocked here and not in the new thread: it inherits the mask, so there is no moment in which a
  // signal could choose it.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t id{};
  const int failure = pthread_create(&id, &attributes, run, argument.get());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);

  if (failure != 0) return std::nullopt;
  // The thread owns it from here; it may have freed it already, which release() does not mind.
  static_cast<void>(argument.release());
  return id;
}

}  // namespace

std::optional<Thread> Thread::start(std::function<void()> work) {
  const auto id = create(std::move(work), PTHREAD_CREATE_JOINABLE);
  if (!id) return std::nullopt;
  return Thread{*id};
}

bool Thread::start_detached(std::function<void()> work) {
  return create(std::move(work), PTHREAD_CREATE_DETACHED).has_value();
}

Thread::Thread(Thread&& other) noexcept : id_(std::exchange(other.id_, std::nullopt)) {}

Thread::~Thread() {
  if (id_) pthread_join(*id_, nullptr);
}

}  // namespace kvlaunch
