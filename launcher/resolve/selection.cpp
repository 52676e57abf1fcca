// Selecting, renaming and taking values apart.
#include "launcher/resolve/selection.hpp"

#include <algorithm>

#include "launcher/base/environment.hpp"
#include "launcher/base/json.hpp"
#include "launcher/base/url.hpp"
#include "launcher/manifest/dotenv.hpp"
#include "launcher/resolve/forbidden_names.hpp"

namespace kvlaunch {
namespace {

bool has_prefix(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && equal_ignoring_case(name.substr(0, prefix.size()), prefix);
}

bool has_tags(const SecretItem& item, const std::map<std::string, std::string>& tags) {
  return std::all_of(tags.begin(), tags.end(), [&](const auto& wanted) {
    const auto found = item.tags.find(wanted.first);
    return found != item.tags.end() && found->second == wanted.second;
  });
}

std::string_view reason_to_leave_out(const SecretItem& item, WallTime now) {
  if (item.backs_certificate) return "backs a certificate";
  if (!item.attributes.enabled) return "disabled";
  if (item.attributes.not_before && now < *item.attributes.not_before) return "not yet valid";
  return {};
}

Error unusable(const EnvFromEntry& entry, std::string message, std::string hint) {
  return Error{.code = Code::value_unusable,
               .message = std::move(message),
               .hint = std::move(hint),
               .location = entry.where};
}

Result<std::vector<SecretMember>> json_members(std::string_view value, const EnvFromEntry& entry,
                                               const std::string& what) {
  const auto json = Json::parse(value);
  if (!json || json->type() != Json::Type::object) {
    return unusable(entry, "the value of " + what + " is no JSON object",
                    "store an object such as {\"NAME\": \"value\"}, or set `format: dotenv`");
  }
  std::vector<SecretMember> members;
  for (const auto& [name, member] : json->members()) {
    if (member.type() == Json::Type::null) continue;
    auto text = member.secret();
    members.push_back({name, text ? std::move(*text) : member.compact()});
  }
  return members;
}

Result<std::vector<SecretMember>> dotenv_members(std::string_view value, const EnvFromEntry& entry,
                                                 const std::string& what) {
  auto parsed = parse_dotenv(what, value);
  if (!parsed) {
    Errors errors;
    for (const Error& problem : parsed.errors()) {
      // The excerpt goes: even names inside a value are the vault's business.
      const int line = problem.location ? problem.location->line : 0;
      errors.push_back(unusable(
          entry, "the value of " + what + ", line " + std::to_string(line) + ": " + problem.message,
          problem.hint));
    }
    return errors;
  }
  std::vector<SecretMember> members;
  for (DotenvEntry& variable : *parsed) {
    members.push_back({std::move(variable.name), std::move(variable.value)});
  }
  return members;
}

// Names out of a value may be anything; only harmless ones are shown.
std::string shown(const std::string& name) {
  const bool harmless = name.size() <= 127 && std::all_of(name.begin(), name.end(), [](char c) {
                          return is_variable_name(std::string_view{&c, 1}) ||
                                 (c >= '0' && c <= '9') || c == '-' || c == '.';
                        });
  return harmless ? "'" + name + "'" : "a member with an unprintable name";
}

}  // namespace

std::string selection_text(const EnvFromEntry& entry) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (entry.members_of) add("members of '" + entry.members_of->name + "'");
  if (!entry.prefix.empty()) add("prefix '" + entry.prefix + "'");
  for (const auto& [name, value] : entry.tags) add("tag " + name + "=" + value);
  return text.empty() ? "all" : text;
}

SelectedNames select_secrets(const std::vector<SecretItem>& items, const EnvFromEntry& entry,
                             WallTime now) {
  SelectedNames selected;
  for (const SecretItem& item : items) {
    if (!has_prefix(item.name, entry.prefix) || !has_tags(item, entry.tags)) continue;
    if (is_excluded(item.name, entry)) continue;
    const std::string_view reason = reason_to_leave_out(item, now);
    if (reason.empty()) {
      selected.names.push_back(item.name);
    } else {
      selected.left_out.push_back(item.name + ": " + std::string{reason});
    }
  }
  return selected;
}

std::string variable_name_for(std::string_view name, const EnvFromEntry& entry) {
  if (entry.strip_prefix && has_prefix(name, entry.prefix)) name.remove_prefix(entry.prefix.size());
  std::string renamed{name};
  std::replace(renamed.begin(), renamed.end(), '-', '_');
  if (entry.rename == EnvFromEntry::Rename::upper_snake) {
    std::transform(renamed.begin(), renamed.end(), renamed.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
  }
  return entry.add_prefix + renamed;
}

bool is_excluded(std::string_view name, const EnvFromEntry& entry) {
  const std::string variable = variable_name_for(name, entry);
  return std::any_of(entry.exclude.begin(), entry.exclude.end(), [&](const std::string& excluded) {
    return excluded == variable || equal_ignoring_case(excluded, name);
  });
}

std::optional<Error> problem_with_variable(const std::string& variable, const std::string& name,
                                           const EnvFromEntry& entry) {
  if (!is_variable_name(variable)) {
    return Error{.code = Code::variable_name,
                 .message = shown(name) + " would become no valid name of a variable",
                 .hint = "set `add-prefix:`, name it under `exclude:`, or give it an `env` entry",
                 .location = entry.where};
  }
  if (variable == "PATH") {
    return Error{.code = Code::variable_forbidden,
                 .message = shown(name) +
                            " would set PATH, which must be a literal: the target is "
                            "looked up in it before anything is fetched",
                 .hint = "name it under `exclude:`, and write PATH as text under `env:`",
                 .location = entry.where};
  }
  const bool allowed =
      std::find(entry.allow.begin(), entry.allow.end(), variable) != entry.allow.end();
  if (allowed || !is_forbidden_name(variable)) return std::nullopt;
  return Error{.code = Code::variable_forbidden,
               .message = shown(name) + " would set " + variable +
                          ", through which whoever writes to the vault could run code here",
               .hint = "name it under `exclude:`, or under `allow:` if that is what you want",
               .location = entry.where};
}

Result<std::vector<SecretMember>> read_members(std::string_view value, const EnvFromEntry& entry,
                                               const std::string& what) {
  switch (entry.format) {
    case EnvFromEntry::MemberFormat::json:
      return json_members(value, entry, what);
    case EnvFromEntry::MemberFormat::dotenv:
      return dotenv_members(value, entry, what);
  }
  return unusable(entry, "the format of " + what + " is not known", "");
}

}  // namespace kvlaunch
