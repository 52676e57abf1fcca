// Every option of kvlaunch, as data: the splitter, CLI11, the variables and the help read this.
#pragma once

#include <array>
#include <string_view>

#include "launcher/cli/command_table.hpp"

namespace kvlaunch {

enum class OptionKind {
  flag,            // --x, or --x=true|false
  value,           // --x VALUE or --x=VALUE
  repeatable,      // the same, several times
  optional_value,  // --x or --x=VALUE
};

enum class Availability { now, later };

namespace takers {
inline constexpr auto run = commands(Command::run);
inline constexpr auto start = commands(Command::run, Command::check, Command::explain);
inline constexpr auto values = start | commands(Command::get);
inline constexpr auto all = values | commands(Command::token, Command::doctor);
inline constexpr auto online = commands(Command::check, Command::explain);
inline constexpr auto token = commands(Command::token);
inline constexpr auto doctor = commands(Command::doctor);
inline constexpr auto formatted = token | doctor;
inline constexpr auto vault = values | doctor;
inline constexpr auto printing = commands(Command::get, Command::token);
}  // namespace takers

struct OptionRow {
  std::string_view name;  // without dashes
  char letter;            // 0: none
  OptionKind kind;
  CommandSet takers;  // as words; a KVLAUNCH_ variable is there for whichever command it concerns
  std::string_view help;
  Availability availability = Availability::now;
};

inline constexpr auto option_table = std::to_array<OptionRow>({
    {"manifest", 'm', OptionKind::repeatable, takers::all, "FILE: a manifest; later ones win"},
    {"profile", 'p', OptionKind::repeatable, takers::all, "NAME[,NAME]: profiles; none gives none"},
    {"env", 'e', OptionKind::repeatable, takers::values, "NAME=VALUE, as in env:"},
    {"env-file", 0, OptionKind::repeatable, takers::values, "FILE: dotenv, values as in env:"},
    {"vault", 0, OptionKind::value, takers::vault, "NAME: the default vault"},
    {"identity", 0, OptionKind::value, takers::all,
     "NAME: replaces every identity of the manifest"},
    {"connection-string", 0, OptionKind::value, takers::all,
     "TEXT: as AzureServicesAuthConnectionString"},
    {"resolve-env", 0, OptionKind::optional_value, takers::start,
     "[=NAMES]: resolve inherited references"},
    {"allow-unresolved", 0, OptionKind::optional_value, takers::start,
     "[=NAMES]: hand them on as they are"},
    {"timeout", 0, OptionKind::value, takers::all, "DURATION: for everything before exec (80s)"},
    {"scrub", 0, OptionKind::value, takers::all,
     "secrets|all|none: what of kvlaunch's own credentials goes"},
    {"preserve-env", 0, OptionKind::optional_value, takers::start,
     "[=NAMES]: inherited values win"},
    {"clean-env", 0, OptionKind::flag, takers::start, "start from an empty environment"},
    {"allow-unsafe-manifest", 0, OptionKind::flag, takers::all, "take a manifest others may write"},
    {"notify-ready", 0, OptionKind::flag, takers::start, "READY=1 to systemd just before exec"},
    {"dry-run", 0, OptionKind::flag, takers::run, "fetch and verify everything, start nothing"},
    {"online", 0, OptionKind::flag, takers::online,
     "check, explain: ask the vault for versions and dates"},
    {"ca-file", 0, OptionKind::value, takers::all, "FILE: trusted beside the system's roots"},
    {"resource", 0, OptionKind::value, takers::token, "token: URL of the service"},
    {"scope", 0, OptionKind::value, takers::token, "token: scope, ending in /.default"},
    {"format", 0, OptionKind::value, takers::formatted,
     "token: raw|header|json; --whoami, doctor: text|json"},
    {"whoami", 0, OptionKind::flag, takers::token, "token: who it is for, and not the token"},
    {"secret", 0, OptionKind::value, takers::doctor, "doctor: REFERENCE|NAME to read"},
    {"force", 0, OptionKind::flag, takers::printing, "get, token: print to a terminal too"},
    {"verbose", 'v', OptionKind::flag, takers::all, "a line for each decision"},
    {"quiet", 'q', OptionKind::flag, takers::all, "errors only"},
    {"log-format", 0, OptionKind::value, takers::all, "text|json"},
    {"init", 0, OptionKind::flag, takers::start, "stay as init", Availability::later},
    {"watch", 0, OptionKind::flag, takers::start, "stay and follow rotations", Availability::later},
    {"mask", 0, OptionKind::flag, takers::start, "mask values in the output", Availability::later},
    {"process-group", 0, OptionKind::flag, takers::start, "a process group for the target",
     Availability::later},
});

// Repeatable options have no variable, save those whose values can be listed in one text.
constexpr bool has_variable(const OptionRow& row) {
  return row.kind != OptionKind::repeatable || row.name == "manifest" || row.name == "profile";
}

}  // namespace kvlaunch
