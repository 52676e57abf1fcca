// A Transport for the steps that must not touch the network: every request is a programming error.
#pragma once

#include "launcher/base/http.hpp"

namespace kvlaunch {

class OfflineTransport final : public Transport {
 public:
  Result<HttpResponse> send(const HttpRequest& /*request*/, const Deadline& /*deadline*/) override {
    return Error{.code = Code::internal, .message = "a request was made by an offline step"};
  }
  void preconnect(const Url& /*url*/, std::size_t /*count*/,
                  const Deadline& /*deadline*/) override {}
};

}  // namespace kvlaunch
