// From words and KVLAUNCH_* variables to an Invocation.
#include "launcher/cli/invocation.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "launcher/cli/option_table.hpp"
#include "launcher/cli/option_words.hpp"
#include "launcher/yaml/reader.hpp"

namespace kvlaunch {
namespace {

using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

Error usage(std::string message, std::string hint) {
  return Error{.code = Code::usage, .message = std::move(message), .hint = std::move(hint)};
}

std::string variable_of(std::string_view option) {
  std::string name = "KVLAUNCH_" + std::string{option};
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return name;
}

// CLI11 knows the shapes (-mFILE, --x=V, repeated); what a value means is read below.
Result<Values> parse_words(const std::vector<std::string>& words) {
  Values values;
  CLI::App app;
  app.set_help_flag();
  for (const OptionRow& row : option_table) {
    std::string names = "--" + std::string{row.name};
    if (row.letter != 0) names += std::string{",-"} + row.letter;
    auto& target = values[std::string{row.name}];
    if (row.kind == OptionKind::flag) {
      app.add_flag(names + "{true}", target)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else if (row.kind == OptionKind::optional_value) {
      app.add_flag(names + "{*}", target)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else {
      auto* option = app.add_option(names, target)->allow_extra_args(false);
      if (row.kind == OptionKind::value) {
        option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      }
    }
  }
  try {
    std::vector<std::string> reversed{words.rbegin(), words.rend()};
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError&) {
    // CLI11's own text may repeat a value; ours must not.
    return usage("the options cannot be read", "kvlaunch help shows how each is written");
  }
  return values;
}

void add_variables(Values& values, const Environment& environment) {
  for (const OptionRow& row : option_table) {
    auto& target = values[std::string{row.name}];
    const auto value = environment.get_non_empty(variable_of(row.name));
    if (!value || !target.empty()) continue;
    if (row.name == "manifest") {
      std::string_view rest = *value;
      while (!rest.empty()) {
        const auto colon = rest.find(':');
        if (colon != 0) target.emplace_back(rest.substr(0, colon));
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
      }
    } else if (row.kind != OptionKind::repeatable || row.name == "profile") {
      target.emplace_back(*value);
    }
  }
}

// Kubernetes makes such variables for a service that is called kvlaunch.
bool is_service_link(std::string_view name) {
  return name.ends_with("_PORT") || name.find("_PORT_") != std::string_view::npos ||
         name.ends_with("_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string_view::npos;
}

void warn_of_unknown_variables(const Environment& environment, std::vector<std::string>& warnings) {
  std::vector<std::string> known;
  for (const OptionRow& row : option_table) known.push_back(variable_of(row.name));
  const std::vector<std::string_view> candidates{known.begin(), known.end()};
  for (const std::string& entry : environment.entries()) {
    const auto name = Environment::name_of(entry);
    if (!name.starts_with("KVLAUNCH_") || is_service_link(name)) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = yaml::nearest(name, candidates);
    warnings.push_back(std::string{name} + " is no variable of kvlaunch" +
                       (near.empty() ? "" : ": did you mean " + std::string{near} + "?"));
  }
}

// Reads typed values out of the raw ones and collects what is wrong.
class OptionReader {
 public:
  explicit OptionReader(const Values& values) : values_(values) {}

  [[nodiscard]] const std::vector<std::string>& all(std::string_view name) const {
    return values_.find(name)->second;
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    return all(name).empty() ? std::string{} : all(name).back();
  }
  std::optional<bool> flag(std::string_view name) {
    if (all(name).empty()) return std::nullopt;
    const std::string value = text(name);
    if (value == "true" || value == "1") return true;
    if (value == "false" || value == "0") return false;
    refuse(name, "is true, false, 1 or 0");
    return std::nullopt;
  }
  std::optional<NamesOption> names(std::string_view name) {
    if (all(name).empty()) return std::nullopt;
    const std::string value = text(name);
    if (value == "*" || value == "true" || value == "1") return NamesOption{true, {}};
    if (value == "false" || value == "0") return NamesOption{false, {}};
    return NamesOption{true, split_commas(value)};
  }
  template <class T>
  std::optional<T> choice(std::string_view name,
                          std::initializer_list<std::pair<std::string_view, T>> choices) {
    if (all(name).empty()) return std::nullopt;
    std::string listed;
    for (const auto& [word, value] : choices) {
      if (text(name) == word) return value;
      listed.append(listed.empty() ? "" : ", ").append(word);
    }
    refuse(name, "is one of " + listed);
    return std::nullopt;
  }
  std::optional<Milliseconds> duration(std::string_view name) {
    if (all(name).empty()) return std::nullopt;
    auto parsed = parse_duration(text(name));
    if (parsed) return *parsed;
    for (Error error : parsed.errors()) {
      error.code = Code::usage;
      error.message = "--" + std::string{name} + ": " + error.message;
      errors_.push_back(std::move(error));
    }
    return std::nullopt;
  }
  static std::vector<std::string> split_commas(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
      const auto comma = text.find(',');
      if (comma != 0) parts.emplace_back(text.substr(0, comma));
      text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return parts;
  }
  void refuse(std::string_view name, const std::string& what) {
    errors_.push_back(usage("--" + std::string{name} + " " + what,
                            "mend --" + std::string{name} + " or " + variable_of(name)));
  }
  Errors errors_;

 private:
  const Values& values_;
};

void read_options(OptionReader& reader, Invocation& invocation) {
  invocation.manifests = reader.all("manifest");
  for (const std::string& text : reader.all("profile")) {
    for (auto& name : OptionReader::split_commas(text))
      invocation.profiles.push_back(std::move(name));
  }
  invocation.env_assignments = reader.all("env");
  invocation.env_files = reader.all("env-file");
  invocation.vault = reader.text("vault");
  invocation.identity = reader.text("identity");
  invocation.connection_string = reader.text("connection-string");
  invocation.token_format = reader
                                .choice<TokenFormat>("format", {{"raw", TokenFormat::raw},
                                                                {"header", TokenFormat::header},
                                                                {"json", TokenFormat::json}})
                                .value_or(TokenFormat::raw);
  invocation.options = Options{
      .timeout = reader.duration("timeout"),
      .scrub = reader.choice<Scrub>(
          "scrub", {{"secrets", Scrub::secrets}, {"all", Scrub::all}, {"none", Scrub::none}}),
      .keep_env = std::nullopt,
      .preserve_env = reader.names("preserve-env"),
      .clean_env = reader.flag("clean-env"),
      .resolve_env = reader.names("resolve-env"),
      .allow_unresolved = reader.names("allow-unresolved"),
      .notify_ready = reader.flag("notify-ready"),
      .ca_file =
          reader.all("ca-file").empty() ? std::nullopt : std::optional{reader.text("ca-file")},
      .log_format = reader.choice<LogFormat>(
          "log-format", {{"text", LogFormat::text}, {"json", LogFormat::json}})};
  invocation.allow_unsafe_manifest = reader.flag("allow-unsafe-manifest").value_or(false);
  invocation.dry_run = reader.flag("dry-run").value_or(false);
  invocation.online = reader.flag("online").value_or(false);
  invocation.force = reader.flag("force").value_or(false);
  invocation.verbose = reader.flag("verbose").value_or(false);
  invocation.quiet = reader.flag("quiet").value_or(false);
}

void read_scope(OptionReader& reader, Invocation& invocation) {
  const std::string resource = reader.text("resource");
  invocation.scope = reader.text("scope");
  if (!resource.empty() && !invocation.scope.empty()) {
    reader.refuse("resource", "and --scope say the same thing: give one");
  }
  // A resource that ends in '/' keeps it: the audience would differ without (v2 endpoint rule).
  if (!resource.empty()) invocation.scope = resource + "/.default";
}

void refuse_later_options(const Values& values, Errors& errors) {
  for (const OptionRow& row : option_table) {
    if (row.availability == Availability::now) continue;
    const auto& given = values.find(row.name)->second;
    if (given.empty() || given.back() == "false" || given.back() == "0") continue;
    errors.push_back(Error{.code = Code::not_yet,
                           .message = "--" + std::string{row.name} + " comes with a later version",
                           .hint = "leave it out, or unset " + variable_of(row.name)});
  }
}

Result<Command> command_of(const SplitWords& split) {
  const std::string& word = split.command;
  if (word.empty()) {
    if (split.separator == Separator::present) return Command::run;
    if (split.rest.empty()) {
      return usage("no command is given", "kvlaunch run COMMAND, or kvlaunch help");
    }
    std::string line = "kvlaunch run";
    for (const auto& part : split.rest) line += " " + part;
    return usage("'" + split.rest[0] + "' is no command of kvlaunch", line);
  }
  const auto row = std::find_if(command_table.begin(), command_table.end(),
                                [&](const CommandRow& known) { return known.name == word; });
  if (row->availability == Availability::later) {
    return Error{.code = Code::not_yet,
                 .message = "'kvlaunch " + word + "' comes with a later version",
                 .hint = "kvlaunch help lists what is there"};
  }
  constexpr std::array commands{Command::run,   Command::check,   Command::explain, Command::get,
                                Command::token, Command::version, Command::help};
  return commands.at(static_cast<std::size_t>(row - command_table.begin()));
}

Result<void> place_rest(SplitWords split, Invocation& invocation) {
  const bool separated = split.separator == Separator::present;
  switch (invocation.command) {
    case Command::run:
      if (split.rest.empty()) return usage("no COMMAND to run", "kvlaunch run COMMAND [ARG...]");
      invocation.target = std::move(split.rest);
      return {};
    case Command::check:
      if (!separated && !split.rest.empty()) {
        return usage("check takes a target behind --", "kvlaunch check -- " + split.rest[0]);
      }
      invocation.target = std::move(split.rest);
      return {};
    case Command::get:
      if (split.rest.size() != 1) {
        return usage("get takes one reference or name", "kvlaunch get kv://VAULT/NAME");
      }
      invocation.arguments = std::move(split.rest);
      return {};
    case Command::explain:
    case Command::token:
    case Command::version:
    case Command::help:
      if (split.rest.empty()) return {};
      return usage("'" + split.rest[0] + "' stands where nothing is expected", "kvlaunch help");
  }
  return {};
}

}  // namespace

Result<Invocation> read_invocation(const std::vector<std::string>& arguments,
                                   const Environment& environment,
                                   std::vector<std::string>& warnings) {
  auto split = split_words(arguments);
  if (!split) return std::move(split).errors();
  Invocation invocation;
  auto command = command_of(*split);
  if (!command) return std::move(command).errors();
  invocation.command = *command;
  if (invocation.command == Command::help || invocation.command == Command::version) {
    return invocation;
  }

  auto values = parse_words(split->options);
  if (!values) return std::move(values).errors();
  add_variables(*values, environment);
  warn_of_unknown_variables(environment, warnings);

  OptionReader reader{*values};
  read_options(reader, invocation);
  read_scope(reader, invocation);
  refuse_later_options(*values, reader.errors_);
  if (auto placed = place_rest(std::move(*split), invocation); !placed) {
    reader.errors_.push_back(placed.error());
  }
  if (!reader.errors_.empty()) return std::move(reader.errors_);
  return invocation;
}

std::string usage_text() {
  std::string text =
      "usage: kvlaunch COMMAND [options]\n       kvlaunch [options] -- COMMAND [ARG...]\n\n";
  for (const CommandRow& row : command_table) {
    if (row.availability == Availability::later) continue;
    text.append("  ").append(row.name).append(" ").append(row.help).append("\n");
  }
  text +=
      "\noptions (each that is not repeatable has a variable, --clean-env is KVLAUNCH_CLEAN_ENV)\n";
  for (const OptionRow& row : option_table) {
    if (row.availability == Availability::later) continue;
    text += row.letter != 0 ? std::string{"  -"} + row.letter + ", --" : "      --";
    text.append(row.name).append("  ").append(row.help).append("\n");
  }
  return text;
}

}  // namespace kvlaunch
