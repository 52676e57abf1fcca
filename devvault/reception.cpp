// Answering, in the order that makes faults believable.
#include "devvault/reception.hpp"

#include "devvault/authorities.hpp"
#include "devvault/bearer.hpp"
#include "devvault/fault_response.hpp"
#include "devvault/form.hpp"
#include "devvault/jwt.hpp"
#include "devvault/key_vault_error.hpp"
#include "devvault/tokens.hpp"
#include "launcher/base/cloud.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

// Where every Azure VM finds its instance metadata service.
constexpr std::string_view imds_address = "169.254.169.254";
constexpr std::string_view throttle_name = "throttle";

// Unverified: the journal says who a request claims to be, the service decides whether it is.
std::string claimed_client(const Request& request) {
  if (const auto token = bearer_token(request)) {
    const auto jwt = split_jwt(*token);
    const auto claims = jwt ? claims_of(jwt->payload) : std::nullopt;
    return claims ? claims->client_id : std::string{};
  }
  for (const std::string_view name : {"client_id", "clientid"}) {
    if (const auto value = request.query_value(name)) return std::string{*value};
  }
  return field(read_form(request.body), "client_id");
}

}  // namespace

Reception::Reception(Services services, const Config& config, Journal& journal,
                     const kvlaunch::Clock& clock, const Stop& stop)
    : services_(std::move(services)),
      config_(config),
      faults_(config.faults),
      throttle_(config.throttle_per_10s),
      journal_(journal),
      clock_(clock),
      stop_(stop) {}

bool Reception::plays(const std::string& host) const {
  return host == imds_address || services_.is_azure_host(host);
}

bool Reception::lacks_vault(const std::string& host) const {
  return kvlaunch::cloud_of_vault_host(host) != nullptr && !config_.vaults.contains(host);
}

std::string Reception::identity_of(const Request& request) const {
  const std::string client = claimed_client(request);
  const Identity* identity = client.empty() ? nullptr : identity_of_client(config_, client);
  return identity == nullptr ? std::string{} : identity->name;
}

Response Reception::answer(const Request& request, const std::optional<FaultRule>& fault,
                           std::string& fault_name) {
  if (fault) {
    fault_name = name_of(*fault);
    if (auto made = fault_response(*fault, request, config_, clock_.wall())) return *made;
  }
  if (config_.vaults.contains(request.host) && !throttle_.admit(request.host, clock_.steady())) {
    fault_name = throttle_name;
    Response refusal = key_vault::throttled();
    add_key_vault_headers(refusal, request);
    return refusal;
  }
  Response response = services_.answer(request);
  if (fault && fault->status != 0) response.status = fault->status;
  return response;
}

bool Reception::serve(const Request& request, std::uint64_t connection, After after,
                      Stream& stream) {
  JournalEntry entry{clock_.wall(), connection, &request};
  const std::optional<FaultRule> fault = faults_.take(request, entry.time);
  Response response = answer(request, fault, entry.fault);
  Manner manner;
  if (fault) {
    manner = manner_of(*fault);
    add_retry_headers(*fault, response);
  }
  manner.without_body = request.method == "HEAD";
  entry.status = fault && fault->reset ? 0 : response.status;
  entry.identity = identity_of(request);
  // Before a delay and before the answer: whoever has seen the answer finds the line.
  journal_.add(entry);
  if (fault && !stop_.sleep(fault->delay)) return false;
  if (fault && fault->reset) {
    stream.abort();
    return false;
  }
  const auto date = clock_.wall() + (fault ? fault->date_offset : Seconds{0});
  return write_response(stream, response, manner, after, date, stop_) && after == After::keep_alive;
}

}  // namespace devvault
