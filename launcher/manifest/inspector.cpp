// Reading single values.
#include "launcher/manifest/inspector.hpp"

#include <algorithm>

#include "launcher/base/nearest.hpp"
#include "launcher/manifest/keys.hpp"
#include "launcher/manifest/manifest.hpp"
#include "templates/setting.hpp"

namespace kvlaunch {

using yaml::Node;

namespace {

constexpr std::size_t most_problems = 50;  // in one file: more help nobody

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

Inspector::Inspector(const yaml::Excerpts& excerpts, const Environment& environment,
                     Errors& problems)
    : excerpts_(excerpts), environment_(environment), problems_(problems) {}

Inspector Inspector::hiding_values() const {
  Inspector other{*this};
  other.token_ = yaml::Token::hidden;
  return other;
}

Location Inspector::where(yaml::Mark mark, int width) const {
  return excerpts_.at(mark, width, token_);
}

Location Inspector::where_key(const Node::Entry& entry) const {
  return excerpts_.at(entry.key_mark, 0, yaml::Token::hidden);
}

void Inspector::report(Error error) {
  if (problems_.size() + 1 == most_problems) {
    error.notes.push_back("no more than " + std::to_string(most_problems) +
                          " errors of a file are shown");
  }
  if (problems_.size() < most_problems) problems_.push_back(std::move(error));
}

void Inspector::report(Code code, Location location, std::string message, std::string hint) {
  report(Error{.code = code,
               .message = std::move(message),
               .hint = std::move(hint),
               .location = std::move(location)});
}

void Inspector::report_at(const Node& node, Error error) {
  error.location = where(node.mark);
  report(std::move(error));
}

bool Inspector::expect(const Node& node, Node::Kind kind, std::string_view what,
                       std::string_view hint) {
  if (node.reported) return false;
  if (node.kind == kind) return true;
  const bool nothing = node.kind == Node::Kind::null;
  std::string message = std::string{what} + (nothing ? " has no value" : " must be ");
  if (!nothing) {
    message.append(yaml::describe(kind)).append(", not ").append(yaml::describe(node.kind));
  }
  std::string next{hint};
  if (next.empty()) {
    next = nothing                      ? "give it a value or remove the key"
           : kind == Node::Kind::scalar ? "quote it if it is meant as text"
                                        : "";
  }
  report(nothing ? Code::manifest_missing_value : Code::manifest_wrong_type, where(node.mark),
         std::move(message), std::move(next));
  return false;
}

void Inspector::check_keys(const Node& mapping, std::string_view place) {
  for (const Node::Entry& entry : mapping.entries) {
    if (problems_.size() >= most_problems) return;  // hints cost more than a full list is worth
    if (place == "top" && entry.key.starts_with("x-")) continue;
    const KeyRow* row = find_key(place, entry.key);
    if (row == nullptr) {
      report(Code::manifest_unknown_key, where_key(entry), "unknown key \"" + entry.key + "\"",
             hint_for_unknown_key(place, entry.key));
    } else if (row->availability == KeyRow::Availability::later && place != "options") {
      report(Code::not_yet, where_key(entry), "\"" + entry.key + "\" is not supported yet",
             "remove it: a later version brings it");
    }
  }
}

std::optional<std::string> Inspector::text(const Node& node, std::string_view what) {
  if (!expect(node, Node::Kind::scalar, what)) return std::nullopt;
  return node.text;
}

std::optional<std::string> Inspector::setting(const Node& node, std::string_view what) {
  if (!expect(node, Node::Kind::scalar, what)) return std::nullopt;
  auto expanded = expand_setting(node.text, environment_);
  if (!expanded) {
    Error error = expanded.error();
    Location place = where(node.mark);
    if (error.location && !error.location->excerpt.empty()) {
      // The faulty tag alone, as the template reader has redacted it.
      place.excerpt = error.location->excerpt;
      place.caret_column = error.location->caret_column;
      place.caret_width = error.location->caret_width;
      if (error.location->line == 1) {
        place.column += error.location->column - 1 + (node.quoted ? 1 : 0);
      }
    }
    error.location = std::move(place);
    report(std::move(error));
    return std::nullopt;
  }
  if (expanded->empty()) {
    report(Code::manifest_bad_value, where(node.mark), std::string{what} + " is empty",
           "give it a value or remove the key");
    return std::nullopt;
  }
  if (std::any_of(expanded->begin(), expanded->end(), is_control)) {
    report(Code::manifest_bad_value, where(node.mark),
           std::string{what} + " holds a control character", "write it on one line, without \\n");
    return std::nullopt;
  }
  return *std::move(expanded);
}

std::optional<bool> Inspector::boolean(const Node& node, std::string_view what) {
  if (!expect(node, Node::Kind::scalar, what, "write true or false")) return std::nullopt;
  if (node.text == "true" && !node.quoted) return true;
  if (node.text == "false" && !node.quoted) return false;
  report(Code::manifest_wrong_type, where(node.mark), std::string{what} + " must be true or false",
         "write true or false, without quotes");
  return std::nullopt;
}

std::optional<Milliseconds> Inspector::duration(const Node& node, std::string_view what) {
  const auto given = text(node, what);
  if (!given) return std::nullopt;
  const auto parsed = parse_duration(*given);
  if (parsed) return *parsed;
  report_at(node, parsed.error());
  return std::nullopt;
}

std::optional<std::vector<std::string>> Inspector::list(const Node& node, std::string_view what) {
  if (!expect(node, Node::Kind::sequence, what, "write it in brackets: [ ... ]")) {
    return std::nullopt;
  }
  std::vector<std::string> items;
  for (const Node& item : node.items) {
    if (auto given = text(item, "an entry of " + std::string{what})) {
      items.push_back(*std::move(given));
    }
  }
  return items;
}

std::optional<std::vector<std::string>> Inspector::variables(const Node& node,
                                                             std::string_view what) {
  auto names = list(node, what);
  if (!names) return std::nullopt;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    if (!item.is_scalar() || item.reported || is_variable_name(item.text)) continue;
    report(Code::variable_name, where(item.mark),
           "an entry of " + std::string{what} + " is no name of a variable",
           "use letters, digits and _, not a digit first");
  }
  return names;
}

std::optional<NamesOption> Inspector::switch_or_variables(const Node& node, std::string_view what) {
  if (node.kind == Node::Kind::sequence) {
    auto names = variables(node, what);
    if (!names) return std::nullopt;
    // An empty list names nothing; `on` without names would mean every variable.
    const bool on = !names->empty();
    return NamesOption{.on = on, .names = *std::move(names)};
  }
  if (!expect(node, Node::Kind::scalar, what, "write true, false or a list of names")) {
    return std::nullopt;
  }
  const auto on = boolean(node, what);
  if (!on) return std::nullopt;
  return NamesOption{.on = *on, .names = {}};
}

std::optional<std::map<std::string, std::string>> Inspector::text_map(const Node& node,
                                                                      std::string_view what) {
  if (!expect(node, Node::Kind::mapping, what)) return std::nullopt;
  std::map<std::string, std::string> result;
  for (const Node::Entry& entry : node.entries) {
    if (auto given = text(entry.value, "\"" + entry.key + "\"")) {
      result.emplace(entry.key, *std::move(given));
    }
  }
  return result;
}

void Inspector::report_word(const Node& node, std::string_view what, std::string_view given,
                            const std::vector<std::string_view>& known) {
  std::string all;
  for (std::size_t i = 0; i < known.size(); ++i) {
    all.append(i == 0 ? "" : i + 1 == known.size() ? " or " : ", ").append(known[i]);
  }
  const std::string_view near = nearest(given, known);
  report(Code::manifest_bad_value, where(node.mark), std::string{what} + " must be " + all,
         near.empty() ? "write one of these words" : "did you mean " + std::string{near} + "?");
}

}  // namespace kvlaunch
