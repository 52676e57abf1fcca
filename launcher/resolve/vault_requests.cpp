// Sending, learning from challenges, and wording what went wrong.
#include "launcher/resolve/vault_requests.hpp"

#include "launcher/resolve/failures.hpp"

namespace kvlaunch {
namespace {

// Understood by every cloud and emulator; the bodies of later versions are the same for secrets.
constexpr std::string_view api_version = "7.4";

// learn.microsoft.com/azure/key-vault/general/overview-throttling: 1, 2, 4, 8, 16 s. It gives up
// there; a start has a deadline, and giving up before it would only make somebody start again.
RetryPolicy retry_policy(VaultRequests::Effort effort) {
  const bool once = effort == VaultRequests::Effort::once;
  return RetryPolicy{.max_attempts = once ? std::optional{1} : std::nullopt,
                     .first_wait = Milliseconds{1000},
                     .longest_wait = Milliseconds{16'000},
                     .shortest_wait = Milliseconds{500},
                     .jitter_low = 0.8,
                     .jitter_high = 1.2};
}

std::string attempts_text(int attempts) {
  return std::to_string(attempts) + (attempts == 1 ? " attempt" : " attempts");
}

std::string attempted_text(const Attempted& attempted) {
  std::string text = attempted.last_status == 0
                         ? "no answer"
                         : "last status " + std::to_string(attempted.last_status);
  text += " after " + attempts_text(attempted.attempts);
  if (attempted.deadline_cut) text += ", and no time for another";
  return text;
}

// The note that merge_failures() lists references by.
std::string reference_note(const VaultSubject& subject, const Attempted* attempted) {
  return "needed for " + subject.reference +
         (attempted == nullptr ? "" : ": " + attempted_text(*attempted));
}

// `error` as it looks for `subject`.
Error made_about(const VaultSubject& subject, Error error, const Attempted* attempted) {
  error.reference = subject.reference;
  error.vault = subject.vault.label;
  if (!error.location && !subject.where.file.empty()) error.location = subject.where;
  if (reach_of(error.code) != Reach::reference) {
    error.notes.push_back(reference_note(subject, attempted));
  } else if (attempted != nullptr && !attempted->result) {
    error.notes.push_back(attempted_text(*attempted));
  }
  return error;
}

std::string network_hint(Code code, const VaultEndpoint& vault) {
  if (code == Code::dns_not_found) {
    return "check the vault's name (az keyvault list); behind a private endpoint " +
           vault.origin.host + " must be in the private DNS zone";
  }
  return "check the network path to " + vault.origin.authority() + ", its firewall and any proxy";
}

}  // namespace

Url VaultRequests::url(const std::string& path, std::string_view more_query) const {
  Url url = vault_.origin;
  url.target = path + "?api-version=";
  url.target.append(api_version).append(more_query);
  return url;
}

Result<HttpResponse> VaultRequests::get(const Url& url, const VaultSubject& subject,
                                        std::size_t max_body_bytes, Effort effort) {
  if (auto failure = known_failure(subject)) return *std::move(failure);
  HttpRequest request;
  request.url = url;
  request.max_body_bytes = max_body_bytes;
  request.add_header("Accept", "application/json");
  request.add_header("x-ms-client-request-id", random_uuid(world_.randomness));
  auto answer = authorised(std::move(request), subject, effort);
  if (!answer) remember(answer.error());
  return answer;
}

// Key Vault's own challenge is believed once, a claims challenge once more: a vault that goes on
// refusing what it asked for gets no third token (the limits of the Azure SDKs).
Result<HttpResponse> VaultRequests::authorised(HttpRequest request, const VaultSubject& subject,
                                               Effort effort) {
  Patience patience;
  while (true) {
    const auto grant = access_.grant(deadline_);
    if (!grant) return made_about(subject, grant.error(), nullptr);
    Attempted attempted = send(request, *grant, subject, effort);
    if (!attempted.result || attempted.result->status != 401) {
      return judged(std::move(attempted), subject);
    }
    auto learnt = learn(*attempted.result, *grant, subject, patience);
    if (!learnt) return std::move(learnt).errors();
  }
}

Result<void> VaultRequests::learn(const HttpResponse& answer, const VaultAccess::Grant& grant,
                                  const VaultSubject& subject, Patience& patience) {
  const auto refused = [&](Error error) {
    error.status = answer.status;
    error.request_id = request_id_of(answer);
    return made_about(subject, std::move(error), nullptr);
  };
  const auto learnt = access_.learn(answer, grant);
  if (!learnt) return refused(learnt.error());
  // The first request to a vault of unknown scope carries no token: its 401 is no refusal.
  if (!grant.token) return {};
  int& left = *learnt == VaultAccess::Learnt::claims ? patience.claims : patience.ordinary;
  if (left-- == 0) return refused(error_of_answer(answer, subject));
  return {};
}

Attempted VaultRequests::send(const HttpRequest& request, const VaultAccess::Grant& grant,
                              const VaultSubject& subject, Effort effort) {
  if (deadline_.passed(world_.clock)) {
    return Attempted{.result = Error{.code = Code::deadline}, .attempts = 0};
  }
  HttpRequest authorised = request.clone();
  if (grant.token) {
    SecretWriter bearer{7 + grant.token->value.reveal().size()};
    bearer.append("Bearer ");
    bearer.append(grant.token->value.reveal());
    authorised.headers.push_back({"Authorization", bearer.take()});
  }
  return send_with_retry(gate_, world_.clock, world_.randomness, world_.log, authorised,
                         retry_policy(effort), deadline_, subject.reference);
}

Result<HttpResponse> VaultRequests::judged(Attempted attempted, const VaultSubject& subject) {
  if (attempted.result && attempted.result->status == 200) return std::move(attempted.result);
  return made_about(subject, failure_of(attempted, subject), &attempted);
}

Error VaultRequests::failure_of(const Attempted& attempted, const VaultSubject& subject) const {
  if (attempted.result) return error_of_answer(*attempted.result, subject);
  Error error = attempted.result.error();
  error.status = attempted.last_status;
  if (error.code != Code::deadline) {
    if (error.hint.empty()) error.hint = network_hint(error.code, vault_);
    return error;
  }
  if (gate_.is_closed() || attempted.last_status == 429) return throttled_error(subject);
  const std::string missing =
      attempted.result.error().status == 0 ? " answered" : "'s answer was complete";
  return about(subject, Code::deadline, "the deadline passed before " + vault_.label + missing,
               "raise --timeout, or " + network_hint(error.code, vault_));
}

std::optional<Error> VaultRequests::known_failure(const VaultSubject& subject) const {
  const std::lock_guard lock{mutex_};
  if (!vault_failure_) return std::nullopt;
  Error error = *vault_failure_;
  error.location.reset();
  return made_about(subject, std::move(error), nullptr);
}

void VaultRequests::remember(const Error& error) {
  if (reach_of(error.code) != Reach::vault) return;
  const std::lock_guard lock{mutex_};
  if (vault_failure_) return;
  vault_failure_ = error;
  // Its last note is about the reference that found it out.
  vault_failure_->notes.pop_back();
}

}  // namespace kvlaunch
