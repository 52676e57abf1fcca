// JSON: what is accepted can be walked, and its compact form is accepted again and stays the same.
#include "launcher/base/json.hpp"

#include "tests/fuzz/require.hpp"

using namespace kvlaunch;
using fuzz::require;

namespace {

void walk(const Json& json) {
  if (json.type() == Json::Type::string) require(json.secret().has_value());
  for (const auto& element : json.elements()) walk(element);
  for (const auto& [name, value] : json.members()) {
    require(json.member(name).has_value());
    walk(value);
  }
  require(json.integer().has_value() <=
          (json.type() == Json::Type::number || json.type() == Json::Type::string));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(fuzz::text_of(data, size));
  if (!json) return 0;
  walk(*json);
  const auto compact = json->compact();
  const auto again = Json::parse(compact.reveal());
  require(again.ok());
  require(again->compact().equals(compact.reveal()));
  return 0;
}
