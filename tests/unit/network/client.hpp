// A transport under test, with addresses, authorities and environment that the test chooses.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "launcher/network/address_lookup.hpp"
#include "launcher/network/transport.hpp"
#include "launcher/network/trust_sources.hpp"
#include "tests/fakes/fake_world.hpp"
#include "tests/unit/network/authority.hpp"

namespace kvlaunch::network::test {

// A name server that exists only in the test. Names it does not know are not found. Thread-safe.
class FakeAddresses final : public AddressSource {
 public:
  void put(const std::string& host, const std::vector<std::string>& literals);
  Result<std::vector<Address>> look_up(const std::string& host) override;
  [[nodiscard]] int look_ups() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Address>> by_host_;
  int look_ups_ = 0;
};

// "vault.test" leads to 127.0.0.1. The real clock, because the kernel's waits are part of it.
struct Client {
  Client();

  // Makes the transport from what has been set; the first request does it if nobody has.
  Transport& transport();
  Result<HttpResponse> get(const std::string& url);
  Result<HttpResponse> send(const HttpRequest& request);
  HttpRequest request(const std::string& url) const;
  // Has the log a note with this text in it?
  [[nodiscard]] bool noted(const std::string& text) const;

  SystemClock clock;
  kvlaunch::test::FakeLog log;
  Environment environment;
  std::string ca_file;
  TrustPlaces places;  // empty: this system has no authorities
  std::shared_ptr<FakeAddresses> addresses = std::make_shared<FakeAddresses>();
  // Plenty for loopback; tests of deadlines choose a short one.
  Milliseconds patience{20'000};
  std::unique_ptr<Transport> made;
};

// A client that trusts `authority` by way of --ca-file.
struct TrustingClient : Client {
  explicit TrustingClient(const Authority& authority);

  TemporaryDirectory directory;
};

}  // namespace kvlaunch::network::test
