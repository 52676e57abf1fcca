// Every command of kvlaunch, as data: the splitter and the help read this.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kvlaunch {

enum class Command { run, check, explain, get, token, doctor, version, help };

struct CommandRow {
  std::string_view name;
  std::string_view help;
  std::optional<Command> command = std::nullopt;  // absent: a later version brings it
};

inline constexpr auto command_table = std::to_array<CommandRow>({
    {"run", "[--] COMMAND [ARG...]: resolve, then become COMMAND", Command::run},
    {"check", "[-- COMMAND]: is everything right; offline", Command::check},
    {"explain", "what would be fetched and delivered; offline, never values", Command::explain},
    {"get", "REFERENCE|NAME: one value to stdout, byte-exact", Command::get},
    {"token", "[--resource URL|--scope S]: an access token", Command::token},
    {"doctor", "tries every identity and every step of the way; says what to do", Command::doctor},
    {"version", "the version", Command::version},
    {"help", "this text", Command::help},
    {"render", "TEMPLATE|-"},
    {"import", "FORMAT FILE"},
    {"reload", "[PID]"},
    {"install", "--to PATH"},
    {"serve-credentials", "for systemd"},
    {"schema", "of the manifest"},
    {"completion", "SHELL"},
});

inline const CommandRow* command_named(std::string_view word) {
  const auto* const row = std::find_if(command_table.begin(), command_table.end(),
                                       [&](const CommandRow& known) { return known.name == word; });
  return row == command_table.end() ? nullptr : row;
}

constexpr std::string_view name_of(Command command) {
  for (const CommandRow& row : command_table) {
    if (row.command == command) return row.name;
  }
  return {};
}

// The commands that take an option: one bit each.
using CommandSet = std::uint32_t;

template <class... Commands>
constexpr CommandSet commands(Commands... of) {
  return ((CommandSet{1} << static_cast<unsigned>(of)) | ...);
}

constexpr bool has(CommandSet set, Command command) {
  return (set & commands(command)) != 0;
}

}  // namespace kvlaunch
