// Putting JSON bodies together member by member, in the order Azure writes them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace devvault {

class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, std::int64_t value);
  JsonObject& boolean(std::string_view name, bool value);
  // `json` is a complete JSON value.
  JsonObject& raw(std::string_view name, std::string_view json);
  JsonObject& texts(std::string_view name, const std::map<std::string, std::string>& members);

  [[nodiscard]] std::string str() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

// Each element is a complete JSON value.
std::string json_array(const std::vector<std::string>& elements);
std::string json_texts(const std::vector<std::string>& texts);

}  // namespace devvault
