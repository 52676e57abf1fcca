// The bodies of secrets, both ways.
#include "devvault/secret_json.hpp"

#include <algorithm>

#include "devvault/json_object.hpp"
#include "devvault/times.hpp"
#include "devvault/tokens.hpp"
#include "launcher/base/json.hpp"

namespace devvault {
namespace {

using kvlaunch::Json;

constexpr int recoverable_days = 90;
constexpr std::int64_t day_s = 86'400;
constexpr std::string_view recovery_level = "Recoverable+Purgeable";

std::string attributes_json(const SecretVersion& version) {
  JsonObject attributes;
  attributes.boolean("enabled", version.enabled);
  if (version.not_before) attributes.number("nbf", epoch_seconds(*version.not_before));
  if (version.expires) attributes.number("exp", epoch_seconds(*version.expires));
  return attributes.number("created", epoch_seconds(version.created))
      .number("updated", epoch_seconds(version.updated.value_or(version.created)))
      .text("recoveryLevel", recovery_level)
      .number("recoverableDays", recoverable_days)
      .str();
}

// What lists and single answers share, after `value`.
void add_common(JsonObject& json, const SecretVersion& version, const std::string& id) {
  if (!version.content_type.empty()) json.text("contentType", version.content_type);
  json.text("id", id);
  if (version.managed) json.boolean("managed", true);
  json.raw("attributes", attributes_json(version));
  if (!version.tags.empty()) json.texts("tags", version.tags);
}

std::optional<WallTime> time_of(const Json& object, std::string_view name) {
  const auto member = object.member(name);
  if (!member || !member->integer()) return std::nullopt;
  return WallTime{Seconds{std::clamp<std::int64_t>(*member->integer(), 0, last_second)}};
}

std::optional<std::string> text_of(const Json& object, std::string_view name) {
  const auto member = object.member(name);
  return member ? member->string() : std::nullopt;
}

bool tags_fit(const std::map<std::string, std::string>& tags) {
  return tags.size() <= most_tags && std::all_of(tags.begin(), tags.end(), [](const auto& tag) {
           return tag.first.size() <= longest_tag && tag.second.size() <= longest_tag;
         });
}

}  // namespace

std::string secret_id(const std::string& origin, const SecretObject& secret,
                      const std::string& version) {
  const std::string id = origin + "/secrets/" + secret.name;
  return version.empty() ? id : id + "/" + version;
}

std::string bundle_json(const std::string& origin, const SecretObject& secret,
                        const SecretVersion& version) {
  JsonObject bundle;
  bundle.text("value", version.value);
  add_common(bundle, version, secret_id(origin, secret, version.version));
  return bundle.str();
}

std::string item_json(const SecretVersion& version, const std::string& id) {
  JsonObject item;
  add_common(item, version, id);
  return item.str();
}

std::string deleted_json(const std::string& origin, const SecretObject& secret, DeletedForm form) {
  const SecretVersion& version = secret.versions.back();
  const std::int64_t deleted = epoch_seconds(secret.deleted_at);
  JsonObject json;
  json.text("recoveryId", origin + "/deletedsecrets/" + secret.name)
      .number("deletedDate", deleted)
      .number("scheduledPurgeDate", deleted + recoverable_days * day_s);
  add_common(json, version,
             secret_id(origin, secret, form == DeletedForm::bundle ? version.version : ""));
  return json.str();
}

void SecretChange::apply_to(SecretVersion& version) const {
  if (value) version.value = *value;
  if (content_type) version.content_type = *content_type;
  if (tags) version.tags = *tags;
  if (enabled) version.enabled = *enabled;
  if (expires) version.expires = *expires;
  if (not_before) version.not_before = *not_before;
}

std::optional<SecretChange> read_change(const std::string& body, std::string& problem) {
  const auto json = Json::parse(body);
  if (!json || json->type() != Json::Type::object) {
    problem = "The request body is not a JSON object.";
    return std::nullopt;
  }
  SecretChange change;
  change.value = text_of(*json, "value");
  change.content_type = text_of(*json, "contentType");
  if (const auto tags = json->member("tags"); tags && tags->type() == Json::Type::object) {
    change.tags.emplace();
    for (const auto& [name, value] : tags->members()) {
      change.tags->emplace(name, value.string().value_or(""));
    }
  }
  if (const auto attributes = json->member("attributes")) {
    if (const auto enabled = attributes->member("enabled")) change.enabled = enabled->boolean();
    change.expires = time_of(*attributes, "exp");
    change.not_before = time_of(*attributes, "nbf");
  }
  if (change.value && change.value->size() > longest_value_bytes) {
    problem = "The value of the secret is larger than 25 KB.";
  } else if (change.content_type && change.content_type->size() > longest_content_type) {
    problem = "The content type is longer than 255 characters.";
  } else if (change.tags && !tags_fit(*change.tags)) {
    problem = "There are more than 15 tags, or one is longer than 512 characters.";
  }
  if (!problem.empty()) return std::nullopt;
  return change;
}

}  // namespace devvault
