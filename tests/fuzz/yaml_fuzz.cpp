// YAML: bounded whatever comes, and every problem has its place.
#include "launcher/yaml/reader.hpp"
#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const yaml::Source source{.file = "fuzz.yaml", .text = std::string{fuzz::text_of(data, size)}};
  const auto root = yaml::read(source);
  if (root) return 0;
  require(!root.errors().empty());
  for (const auto& error : root.errors()) {
    require(error.location.has_value() && error.location->file == source.file);
  }
  return 0;
}
