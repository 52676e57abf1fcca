// A Negotiator without Kerberos: says what it is told to say, and logs what it was asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/base/negotiation.hpp"

namespace kvlaunch::test {

class FakeNegotiator final : public Negotiator {
 public:
  // Tokens in order; each dialogue begins anew with the first. Complete once the server has sent
  // `last_received`.
  std::vector<std::string> tokens{"client-token"};
  std::string last_received = "server-token";
  Result<std::string> principal_answer = std::string{"worker@CORP.EXAMPLE"};
  std::optional<Error> step_error;

  std::vector<std::string> hosts;     // a dialogue each
  std::vector<std::string> received;  // of all dialogues, in order

  Result<std::string> principal(const Deadline& /*deadline*/) override { return principal_answer; }
  std::unique_ptr<Negotiation> begin(const std::string& host) override {
    hosts.push_back(host);
    return std::make_unique<Dialogue>(*this);
  }

 private:
  class Dialogue final : public Negotiation {
   public:
    explicit Dialogue(FakeNegotiator& owner) : owner_(owner) {}
    Result<Secret> next(std::string_view from_server, const Deadline& /*deadline*/) override {
      owner_.received.emplace_back(from_server);
      if (owner_.step_error) return *owner_.step_error;
      complete_ = from_server == owner_.last_received;
      if (complete_ || step_ >= owner_.tokens.size()) return Secret{};
      return Secret{owner_.tokens[step_++]};
    }
    [[nodiscard]] bool complete() const override { return complete_; }

   private:
    FakeNegotiator& owner_;
    std::size_t step_ = 0;
    bool complete_ = false;
  };
};

}  // namespace kvlaunch::test
