// Building the tree. Depth is bounded by the limits, so recursion is, too.
#include "launcher/yaml/builder.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "launcher/yaml/traps.hpp"

namespace kvlaunch::yaml {
namespace {

constexpr std::size_t longest_key = 512;  // the longest name of a tag in Key Vault

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Node::Kind kind_of(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::scalar:
      return Node::Kind::scalar;
    case Event::Kind::sequence:
      return Node::Kind::sequence;
    case Event::Kind::mapping:
      return Node::Kind::mapping;
    case Event::Kind::null:
    case Event::Kind::alias:
      break;
  }
  return Node::Kind::null;
}

}  // namespace

TreeBuilder::TreeBuilder(const Excerpts& excerpts, const Limits& limits,
                         const std::vector<Event>& events)
    : excerpts_(excerpts), limits_(limits), events_(events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].anchor != 0 && events[i].kind != Event::Kind::alias)
      anchors_[events[i].anchor] = i;
    if (events[i].kind == Event::Kind::alias) aliased_.insert(events[i].anchor);
  }
}

Reading TreeBuilder::build() {
  Reading reading;
  reading.root = node(0, 0, {});
  reading.problems = std::move(problems_);
  return reading;
}

void TreeBuilder::add(Error error) {
  // What is wrong in an anchored node is said where it stands, not again for each alias.
  if (within_alias()) return;
  if (problems_.size() + 1 == limits_.errors) {
    error.notes.push_back("no more than " + std::to_string(limits_.errors) +
                          " errors of a file are shown");
  }
  if (problems_.size() < limits_.errors) problems_.push_back(std::move(error));
}

void TreeBuilder::add(Code code, const Event& event, std::string message, std::string hint) {
  if (within_alias() || problems_.size() >= limits_.errors) return;
  add(Error{.code = code,
            .message = std::move(message),
            .hint = std::move(hint),
            .location = excerpts_.at(event.mark, 0, Token::hidden)});
}

bool TreeBuilder::is_trap(const Event& event, std::string_view key) {
  if (event.kind == Event::Kind::mapping &&
      begins_template(excerpts_.source().text, event.offset)) {
    add(*problem_with_start(excerpts_, event.mark,
                            std::string_view{excerpts_.source().text}.substr(event.offset)));
    return true;
  }
  if (event.kind == Event::Kind::scalar && !event.quoted) {
    auto problem = problem_with_pointer(excerpts_, event.mark, event.offset, key, event.text);
    if (problem) {
      add(*std::move(problem));
      return true;
    }
  }
  const bool is_leaf = event.kind == Event::Kind::scalar || event.kind == Event::Kind::null;
  if (is_leaf && event.anchor != 0 && !aliased_.contains(event.anchor)) {
    // A password that begins with & would be taken for a name, and what follows it for the value.
    add(Code::manifest_syntax, event, "YAML takes a & for the name of a value, and nothing uses it",
        "quote a value that begins with &, or remove the name");
    return true;
  }
  if (event.tagged) {
    add(Code::manifest_syntax, event, "tags are not used here",
        "quote a value that begins with !, or remove the tag");
    return true;
  }
  return false;
}

Node TreeBuilder::node(std::size_t index, int depth, std::string_view key) {
  const Event& event = events_[index];
  if (within_alias()) {
    ++expanded_nodes_;
    expanded_bytes_ += event.text.size();
  }
  if (event.kind == Event::Kind::alias) return expanded(event, depth);
  Node result;
  result.kind = kind_of(event.kind);
  result.mark = event.mark;
  result.quoted = event.quoted;
  if (is_trap(event, key)) {
    result.reported = true;
    return result;
  }
  result.text = event.text;
  if (event.kind == Event::Kind::sequence) fill_sequence(result, index, depth + 1);
  if (event.kind == Event::Kind::mapping) fill_mapping(result, index, depth + 1);
  return result;
}

Node TreeBuilder::expanded(const Event& alias, int depth) {
  Node nothing;
  nothing.mark = alias.mark;
  nothing.reported = true;
  if (expansion_stopped_) return nothing;
  const std::size_t target = anchors_.at(alias.anchor);
  const std::size_t self = static_cast<std::size_t>(&alias - events_.data());
  if (target < self && self < events_[target].next) {
    add(Code::manifest_alias, alias, "an alias within its own anchor", "write the value out");
    return nothing;
  }
  if (depth > limits_.depth) {
    expansion_stopped_ = true;
    expanding_.clear();
    add(Code::manifest_too_deep, alias,
        "aliases nest deeper than " + std::to_string(limits_.depth) + " levels",
        "write the file flatter");
    return nothing;
  }
  expanding_.push_back(target);
  Node copy = node(target, depth, {});
  if (!expanding_.empty()) expanding_.pop_back();
  if (!expansion_stopped_ &&
      (expanded_nodes_ > limits_.expanded_nodes || expanded_bytes_ > limits_.bytes)) {
    expansion_stopped_ = true;
    expanding_.clear();
    add(Code::manifest_alias, alias,
        "aliases expand to more than " + std::to_string(limits_.expanded_nodes) + " values or " +
            std::to_string(limits_.bytes / 1024) + " KiB",
        "write the values out where they are used");
  }
  return copy;
}

void TreeBuilder::fill_sequence(Node& result, std::size_t index, int depth) {
  for (std::size_t i = index + 1; i < events_[index].next; i = events_[i].next) {
    result.items.push_back(node(i, depth, {}));
    if (expanded_nodes_ > limits_.expanded_nodes) break;
  }
}

bool TreeBuilder::is_key(const Event& event) {
  if (event.kind != Event::Kind::scalar || event.tagged) {
    add(Code::manifest_syntax, event, "a key must be plain text",
        event.kind == Event::Kind::null ? "write the key before the colon, quoted if it is a word "
                                          "that YAML takes for nothing"
                                        : "quote the value if it is not meant as a mapping");
    return false;
  }
  if (event.text.size() > longest_key || has_control(event.text)) {
    // Keys stand in messages as they are.
    add(Code::manifest_syntax, event, "a key that is no name",
        "keys hold at most " + std::to_string(longest_key) + " bytes and no control characters");
    return false;
  }
  if (!event.quoted && event.text.find('=') != std::string::npos) {
    add(Code::manifest_syntax, event, "an = in a key",
        "write KEY: VALUE with a colon, or quote the key");
    return false;
  }
  if (event.text == "<<" && !event.quoted) {
    add(Code::manifest_syntax, event, "merge keys are not supported",
        "use include for what is shared");
    return false;
  }
  return true;
}

bool TreeBuilder::is_written(const Event& value, std::size_t key) const {
  if (value.kind != Event::Kind::null || value.anchor != 0 || value.tagged) return true;
  const std::size_t behind = value.next;
  if (behind < events_.size() && events_[behind].offset == value.offset) return false;
  if (value.offset <= events_[key].offset) return false;
  constexpr std::array<std::string_view, 4> words{"~", "null", "Null", "NULL"};
  const std::string_view text = std::string_view{excerpts_.source().text};
  return value.offset < text.size() &&
         std::any_of(words.begin(), words.end(), [&](std::string_view word) {
           return text.substr(value.offset).starts_with(word);
         });
}

bool TreeBuilder::is_lone_text(const Event& key, const Event& value) {
  if (value.kind != Event::Kind::null || key.kind != Event::Kind::scalar || key.tagged ||
      has_colon_behind(excerpts_.source().text, key.offset, key.text)) {
    return false;
  }
  add(Code::manifest_syntax, key, "a text that is neither a key nor a value",
      "write { KEY: VALUE }, with a blank behind the colon");
  return true;
}

void TreeBuilder::fill_mapping(Node& result, std::size_t index, int depth) {
  std::unordered_map<std::string_view, int> lines;
  const std::size_t end = events_[index].next;
  for (std::size_t i = index + 1; i < end;) {
    const Event& key = events_[i];
    const std::size_t value = key.next;
    if (within_alias()) expanded_bytes_ += key.text.size();
    const bool usable = !is_lone_text(key, events_[value]) && is_key(key);
    Node content = usable ? node(value, depth, key.text) : Node{};
    // The parser puts a value that is not there where the next token is: often on another line.
    if (!is_written(events_[value], i)) content.mark = key.mark;
    i = events_[value].next;
    if (!usable) {
      result.reported = true;
      continue;
    }
    const auto known = lines.find(key.text);
    if (known != lines.end()) {
      add(Code::manifest_duplicate_key, key,
          "\"" + key.text + "\" stands twice: first in line " + std::to_string(known->second),
          "remove one of the two");
      continue;
    }
    lines.emplace(key.text, key.mark.line);
    result.entries.push_back(
        Node::Entry{.key = key.text, .key_mark = key.mark, .value = std::move(content)});
    if (expanded_nodes_ > limits_.expanded_nodes) break;
  }
}

}  // namespace kvlaunch::yaml
