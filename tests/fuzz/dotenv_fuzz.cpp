// Dotenv: names keep to their alphabet, errors to their places.
#include "launcher/manifest/dotenv.hpp"

#include <algorithm>

#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto entries = parse_dotenv("fuzz.env", text);
  const auto lines =
      1 + std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  if (!entries) {
    for (const auto& error : entries.errors()) {
      require(error.location && error.location->line <= lines);
    }
    return 0;
  }
  for (const auto& entry : *entries) {
    require(!entry.name.empty() && entry.line >= 1 && entry.line <= lines && entry.column >= 1);
    require(entry.value.reveal().size() <= text.size());
  }
  return 0;
}
