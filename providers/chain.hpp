// Several providers in order: the first that is configured decides, the reasons of all are kept.
//
// Source of the rules: azidentity chained_token_credential.go, default_azure_credential.go.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launcher/base/world.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

// A chain of one is a provider chosen by name. Never answers Unavailable: when every member is,
// the answer is Failed with Code::identity_unavailable and a note for each, in order.
//
// The provider that gave the first token is asked alone from then on (pinned): the identity of a
// process must not change because an endpoint hiccups. Each step is one line in the verbose log.
class Chain final : public Credential {
 public:
  // `members` is not empty.
  Chain(std::vector<std::unique_ptr<Credential>> members, World& world);

  [[nodiscard]] std::string_view name() const override;
  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override;

 private:
  Outcome walk(const TokenRequest& request, const Deadline& deadline);
  Outcome ask(Credential& member, const TokenRequest& request, const Deadline& deadline);

  std::vector<std::unique_ptr<Credential>> members_;
  World& world_;
  Credential* pinned_ = nullptr;
};

}  // namespace kvlaunch
