// Typed values out of YAML nodes; what is wrong is collected, with its place, and never thrown.
//
// Every reading function returns nothing where it has reported a problem (or where the YAML reader
// has), so that callers go on with the rest of the file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"
#include "launcher/manifest/manifest.hpp"
#include "launcher/yaml/reader.hpp"

namespace kvlaunch {

class Inspector {
 public:
  // All three outlive the inspector. `environment` is what {{ env("NAME") }} sees.
  Inspector(const yaml::Excerpts& excerpts, const Environment& environment, Errors& problems);
  // The same for parts of the file whose values never show: env, identities.
  [[nodiscard]] Inspector hiding_values() const;

  [[nodiscard]] Location where(yaml::Mark mark, int width = 0) const;
  [[nodiscard]] Location where_key(const yaml::Node::Entry& entry) const;
  [[nodiscard]] const std::string& file() const { return excerpts_.source().file; }

  void report(Error error);
  void report(Code code, Location location, std::string message, std::string hint);
  // Gives an error without location the place of `node`.
  void report_at(const yaml::Node& node, Error error);

  // Is it a mapping, list or scalar? Reports what it is instead, "WHAT must be ...".
  bool expect(const yaml::Node& node, yaml::Node::Kind kind, std::string_view what,
              std::string_view hint = {});
  // Reports every key that `place` does not have, and those that come later as "not yet".
  void check_keys(const yaml::Node& mapping, std::string_view place);

  // A scalar as written. An empty one is fine.
  std::optional<std::string> text(const yaml::Node& node, std::string_view what);
  // The same with {{ env("NAME") }} expanded; neither empty nor with control characters.
  std::optional<std::string> setting(const yaml::Node& node, std::string_view what);
  std::optional<bool> boolean(const yaml::Node& node, std::string_view what);
  std::optional<Milliseconds> duration(const yaml::Node& node, std::string_view what);
  std::optional<std::vector<std::string>> list(const yaml::Node& node, std::string_view what);
  // A list whose members are names of variables.
  std::optional<std::vector<std::string>> variables(const yaml::Node& node, std::string_view what);
  std::optional<NamesOption> switch_or_variables(const yaml::Node& node, std::string_view what);
  std::optional<std::map<std::string, std::string>> text_map(const yaml::Node& node,
                                                             std::string_view what);
  // One of a few words.
  template <class T>
  std::optional<T> word(const yaml::Node& node, std::string_view what,
                        const std::vector<std::pair<std::string_view, T>>& words) {
    const auto given = text(node, what);
    if (!given) return std::nullopt;
    std::vector<std::string_view> known;
    for (const auto& row : words) {
      if (row.first == *given) return row.second;
      known.push_back(row.first);
    }
    report_word(node, what, *given, known);
    return std::nullopt;
  }

  // Sets `target` where `mapping` has `key` and its value can be read by `read`.
  template <class T, class Read>
  void take(const yaml::Node& mapping, std::string_view key, std::optional<T>& target,
            Read&& read) {
    const yaml::Node* node = mapping.find(key);
    if (node == nullptr) return;
    if (auto value = read(*node)) target = std::move(value);
  }

 private:
  void report_word(const yaml::Node& node, std::string_view what, std::string_view given,
                   const std::vector<std::string_view>& known);

  const yaml::Excerpts& excerpts_;
  const Environment& environment_;
  Errors& problems_;
  yaml::Token token_ = yaml::Token::shown;
};

}  // namespace kvlaunch
