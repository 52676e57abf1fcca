// The table of keys against the manual.
#include <fstream>
#include <iterator>
#include <set>

#include "launcher/manifest/keys.hpp"
#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

std::string manual() {
  std::ifstream file{KVLAUNCH_DOCS_DIRECTORY "/manifest.md"};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// The table of the manual that stands behind <!-- keys: PLACE -->.
std::string section(const std::string& text, const std::string& place) {
  const std::size_t begin = text.find("<!-- keys: " + place + " -->");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find("\n\n", begin) - begin);
}

// The first column of the section's table.
std::set<std::string> documented(const std::string& place) {
  const std::string text = section(manual(), place);
  std::set<std::string> keys;
  for (std::size_t at = text.find("\n| `"); at != std::string::npos;
       at = text.find("\n| `", at + 1)) {
    const std::size_t begin = at + 4;
    keys.insert(text.substr(begin, text.find('`', begin) - begin));
  }
  return keys;
}

TEST(ManifestKeys, stand_in_the_manual_each_in_the_table_of_its_place) {
  std::set<std::string> places;
  for (const KeyRow& row : manifest_keys()) places.insert(std::string{row.place});
  for (const std::string& place : places) {
    std::set<std::string> keys;
    for (const std::string_view key : keys_of(place)) keys.insert(std::string{key});
    EXPECT_EQ(documented(place), keys) << place;
  }
}

TEST(ManifestKeys, are_unique_within_their_place) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const KeyRow& row : manifest_keys()) {
    EXPECT_TRUE(seen.emplace(row.place, row.key).second) << row.place << " " << row.key;
  }
}

}  // namespace
}  // namespace kvlaunch::test
