// Helpers of the tests of devvault.yaml.
#include "yaml_text.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace devvault {
namespace {

kvlaunch::Result<Config> parse(const std::string& text) {
  return parse_config("devvault.yaml", "version: 1\n" + text, yaml_now);
}

}  // namespace

Config good(const std::string& text) {
  auto config = parse(text);
  if (config) return std::move(*config);
  for (const auto& error : config.errors()) {
    ADD_FAILURE() << error.message << " (line " << (error.location ? error.location->line : 0)
                  << ")";
  }
  return {};
}

kvlaunch::Errors bad(const std::string& text) {
  auto config = parse(text);
  EXPECT_FALSE(config.ok());
  return config.ok() ? kvlaunch::Errors(1) : std::move(config).errors();
}

std::string manual() {
  std::ifstream file{DEVVAULT_MANUAL};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace devvault
