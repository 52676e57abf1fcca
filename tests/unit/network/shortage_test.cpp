#include "launcher/network/shortage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <sys/resource.h>

#include <cstdint>

#include "launcher/network/address_lookup.hpp"
#include "launcher/network/connect.hpp"

namespace kvlaunch::network {
namespace {

using testing::HasSubstr;

// No further descriptor can be opened while it lives.
class WithoutDescriptors {
 public:
  WithoutDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~WithoutDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  WithoutDescriptors(const WithoutDescriptors&) = delete;
  WithoutDescriptors& operator=(const WithoutDescriptors&) = delete;

 private:
  rlimit before_{};
};

TEST(Shortage, is_none_where_descriptors_and_memory_are_there) {
  EXPECT_FALSE(shortage());
}

TEST(Shortage, names_the_limit_when_no_descriptor_is_left) {
  const WithoutDescriptors full;
  const auto lack = shortage();
  ASSERT_TRUE(lack);
  EXPECT_EQ(lack->code, Code::internal);
  EXPECT_EQ(lack->message, "cannot use the network: Too many open files");
  EXPECT_THAT(lack->hint, HasSubstr("ulimit -n"));
}

TEST(Shortage, is_not_taken_for_a_firewall) {
  const SystemClock clock;
  const StopSignal stop;
  const WithoutDescriptors full;
  const auto connected =
      connect_to_any("vault.test", {*Address::parse("127.0.0.1")}, 443,
                     Patience{clock, Deadline::in(clock, Milliseconds{20'000}), stop});
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, Code::internal);
  EXPECT_THAT(connected.error().message, HasSubstr("Too many open files"));
}

TEST(Shortage, is_not_taken_for_a_host_that_does_not_exist) {
  const WithoutDescriptors full;
  const auto found = SystemAddressSource{}.look_up("vault.test");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, Code::internal);
}

// The sanitizers end the program at an allocation of that size; of the compilers only one says here
// that it uses them.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
int code_after_a_refused_allocation() {
  watch_openssl_memory();
  OPENSSL_free(OPENSSL_malloc(PTRDIFF_MAX));
  const auto lack = shortage();
  return lack && lack->code == Code::out_of_memory ? 0 : 1;
}

TEST(Shortage, is_of_memory_once_openssl_was_refused_some) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";  // a process in which it has none yet
  EXPECT_EXIT(std::exit(code_after_a_refused_allocation()), testing::ExitedWithCode(0), "");
}
#endif

}  // namespace
}  // namespace kvlaunch::network
