// Get, list, versions, and telling deleted from missing.
#include "launcher/resolve/key_vault.hpp"

#include <algorithm>

#include "launcher/resolve/secret_body.hpp"

namespace kvlaunch {
namespace {

// A value is 25 KB at most; escaped as JSON up to six times that, plus 15 tags.
constexpr std::size_t max_secret_bytes = std::size_t{512} * 1024;
// 25 entries with 15 tags of 512 + 512 characters, some of them escaped.
constexpr std::size_t max_page_bytes = std::size_t{4} * 1024 * 1024;
// More secrets, or versions of one, than anybody means to read at a start. The service puts 25 on a
// page, others may put more.
constexpr std::size_t max_items = 25'000;
constexpr int max_pages = 1000;

constexpr const char* other_service_hint =
    "something between here and the vault may answer in its place: check the vault's name and "
    "any proxy";

}  // namespace

Result<FetchedSecret> KeyVault::get(const Fetch& fetch) {
  const VaultSubject subject = subject_of(fetch);
  if (fetch.kind != ObjectKind::secret) {
    return about(subject, Code::not_yet,
                 std::string{name_of(fetch.kind)} + "s cannot be fetched yet");
  }
  std::string path = "/secrets/" + percent_encode(fetch.name);
  if (!fetch.version.empty()) path += "/" + percent_encode(fetch.version);
  auto answer = requests_.get(requests_.url(path), subject, max_secret_bytes);
  if (answer) return read_answer(*answer, fetch, subject);
  if (answer.error().code != Code::secret_missing) return std::move(answer).errors();
  return not_there(answer.error(), subject);
}

Result<FetchedSecret> KeyVault::read_answer(const HttpResponse& answer, const Fetch& fetch,
                                            const VaultSubject& subject) const {
  const auto with_facts = [&](Error error) {
    error.status = answer.status;
    error.request_id = request_id_of(answer);
    return error;
  };
  auto bundle = read_secret_bundle(answer.body.reveal());
  if (!bundle || !bundle->value) {
    const std::string reason = bundle ? "it holds no value" : bundle.error().message;
    return with_facts(about(
        subject, Code::response_malformed,
        "the answer of " + vault_.label + " for " + subject.object + " cannot be used: " + reason,
        other_service_hint));
  }
  const SecretAttributes& attributes = bundle->attributes;
  if (auto problem = problem_with(fetch, attributes)) return with_facts(std::move(*problem));
  FetchedSecret fetched;
  if (has_expired(attributes)) {  // and this fetch allows it
    fetched.state = FetchedSecret::State::expired;
    fetched.problem = with_facts(expired_error(subject, *attributes.expires));
  }
  world_.log.note(fetch.reference + ": read from " + vault_.label +
                  (bundle->version.empty() ? "" : ", version " + bundle->version));
  fetched.value = std::move(*bundle->value);
  fetched.version = bundle->version.empty() ? fetch.version : bundle->version;
  fetched.content_type = bundle->content_type;
  fetched.expires = attributes.expires;
  fetched.not_before = attributes.not_before;
  fetched.backs_certificate = bundle->backs_certificate;
  return fetched;
}

std::optional<Error> KeyVault::problem_with(const Fetch& fetch,
                                            const SecretAttributes& attributes) const {
  const VaultSubject subject = subject_of(fetch);
  // The service refuses disabled secrets itself, emulators serve them.
  if (!attributes.enabled) return disabled_error(subject);
  // The service serves secrets outside their dates: judging them is left to its clients.
  const WallTime now = world_.clock.wall();
  if (attributes.not_before && now < *attributes.not_before) {
    return not_yet_valid_error(subject, *attributes.not_before);
  }
  if (has_expired(attributes) && !fetch.allow_expired) {
    return expired_error(subject, *attributes.expires);
  }
  return std::nullopt;
}

bool KeyVault::has_expired(const SecretAttributes& attributes) const {
  return attributes.expires && world_.clock.wall() >= *attributes.expires;
}

Error KeyVault::absence(const Fetch& fetch) {
  const VaultSubject subject = subject_of(fetch);
  return not_there(missing_error(subject), subject).problem;
}

// One more request tells deleted from missing. Whatever goes wrong with it, the first answer
// stands, and nobody waits for a better one: it may be optional.
FetchedSecret KeyVault::not_there(Error missing, const VaultSubject& subject) {
  FetchedSecret fetched;
  const std::string path = "/deletedsecrets/" + percent_encode(subject.name);
  const auto deleted =
      requests_.get(requests_.url(path), subject, max_secret_bytes, VaultRequests::Effort::once);
  fetched.state = deleted ? FetchedSecret::State::deleted : FetchedSecret::State::missing;
  fetched.problem = std::move(missing);
  if (deleted) {
    Error error = deleted_error(subject);
    error.status = fetched.problem.status;
    error.request_id = fetched.problem.request_id;
    fetched.problem = std::move(error);
  }
  return fetched;
}

Result<std::vector<SecretItem>> KeyVault::list(const std::string& reference,
                                               const Location& where) {
  const VaultSubject subject{.vault = vault_,
                             .reference = reference,
                             .object = "the list of secrets",
                             .name = "",
                             .version = "",
                             .where = where,
                             .permission = VaultSubject::Permission::list};
  return pages(requests_.url("/secrets", "&maxresults=25"), subject);
}

Result<std::vector<VersionSummary>> KeyVault::versions(const Fetch& fetch) {
  VaultSubject subject = subject_of(fetch);
  subject.permission = VaultSubject::Permission::list;
  if (fetch.kind != ObjectKind::secret) {
    return about(subject, Code::not_yet,
                 "versions of " + std::string{name_of(fetch.kind)} + "s cannot be listed yet");
  }
  const std::string path = "/secrets/" + percent_encode(fetch.name) + "/versions";
  auto items = pages(requests_.url(path, "&maxresults=25"), subject);
  if (!items) return std::move(items).errors();
  std::vector<VersionSummary> versions;
  for (const SecretItem& item : *items) {
    versions.push_back({.version = item.version,
                        .enabled = item.attributes.enabled,
                        .created = item.attributes.created,
                        .expires = item.attributes.expires,
                        .not_before = item.attributes.not_before});
  }
  // The service promises no order; an absent date sorts before every other.
  std::stable_sort(versions.begin(), versions.end(),
                   [](const VersionSummary& left, const VersionSummary& right) {
                     return left.created > right.created;
                   });
  return versions;
}

Result<std::vector<SecretItem>> KeyVault::pages(Url url, const VaultSubject& subject) {
  std::vector<SecretItem> items;
  for (int page_count = 0; page_count < max_pages; ++page_count) {
    auto answer = requests_.get(url, subject, max_page_bytes);
    if (!answer) return std::move(answer).errors();
    auto page = read_secret_page(answer->body.reveal());
    if (!page) {
      return about(
          subject, Code::response_malformed,
          "the list that " + vault_.label + " answers with cannot be used: " + page.error().message,
          other_service_hint);
    }
    if (page->items.size() > max_items - items.size()) return too_long(subject);
    std::move(page->items.begin(), page->items.end(), std::back_inserter(items));
    // A page may be empty and have a successor.
    if (page->next_link.empty()) return items;
    auto next = next_page(page->next_link, subject);
    if (!next) return std::move(next).errors();
    url = std::move(*next);
  }
  return about(subject, Code::response_malformed,
               "the list that " + vault_.label + " answers with does not end", other_service_hint);
}

Error KeyVault::too_long(const VaultSubject& subject) const {
  return about(subject, Code::response_too_large,
               "the list that " + vault_.label + " answers with has more than " +
                   std::to_string(max_items) + " entries",
               "name the secrets in `env`, or split the vault");
}

// The link is opaque and goes on the wire as it is, but the token goes with it: same origin only.
// An explicit :443 is the same origin; the service writes it so.
Result<Url> KeyVault::next_page(const std::string& link, const VaultSubject& subject) const {
  auto url = parse_url(link);
  if (url && url->origin() == vault_.origin.origin()) return url;
  return about(subject, Code::redirect_refused,
               "the list of " + vault_.label + " goes on at " +
                   (url ? url->origin() : "an unusable address") +
                   ", and the token does not follow there",
               other_service_hint);
}

VaultSubject KeyVault::subject_of(const Fetch& fetch) const {
  return VaultSubject{.vault = vault_,
                      .reference = fetch.reference,
                      .object = std::string{name_of(fetch.kind)} + " '" + fetch.name + "'",
                      .name = fetch.name,
                      .version = fetch.version,
                      .where = fetch.where};
}

}  // namespace kvlaunch
