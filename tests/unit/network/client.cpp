// The client's defaults.
#include "tests/unit/network/client.hpp"

#include <algorithm>

namespace kvlaunch::network::test {

void FakeAddresses::put(const std::string& host, const std::vector<std::string>& literals) {
  const std::lock_guard lock{mutex_};
  auto& addresses = by_host_[host];
  addresses.clear();
  for (const auto& literal : literals) addresses.push_back(*Address::parse(literal));
}

Result<std::vector<Address>> FakeAddresses::look_up(const std::string& host) {
  const std::lock_guard lock{mutex_};
  ++look_ups_;
  const auto found = by_host_.find(host);
  if (found == by_host_.end()) {
    return Error{.code = Code::dns_not_found, .message = "there is no host " + host};
  }
  return found->second;
}

int FakeAddresses::look_ups() const {
  const std::lock_guard lock{mutex_};
  return look_ups_;
}

Client::Client() {
  addresses->put("vault.test", {"127.0.0.1"});
}

Transport& Client::transport() {
  if (!made) {
    made = make_transport({.environment = environment, .ca_file = ca_file}, clock, log, addresses,
                          places);
  }
  return *made;
}

HttpRequest Client::request(const std::string& url) const {
  HttpRequest request;
  request.url = *parse_url(url);
  return request;
}

Result<HttpResponse> Client::send(const HttpRequest& request) {
  return transport().send(request, Deadline::in(clock, patience));
}

Result<HttpResponse> Client::get(const std::string& url) {
  return send(request(url));
}

bool Client::noted(const std::string& text) const {
  const auto notes = log.notes();
  return std::any_of(notes.begin(), notes.end(),
                     [&](const auto& note) { return note.find(text) != std::string::npos; });
}

TrustingClient::TrustingClient(const Authority& authority) {
  ca_file = directory.write("ca.pem", authority.pem());
}

}  // namespace kvlaunch::network::test
