// Which part of a manifest is `env` and `env-from`: what is wrong there leaves the rest whole.
#pragma once

#include <vector>

#include "launcher/base/error.hpp"
#include "launcher/yaml/node.hpp"

namespace kvlaunch {

class EnvSpans {
 public:
  // Those of the top and of the profiles.
  explicit EnvSpans(const yaml::Node& root);
  [[nodiscard]] bool cover(const Location& place) const;

 private:
  struct Span {
    yaml::Mark begin;
    yaml::Mark end;  // of what stands behind it
  };
  void add(const yaml::Node& layer, yaml::Mark end);

  std::vector<Span> spans_;
};

}  // namespace kvlaunch
