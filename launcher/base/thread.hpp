// Worker threads with small stacks and every signal blocked.
//
// std::thread offers neither: a signal meant for the launcher must be handled by its main thread,
// and sixteen default stacks of 8 MiB count against RLIMIT_AS and some containers' limits.
#pragma once

#include <pthread.h>

#include <functional>
#include <optional>

namespace kvlaunch {

// Joined by the destructor; the owner makes `work` end before that.
class Thread {
 public:
  // Nothing if the system refuses another thread (RLIMIT_NPROC, pids cgroup). `work` must not
  // throw, std::bad_alloc included: nothing is above it but the end of the process. Whoever starts
  // a thread catches that, and has made what reports it before.
  static std::optional<Thread> start(std::function<void()> work);
  // `work` owns all it touches: nobody waits for it. False as above.
  static bool start_detached(std::function<void()> work);

  Thread(Thread&& other) noexcept;
  Thread& operator=(Thread&& other) = delete;
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread();

 private:
  explicit Thread(pthread_t id) : id_(id) {}

  std::optional<pthread_t> id_;
};

}  // namespace kvlaunch
