// Reading /etc/passwd and /etc/group for one question.
#include "launcher/process/owner.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launcher/base/descriptor.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t max_database_bytes = 1024 * 1024;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    pieces.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return pieces;
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Empty if there is no such file; nothing if it cannot be read or is larger than any real one.
std::optional<std::string> read_database(const char* path) {
  const Descriptor file{::open(path, O_RDONLY | O_CLOEXEC)};
  if (!file.valid()) return errno == ENOENT ? std::optional<std::string>{""} : std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t length = 0;
  while ((length = ::read(file.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(length));
    if (text.size() > max_database_bytes) return std::nullopt;
  }
  return length == 0 ? std::optional{text} : std::nullopt;
}

}  // namespace

bool is_private_group(uid_t user, gid_t group, std::string_view passwd, std::string_view groups) {
  // passwd(5): name, password, uid, gid, ...
  std::string_view user_name;
  bool primary = false;
  for (const std::string_view line : split(passwd, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 4) continue;
    const bool same_group = number(fields[3]) == group;
    if (number(fields[2]) == user) {
      user_name = fields[0];
      primary = same_group;
    } else if (same_group) {
      return false;
    }
  }
  if (user_name.empty() ? group != user : !primary) return false;

  // group(5): name, password, gid, members.
  for (const std::string_view line : split(groups, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 4 || number(fields[2]) != group) continue;
    if (!user_name.empty() && fields[0] != user_name) return false;
    const auto members = split(fields[3], ',');
    return std::all_of(members.begin(), members.end(), [&](std::string_view member) {
      return member.empty() || member == user_name;
    });
  }
  return true;
}

Owner current_owner() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  const auto passwd = read_database("/etc/passwd");
  const auto groups = read_database("/etc/group");
  const bool is_private = passwd && groups && is_private_group(user, group, *passwd, *groups);
  return Owner{user, group, is_private};
}

}  // namespace kvlaunch
