// What the endpoints of managed identities have in common: where they may be, how they are asked,
// how they answer.
#pragma once

#include <optional>
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

// What is asked of a source.
struct IdentityQuestion {
  std::string resource;   // "https://vault.azure.net"
  bool rejected = false;  // the last token was refused with a claims challenge: a new one is wanted
};

// One place that managed identities come from. Called by one thread at a time.
class ManagedIdentitySource {
 public:
  virtual ~ManagedIdentitySource() = default;
  virtual Outcome acquire(const IdentityQuestion& question, const Deadline& deadline) = 0;
};

// Three more tries, one second apart, of 404, 408, 429 and what passes of 5xx (MSAL.NET
// DefaultRetryPolicy). IMDS has a patience of its own.
RetryPolicy identity_retry_policy();

// The parameter by which a source takes each kind of id; empty: it has none.
struct SelectorParameters {
  std::string_view client_id;
  std::string_view object_id;
  std::string_view resource_id;
};

// The parameter that names the identity: no field for the system-assigned one, nothing at all if
// the source cannot express the choice.
std::optional<FormFields> selection(const IdentitySelector& selector,
                                    const SelectorParameters& parameters);

// The outcome of a choice that `who` cannot express: nothing it answers could be right. A mistake
// in the configuration where the provider was chosen by name; in a chain the reason to go on
// (azidentity does so with AZURE_CLIENT_ID in Cloud Shell).
Outcome cannot_select(Usage usage, const std::string& who, const SelectorParameters& parameters);

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

// The token, or that there is none to be had.
Outcome outcome_of(Result<AccessToken> token);

// What a refusal says about itself, in one printable line: Entra's and IMDS's "error" and
// "error_description", App Service's "message", "code" and "message" within "error" where that is
// an object. Empty if nothing can be read.
std::string refusal_text(const HttpResponse& response);
// Its "error", or the "code" within; empty if there is none.
std::string refusal_code(const HttpResponse& response);

// An Error for a status that ends the attempt: 3xx redirect, 408, 410, 429, 404 and 5xx temporary,
// the rest refused. Notes hold refusal_text() and the number of tries; where the deadline cut the
// tries short, the hint says so.
Error identity_refusal(const Attempted& attempted, const std::string& who);

// The same for a request that got no answer, or none that could be read to its end: the transport's
// error, the tries, the cut. `hint` is what to look at where nothing answers: what the network says
// of proxies and private endpoints is not for these.
Error identity_unreachable(const Attempted& attempted, std::string_view hint);
inline constexpr std::string_view endpoint_hint =
    "check that the platform's identity endpoint is running";

}  // namespace kvlaunch
