// Settings: text without tags comes back, and an error never shows what stands in quotes.
#include <string>

#include "launcher/base/utf8.hpp"
#include "templates/setting.hpp"
#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  Environment environment;
  environment.set("A", "value of A");
  const auto result = expand_setting(text, environment);
  if (!has_template_tag(text) && is_utf8(text)) {
    require(result.ok());
    require(text.find('\r') != std::string_view::npos || *result == text);
  }
  if (!result) {
    const auto& where = result.error().location;
    require(where.has_value() && where->line >= 1 && where->column >= 1);
    require(where->excerpt.find('\n') == std::string::npos);
    require(where->excerpt.size() < 1024);
  }
  return 0;
}
