// Taking the members out of secret and list bodies.
#include "launcher/resolve/secret_body.hpp"

#include <algorithm>

#include "launcher/base/json.hpp"
#include "launcher/manifest/reference.hpp"

namespace kvlaunch {
namespace {

// Real bodies nest four levels; the rest is room for what may be added.
constexpr std::size_t deepest_body = 32;

// The year 2262, where the wall clock's own unit ends.
constexpr std::int64_t last_second = 9'223'372'036 - 1;

Error malformed(std::string message) {
  return Error{.code = Code::response_malformed, .message = std::move(message)};
}

std::string text_member(const Json& object, std::string_view name) {
  const auto member = object.member(name);
  return (member ? member->string() : std::nullopt).value_or("");
}

bool is_true(const Json& object, std::string_view name) {
  const auto member = object.member(name);
  return member && member->boolean() == true;
}

std::optional<WallTime> time_member(const Json& object, std::string_view name) {
  const auto member = object.member(name);
  const auto seconds = member ? member->integer() : std::nullopt;
  if (!seconds) return std::nullopt;
  const std::int64_t bounded = std::clamp<std::int64_t>(*seconds, 0, last_second);
  return WallTime{std::chrono::seconds{bounded}};
}

// A member that is there and unreadable must not pass for one that is absent: a secret would count
// as valid for ever.
bool is_readable_time(const Json& object, std::string_view name) {
  const auto member = object.member(name);
  return !member || member->type() == Json::Type::null || member->integer().has_value();
}

Result<SecretAttributes> read_attributes(const Json& item) {
  SecretAttributes read;
  const auto attributes = item.member("attributes");
  if (!attributes || attributes->type() == Json::Type::null) return read;
  const auto enabled = attributes->member("enabled");
  const bool readable = attributes->type() == Json::Type::object &&
                        is_readable_time(*attributes, "exp") &&
                        is_readable_time(*attributes, "nbf") &&
                        (!enabled || enabled->type() == Json::Type::null || enabled->boolean());
  if (!readable) return malformed("its attributes have unexpected types");
  if (enabled && enabled->boolean() == false) read.enabled = false;
  read.created = time_member(*attributes, "created");
  read.expires = time_member(*attributes, "exp");
  read.not_before = time_member(*attributes, "nbf");
  return read;
}

// "https://host/secrets/NAME[/VERSION]" without taking the URL's host for anything.
struct Identifier {
  std::string name, version;
};

Identifier read_identifier(std::string_view id) {
  constexpr std::string_view collection = "/secrets/";
  const std::size_t start = id.find(collection);
  if (start == std::string_view::npos) return {};
  const std::string_view rest = id.substr(start + collection.size());
  const std::size_t slash = rest.find('/');
  Identifier identifier{.name = std::string{rest.substr(0, slash)}};
  const std::string_view version = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  // It is shown in messages and logs: a text that could be no version is none.
  if (problem_with_object_name(version).empty()) identifier.version = version;
  return identifier;
}

Result<SecretItem> read_item(const Json& json) {
  const Identifier identifier = read_identifier(text_member(json, "id"));
  if (!problem_with_object_name(identifier.name).empty())
    return malformed("an entry of the list names no secret");
  auto attributes = read_attributes(json);
  if (!attributes) return std::move(attributes).errors();
  SecretItem item{.name = identifier.name,
                  .version = identifier.version,
                  .attributes = *attributes,
                  .backs_certificate = is_true(json, "managed")};
  const auto tags = json.member("tags");
  if (tags) {
    for (const auto& [name, value] : tags->members()) {
      if (auto text = value.string()) item.tags.insert_or_assign(name, std::move(*text));
    }
  }
  return item;
}

}  // namespace

Result<SecretBundle> read_secret_bundle(std::string_view body) {
  const auto json = Json::parse(body, deepest_body);
  if (!json) return json.errors();
  if (json->type() != Json::Type::object) return malformed("it is no JSON object");
  auto attributes = read_attributes(*json);
  if (!attributes) return std::move(attributes).errors();
  const auto value = json->member("value");
  return SecretBundle{
      .value = value ? value->secret() : std::nullopt,
      .version = read_identifier(text_member(*json, "id")).version,
      .content_type = text_member(*json, "contentType"),
      .attributes = *attributes,
      .backs_certificate = is_true(*json, "managed") || !text_member(*json, "kid").empty()};
}

Result<SecretPage> read_secret_page(std::string_view body) {
  const auto json = Json::parse(body, deepest_body);
  if (!json) return json.errors();
  const auto value = json->member("value");
  const bool absent = !value || value->type() == Json::Type::null;
  if (json->type() != Json::Type::object || (!absent && value->type() != Json::Type::array)) {
    return malformed("it is no list of secrets");
  }
  SecretPage page{.items = {}, .next_link = text_member(*json, "nextLink")};
  if (absent) return page;
  for (const Json& element : value->elements()) {
    auto item = read_item(element);
    if (!item) return std::move(item).errors();
    page.items.push_back(std::move(*item));
  }
  return page;
}

}  // namespace kvlaunch
