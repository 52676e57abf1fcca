// Every option of kvlaunch, as data: the splitter, CLI11, the variables and the help read this.
#pragma once

#include <array>
#include <string_view>

namespace kvlaunch {

enum class OptionKind {
  flag,            // --x, or --x=true|false
  value,           // --x VALUE or --x=VALUE
  repeatable,      // the same, several times
  optional_value,  // --x or --x=VALUE
};

enum class Availability { now, later };

struct OptionRow {
  std::string_view name;  // without dashes
  char letter;            // 0: none
  OptionKind kind;
  std::string_view help;
  Availability availability = Availability::now;
};

inline constexpr auto option_table = std::to_array<OptionRow>({
    {"manifest", 'm', OptionKind::repeatable, "FILE: a manifest; later ones win"},
    {"profile", 'p', OptionKind::repeatable, "NAME[,NAME]: profiles; none gives none"},
    {"env", 'e', OptionKind::repeatable, "NAME=VALUE, as in env:"},
    {"env-file", 0, OptionKind::repeatable, "FILE: dotenv, values as in env:"},
    {"vault", 0, OptionKind::value, "NAME: the default vault"},
    {"identity", 0, OptionKind::value, "NAME: replaces every identity of the manifest"},
    {"connection-string", 0, OptionKind::value, "TEXT: as AzureServicesAuthConnectionString"},
    {"resolve-env", 0, OptionKind::optional_value, "[=NAMES]: resolve inherited references"},
    {"allow-unresolved", 0, OptionKind::optional_value, "[=NAMES]: hand them on as they are"},
    {"timeout", 0, OptionKind::value, "DURATION: for everything before exec (80s)"},
    {"scrub", 0, OptionKind::value, "secrets|all|none: what of kvlaunch's own credentials goes"},
    {"preserve-env", 0, OptionKind::optional_value, "[=NAMES]: inherited values win"},
    {"clean-env", 0, OptionKind::flag, "start from an empty environment"},
    {"allow-unsafe-manifest", 0, OptionKind::flag, "take a manifest others may write"},
    {"notify-ready", 0, OptionKind::flag, "READY=1 to systemd just before exec"},
    {"dry-run", 0, OptionKind::flag, "fetch and verify everything, start nothing"},
    {"online", 0, OptionKind::flag, "check, explain: ask the vault for versions and dates"},
    {"ca-file", 0, OptionKind::value, "FILE: trusted beside the system's roots"},
    {"resource", 0, OptionKind::value, "token: URL of the service"},
    {"scope", 0, OptionKind::value, "token: scope, ending in /.default"},
    {"format", 0, OptionKind::value, "token: raw|header|json"},
    {"force", 0, OptionKind::flag, "get, token: print to a terminal too"},
    {"verbose", 'v', OptionKind::flag, "a line for each decision"},
    {"quiet", 'q', OptionKind::flag, "errors only"},
    {"log-format", 0, OptionKind::value, "text|json"},
    {"init", 0, OptionKind::flag, "stay as init", Availability::later},
    {"watch", 0, OptionKind::flag, "stay and follow rotations", Availability::later},
    {"mask", 0, OptionKind::flag, "mask values in the output", Availability::later},
    {"process-group", 0, OptionKind::flag, "a process group for the target", Availability::later},
    {"whoami", 0, OptionKind::flag, "token: who it is for", Availability::later},
});

struct CommandRow {
  std::string_view name;
  std::string_view help;
  Availability availability = Availability::now;
};

inline constexpr auto command_table = std::to_array<CommandRow>({
    {"run", "[--] COMMAND [ARG...]: resolve, then become COMMAND"},
    {"check", "[-- COMMAND]: is everything right; offline"},
    {"explain", "what would be fetched and delivered; offline, never values"},
    {"get", "REFERENCE|NAME: one value to stdout, byte-exact"},
    {"token", "[--resource URL|--scope S]: an access token"},
    {"version", "the version"},
    {"help", "this text"},
    {"render", "TEMPLATE|-", Availability::later},
    {"doctor", "tries every identity and path", Availability::later},
    {"import", "FORMAT FILE", Availability::later},
    {"reload", "[PID]", Availability::later},
    {"install", "--to PATH", Availability::later},
    {"serve-credentials", "for systemd", Availability::later},
    {"schema", "of the manifest", Availability::later},
    {"completion", "SHELL", Availability::later},
});

}  // namespace kvlaunch
