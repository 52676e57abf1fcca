// What the endpoints of managed identities have in common: where they may be, how they are asked,
// how they answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/http.hpp"
#include "launcher/base/retry.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

// Which of several identities is meant.
struct IdentitySelector {
  enum class Kind { system_assigned, client_id, object_id, resource_id };
  Kind kind = Kind::system_assigned;
  std::string value;
};

// "the system-assigned identity", "the identity with client id X".
std::string describe(const IdentitySelector& selector);

// One place that managed identities come from. Called by one thread at a time.
class ManagedIdentitySource {
 public:
  virtual ~ManagedIdentitySource() = default;
  virtual Outcome acquire(std::string_view resource, const Deadline& deadline) = 0;
};

// Security rule 2: https anywhere, plain http only to `localhost` and to loopback, link-local and
// private address literals, because everything sent and received is a credential. `variable` is
// what messages name. Error Code::identity_configuration.
Result<Url> parse_identity_endpoint(std::string_view text, std::string_view variable);

// `url` with more query parameters, whether or not it has some already.
Url with_query(Url url, const FormFields& parameters);

// A GET that no proxy sees.
HttpRequest identity_request(Url url);

// The token of a 200 answer of `who`; refreshed at half its life, because the endpoint caches for a
// day.
Result<AccessToken> read_identity_token(const HttpResponse& response, const std::string& who,
                                        WallTime now);

// What a refusal says about itself, in one printable line: Entra's and IMDS's "error" and
// "error_description", App Service's "message". Empty if nothing can be read.
std::string refusal_text(const HttpResponse& response);

// An Error for a status that ends the attempt: 3xx redirect, 408, 410, 429, 404 and 5xx temporary,
// the rest refused. Notes hold refusal_text() and the number of tries; where the deadline cut the
// tries short, the hint says so.
Error identity_refusal(const Attempted& attempted, const std::string& who);

// The same for a request that got no answer: the transport's error, the tries, the cut.
Error identity_unreachable(const Attempted& attempted);

}  // namespace kvlaunch
