// Noticing refused allocations and descriptors.
#include "launcher/network/shortage.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "launcher/base/descriptor.hpp"

namespace kvlaunch::network {
namespace {

// OpenSSL's hooks take no argument to carry it.
std::atomic<bool> allocation_refused{false};

void* noticed(void* memory, std::size_t size) {
  if (memory == nullptr && size != 0) allocation_refused = true;
  return memory;
}

void* allocate(std::size_t size, const char* /*file*/, int /*line*/) {
  return noticed(std::malloc(size), size);
}

void* reallocate(void* memory, std::size_t size, const char* /*file*/, int /*line*/) {
  return noticed(std::realloc(memory, size), size);
}

void release(void* memory, const char* /*file*/, int /*line*/) {
  std::free(memory);
}

}  // namespace

void watch_openssl_memory() {
  static_cast<void>(CRYPTO_set_mem_functions(allocate, reallocate, release));
}

std::optional<Error> shortage() {
  if (allocation_refused) return Error{.code = Code::out_of_memory, .message = "out of memory"};
  const Descriptor probe{open("/dev/null", O_RDONLY | O_CLOEXEC)};
  return probe.valid() ? std::nullopt : shortage_of(errno, "use the network");
}

std::optional<Error> shortage_of(int error_number, const std::string& what) {
  if (error_number == ENOMEM || error_number == ENOBUFS) {
    return Error{.code = Code::out_of_memory, .message = "out of memory"};
  }
  if (error_number != EMFILE && error_number != ENFILE) return std::nullopt;
  Error error = system_error("cannot " + what, "", error_number);
  error.hint = error_number == EMFILE
                   ? "raise the limit of open files: ulimit -n, LimitNOFILE= of a unit"
                   : "the whole system has too many files open (fs.file-max)";
  return error;
}

}  // namespace kvlaunch::network
