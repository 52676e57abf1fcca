// Shared, abandonable look-ups around getaddrinfo.
#include "launcher/network/address_lookup.hpp"

#include <netdb.h>

#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>

#include "launcher/base/thread.hpp"
#include "launcher/network/shortage.hpp"

namespace kvlaunch::network {
namespace {

// More than a name needs; each costs a connection attempt when all are dead.
constexpr std::size_t max_addresses = 16;

Error look_up_error(const std::string& host, int failure, int system_failure) {
  // Without a descriptor for its files and sockets the resolver may even say "no such host".
  auto lack = failure == EAI_MEMORY ? shortage_of(ENOMEM, "")
                                    : shortage_of(system_failure, "look up " + host);
  if (!lack) lack = shortage();
  if (lack) return *std::move(lack);
  switch (failure) {
    case EAI_NONAME:
      return Error{
          .code = Code::dns_not_found,
          .message = "there is no host " + host,
          .hint = "check the spelling; a private endpoint needs the DNS server of its network"};
    // The name is there: its zone may just be changing, or this machine have no network yet.
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
      return Error{.code = Code::dns_failure,
                   .message = "the host " + host + " has no address that can be used here",
                   .hint = "check its A and AAAA records, and that this machine has a network"};
    case EAI_SYSTEM:
      return Error{.code = Code::dns_failure,
                   .message = "cannot look up " + host + ": " +
                              std::generic_category().message(system_failure)};
    default:
      return Error{.code = Code::dns_failure,
                   .message = "cannot look up " + host + ": " + gai_strerror(failure),
                   .hint = "check /etc/resolv.conf and that its name servers can be reached"};
  }
}

// Made before it is needed: then there is no memory to make it of.
Result<std::vector<Address>> out_of_memory() {
  return Error{.code = Code::out_of_memory, .message = "out of memory"};
}

Result<std::vector<Address>> ask(AddressSource& source, const std::string& host) {
  auto answer = source.look_up(host);
  if (answer && answer->empty()) return look_up_error(host, EAI_NODATA, 0);
  if (answer) return interleaved(*answer);
  return answer;
}

}  // namespace

Result<NameAnswer> ask_system_for(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  // No AAAA question where there is no IPv6: some name servers never answer it. The canonical name
  // comes with the addresses and costs no question.
  hints.ai_flags = AI_ADDRCONFIG | AI_CANONNAME;
  addrinfo* found = nullptr;
  errno = 0;
  const int failure = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failure != 0) return look_up_error(host, failure, errno);
  NameAnswer answer{.addresses = {}, .canonical_name = host};
  if (found->ai_canonname != nullptr) answer.canonical_name = found->ai_canonname;
  for (const auto* entry = found; entry != nullptr; entry = entry->ai_next) {
    auto address = Address::from(entry->ai_addr, entry->ai_addrlen);
    if (address && answer.addresses.size() < max_addresses) answer.addresses.push_back(*address);
  }
  freeaddrinfo(found);
  if (answer.addresses.empty()) return look_up_error(host, EAI_NODATA, 0);
  return answer;
}

Result<std::vector<Address>> SystemAddressSource::look_up(const std::string& host) {
  auto answer = ask_system_for(host);
  if (!answer) return std::move(answer).errors();
  return std::move(answer->addresses);
}

struct AddressLookup::State {
  // Held by the map while it is the current one for its host, and by everybody who waits for it.
  struct Running {
    std::optional<Result<std::vector<Address>>> answer;
  };

  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::shared_ptr<Running>> by_host;

  void finish(const std::string& host, const std::shared_ptr<Running>& running,
              Result<std::vector<Address>> answer) {
    const std::lock_guard lock{mutex};
    const auto current = by_host.find(host);
    if (!answer && current != by_host.end() && current->second == running) by_host.erase(current);
    running->answer = std::move(answer);
    changed.notify_all();
  }
};

AddressLookup::AddressLookup(std::shared_ptr<AddressSource> source)
    : source_(std::move(source)), state_(std::make_shared<State>()) {}

AddressLookup::~AddressLookup() = default;

Result<std::vector<Address>> AddressLookup::find(const std::string& host,
                                                 const Patience& patience) {
  if (auto literal = Address::parse(host)) return std::vector<Address>{*literal};

  std::unique_lock lock{state_->mutex};
  auto& current = state_->by_host[host];
  if (!current) {
    auto running = std::make_shared<State::Running>();
    const bool started = Thread::start_detached(
        [state = state_, source = source_, running, host, spare = out_of_memory()]() mutable {
          try {
            state->finish(host, running, ask(*source, host));
          } catch (const std::bad_alloc&) {
            state->finish(host, running, std::move(spare));
          }
        });
    if (started) {
      // The lock is held: the thread cannot have finished yet.
      current = std::move(running);
    } else {
      state_->by_host.erase(host);
      return Error{.code = Code::dns_failure,
                   .message = "cannot look up " + host + ": no thread to be had",
                   .hint = "raise the limit of processes (ulimit -u, pids.max)"};
    }
  }
  const auto running = current;
  state_->changed.wait_until(lock, patience.deadline.at(),
                             [&] { return running->answer.has_value() || patience.stop.raised(); });
  if (running->answer) return *running->answer;
  return out_of_time("looking up " + host);
}

void AddressLookup::forget(const std::string& host) {
  const std::lock_guard lock{state_->mutex};
  const auto current = state_->by_host.find(host);
  // A look-up under way stays: it is as fresh as the next one would be.
  if (current != state_->by_host.end() && current->second && current->second->answer) {
    state_->by_host.erase(current);
  }
}

void AddressLookup::wake_all() {
  const std::lock_guard lock{state_->mutex};
  state_->changed.notify_all();
}

}  // namespace kvlaunch::network
