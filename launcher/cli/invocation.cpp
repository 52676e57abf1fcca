// From words and KVLAUNCH_* variables to an Invocation.
#include "launcher/cli/invocation.hpp"

#include <algorithm>
#include <set>

#include "launcher/base/nearest.hpp"
#include "launcher/cli/identity_options.hpp"
#include "launcher/cli/option_table.hpp"
#include "launcher/cli/option_values.hpp"
#include "launcher/cli/option_words.hpp"
#include "launcher/cli/usage_error.hpp"

namespace kvlaunch {
namespace {

// Reads typed values out of the raw ones and collects what is wrong.
class OptionReader {
 public:
  // `by_variable`: the options that a variable has set.
  OptionReader(const OptionValues& values, std::set<std::string, std::less<>> by_variable)
      : values_(values), by_variable_(std::move(by_variable)) {}

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
    auto listed = split_commas(value);
    for (const std::string& one : listed) {
      if (!is_variable_name(one)) refuse(name, "takes names of variables, separated by commas");
    }
    return NamesOption{true, std::move(listed)};
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
      error.message = said_by(name) + ": " + error.message;
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
    errors_.push_back(usage_error(said_by(name) + " " + what, "mend " + said_by(name)));
  }
  [[nodiscard]] std::string said_by(std::string_view name) const {
    return by_variable_.contains(name) ? variable_of(name) : "--" + std::string{name};
  }
  Errors errors_;

 private:
  const OptionValues& values_;
  std::set<std::string, std::less<>> by_variable_;
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
  invocation.format = reader.choice<OutputFormat>("format", {{"raw", OutputFormat::raw},
                                                             {"header", OutputFormat::header},
                                                             {"json", OutputFormat::json},
                                                             {"text", OutputFormat::text}});
  invocation.secret = reader.text("secret");
  invocation.whoami = reader.flag("whoami").value_or(false);
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

void refuse_later_options(const OptionValues& values, Errors& errors) {
  for (const OptionRow& row : option_table) {
    if (row.availability == Availability::now) continue;
    const auto& given = values.find(row.name)->second;
    if (given.empty() || given.back() == "false" || given.back() == "0") continue;
    errors.push_back(Error{.code = Code::not_yet,
                           .message = "--" + std::string{row.name} + " comes with a later version",
                           .hint = "leave it out, or unset " + variable_of(row.name)});
  }
}

// Options are not repeated: their values may be secret.
Error no_command(const SplitWords& split) {
  const std::string message = "'" + split.rest[0] + "' is no command of kvlaunch";
  if (!split.options.empty()) {
    return usage_error(message, "put -- before it: kvlaunch [options] -- " + split.rest[0]);
  }
  std::string line = "kvlaunch run";
  for (const auto& part : split.rest) line += " " + part;
  std::vector<std::string_view> known;
  for (const CommandRow& row : command_table) known.push_back(row.name);
  const auto near = nearest(split.rest[0], known);
  if (near.empty()) return usage_error(message, line);
  return usage_error(message, "did you mean kvlaunch " + std::string{near} +
                                  "? To run a program of that name: " + line);
}

Result<Command> command_of(const SplitWords& split) {
  const std::string& word = split.command;
  if (word.empty()) {
    if (split.separator == Separator::present) return Command::run;
    if (split.rest.empty()) {
      return usage_error("no command is given", "kvlaunch run COMMAND, or kvlaunch help");
    }
    if (command_named(split.rest[0]) != nullptr) {
      return usage_error(
          "options stand before '" + split.rest[0] + "'",
          "options come after the command: kvlaunch " + split.rest[0] + " [options] ...");
    }
    return no_command(split);
  }
  const CommandRow* row = command_named(word);
  if (row == nullptr || !row->command) {
    return Error{.code = Code::not_yet,
                 .message = "'kvlaunch " + word + "' comes with a later version",
                 .hint = "kvlaunch help lists what is there"};
  }
  return *row->command;
}

// "resolve-env" where the last option was --resolve-env: its names may have been meant to follow.
std::string value_less_option(const std::vector<std::string>& options) {
  for (const OptionRow& row : option_table) {
    if (row.kind == OptionKind::optional_value && !options.empty() &&
        options.back() == "--" + std::string{row.name}) {
      return std::string{row.name};
    }
  }
  return {};
}

Error too_much_for_get(const std::vector<std::string>& words) {
  const auto option =
      std::find_if(words.begin(), words.end(), [](const auto& word) { return word[0] == '-'; });
  if (words.empty() || option == words.begin() || option == words.end()) {
    return usage_error("get takes one reference or name", "kvlaunch get kv://VAULT/NAME");
  }
  // Its value may be a secret and is not repeated.
  const std::string name = option->substr(0, option->find('='));
  return usage_error("options stand before the reference",
                     "kvlaunch get " + name + " ... REFERENCE");
}

Result<void> place_rest(SplitWords split, Invocation& invocation) {
  const bool separated = split.separator == Separator::present;
  switch (invocation.command) {
    case Command::run:
      if (split.rest.empty())
        return usage_error("no COMMAND to run", "kvlaunch run COMMAND [ARG...]");
      if (!separated) invocation.value_less = value_less_option(split.options);
      invocation.target = std::move(split.rest);
      return {};
    case Command::check:
      if (!separated && !split.rest.empty()) {
        return usage_error("check takes a target behind --", "kvlaunch check -- " + split.rest[0]);
      }
      invocation.target = std::move(split.rest);
      return {};
    case Command::get:
      if (split.rest.size() != 1) return too_much_for_get(split.rest);
      invocation.arguments = std::move(split.rest);
      return {};
    case Command::explain:
    case Command::token:
    case Command::doctor:
    case Command::version:
    case Command::help:
      if (split.rest.empty()) return {};
      return usage_error("'" + split.rest[0] + "' stands where nothing is expected",
                         "kvlaunch help");
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

  auto values = parse_words(split->options, invocation.command);
  if (!values) return std::move(values).errors();
  invocation.names_manifest = !values->find("manifest")->second.empty();
  auto settled =
      settle_identity(values->find("identity")->second, values->find("connection-string")->second,
                      environment, invocation);
  auto by_variable = add_variables(*values, environment);
  warn_of_unknown_variables(environment, warnings);

  OptionReader reader{*values, std::move(by_variable)};
  read_options(reader, invocation);
  read_scope(reader, invocation);
  refuse_later_options(*values, reader.errors_);
  if (!settled) reader.errors_.push_back(settled.error());
  if (auto placed = place_rest(std::move(*split), invocation); !placed) {
    reader.errors_.push_back(placed.error());
  }
  if (!reader.errors_.empty()) return std::move(reader.errors_);
  return invocation;
}

LogFormat log_format_wanted(const std::vector<std::string>& arguments,
                            const Environment& environment) {
  constexpr std::string_view option = "--log-format";
  std::optional<std::string_view> wanted = environment.get(variable_of(option.substr(2)));
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string_view word = arguments[i];
    if (word == option && i + 1 < arguments.size()) {
      wanted = arguments[i + 1];
    } else if (word.starts_with(option) && word.substr(option.size()).starts_with("=")) {
      wanted = word.substr(option.size() + 1);
    }
  }
  return wanted == "json" ? LogFormat::json : LogFormat::text;
}

std::string usage_text() {
  std::string text =
      "usage: kvlaunch COMMAND [options]\n       kvlaunch [options] -- COMMAND [ARG...]\n\n";
  for (const CommandRow& row : command_table) {
    if (!row.command) continue;
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
