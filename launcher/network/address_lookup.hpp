// From host names to addresses, under a deadline, once per host however many requests ask.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/network/address.hpp"
#include "launcher/network/patience.hpp"

namespace kvlaunch::network {

// Where addresses come from, as a seam of this folder: tests give lists of their own.
class AddressSource {
 public:
  virtual ~AddressSource() = default;
  // May block for long; called from worker threads, several at once.
  // Errors: Code::dns_not_found (there is no such name), Code::dns_failure (all others).
  virtual Result<std::vector<Address>> look_up(const std::string& host) = 0;
};

struct NameAnswer {
  std::vector<Address> addresses;  // never empty
  std::string canonical_name;      // behind all CNAMEs; the host itself where there is none
};

// getaddrinfo(3) once, blocking, asking for the name as well. Errors as AddressSource::look_up.
Result<NameAnswer> ask_system_for(const std::string& host);

// getaddrinfo(3): the hosts file, nsswitch.conf and resolv.conf count as for every other program.
class SystemAddressSource final : public AddressSource {
 public:
  Result<std::vector<Address>> look_up(const std::string& host) override;
};

// getaddrinfo cannot be interrupted, so it runs in a detached thread that owns its part of the
// state: a caller whose deadline passes leaves it behind, and the next one joins the same look-up.
// An answer is kept for as long as this object lives (one start); failures are not kept.
// Thread-safe.
class AddressLookup {
 public:
  explicit AddressLookup(std::shared_ptr<AddressSource> source);
  ~AddressLookup();
  AddressLookup(const AddressLookup&) = delete;
  AddressLookup& operator=(const AddressLookup&) = delete;

  // Interleaved, without port, never empty. Errors: those of the source; Code::deadline;
  // Code::out_of_memory where the thread that looks up has none.
  Result<std::vector<Address>> find(const std::string& host, const Patience& patience);
  // None of the addresses works: the next find() asks again.
  void forget(const std::string& host);
  // Wakes everybody who waits in find(). The transport raises its stop signal first.
  void wake_all();

 private:
  struct State;

  std::shared_ptr<AddressSource> source_;
  std::shared_ptr<State> state_;
};

}  // namespace kvlaunch::network
