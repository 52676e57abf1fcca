// Typed values out of YAML nodes, and every problem with them, each at its place.
//
// Values of devvault.yaml are stand-ins, but may have been copied from a real vault: messages and
// excerpts show keys, and values only where they cannot be secrets.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devvault/config.hpp"
#include "launcher/base/error.hpp"
#include "launcher/yaml/reader.hpp"

namespace devvault {

using kvlaunch::yaml::Node;

class ConfigReader {
 public:
  // `source` must outlive it. Relative times count from `now`.
  ConfigReader(const kvlaunch::yaml::Source& source, WallTime now) : excerpts_(source), now_(now) {}

  // Each reports and returns nothing when the node is not what is wanted. `what` names the thing in
  // messages: the path of keys, as "vaults.contoso-dev.secrets".
  std::optional<std::string> text(const Node& node, const std::string& what);
  std::optional<bool> boolean(const Node& node, const std::string& what);
  std::optional<std::int64_t> integer(const Node& node, const std::string& what, std::int64_t low,
                                      std::int64_t high);
  // A number and ms, s, m, h or d.
  std::optional<Milliseconds> duration(const Node& node, const std::string& what);
  // A date ("2030-01-01", "2030-01-01T00:00:00Z"), or a duration from now, negative ones included.
  std::optional<WallTime> time(const Node& node, const std::string& what);
  // 8-4-4-4-12 hex digits; lower-cased.
  std::optional<std::string> guid(const Node& node, const std::string& what);
  std::optional<std::string> choice(const Node& node, const std::string& what,
                                    std::initializer_list<std::string_view> choices);

  // False, and reported, unless the node is a mapping. Keys other than these are reported too, but
  // the rest of the mapping can still be read.
  bool mapping(const Node& node, const std::string& what,
               std::initializer_list<std::string_view> keys);
  bool any_mapping(const Node& node, const std::string& what);
  // The items of a sequence; nullptr, and reported, for anything else.
  const std::vector<Node>* list(const Node& node, const std::string& what);
  std::vector<std::string> texts(const Node& node, const std::string& what);

  void problem_with_key(kvlaunch::Code code, const Node::Entry& entry, std::string message,
                        std::string hint);
  // Nothing happens if the YAML reader has already said what is wrong with that node. The value
  // itself is hidden in the excerpt, unless it is a setting that cannot be a secret.
  void problem(kvlaunch::Code code, const Node& node, std::string message, std::string hint,
               kvlaunch::yaml::Token token = kvlaunch::yaml::Token::hidden);
  void problem_in_file(kvlaunch::Code code, std::string message, std::string hint);
  // A hint: "did you mean X?", or the list of what there is.
  static std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

  // Problems found elsewhere, by the YAML reader.
  void add(kvlaunch::Errors problems);
  // In the order of the file.
  kvlaunch::Errors take_errors();
  [[nodiscard]] const std::string& file() const { return excerpts_.source().file; }
  [[nodiscard]] WallTime now() const { return now_; }

 private:
  kvlaunch::yaml::Excerpts excerpts_;
  WallTime now_;
  kvlaunch::Errors errors_;
};

// Without a node to blame: nothing if `text` is none.
std::optional<Milliseconds> parse_duration(std::string_view text);
std::optional<WallTime> parse_date(std::string_view text);

}  // namespace devvault
