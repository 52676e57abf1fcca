// Finding, running and judging a developer's tool.
#include "providers/developer_tool.hpp"

#include <algorithm>

#include "providers/aadsts.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t largest_output = 256 * 1024;

void append_path(std::vector<std::string>& directories, std::string_view path) {
  while (!path.empty()) {
    const auto end = std::min(path.find(':'), path.size());
    const auto element = path.substr(0, end);
    if (element.starts_with('/')) directories.emplace_back(element);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
}

std::string joined(const std::vector<std::string>& directories) {
  std::string path;
  for (const std::string& directory : directories) {
    path.append(path.empty() ? "" : ":").append(directory);
  }
  return path;
}

}  // namespace

DeveloperTool::DeveloperTool(const ToolFacts& facts, const ProviderContext& context,
                             std::string_view own_directories)
    : facts_(facts), context_(context) {
  append_path(directories_, own_directories);
  directories_.insert(directories_.end(), {"/usr/bin", "/usr/local/bin"});
  append_path(directories_, context_.world.environment.get("PATH").value_or(""));
}

DeveloperTool::Found DeveloperTool::find() {
  return judged(context_.world.commands.find(std::string{facts_.name}, directories_));
}

DeveloperTool::Found DeveloperTool::find_at(const std::string& path) {
  const auto slash = path.rfind('/');
  if (!path.starts_with('/')) return Unavailable{path + " is not an absolute path", {}};
  const std::string directory = path.substr(0, std::max<std::size_t>(slash, 1));
  return judged(context_.world.commands.find(path.substr(slash + 1), {directory}));
}

DeveloperTool::Found DeveloperTool::judged(Result<std::string> path) const {
  if (path) return std::move(*path);
  const std::string name{facts_.name};
  // The notes name files that were found but must not be run (security rule 5).
  const auto& notes = path.error().notes;
  if (notes.empty()) {
    // In a chain nobody may have meant it.
    const bool meant = context_.usage == Usage::alone;
    return Unavailable{name + " is not installed",
                       meant ? "install it and put it on PATH, or choose another identity" : ""};
  }
  return Unavailable{name + " is not usable: " + notes.front(),
                     name +
                         " and its directory must belong to root or you, and be writable by nobody "
                         "else"};
}

Result<CommandResult> DeveloperTool::run(std::vector<std::string> arguments,
                                         const Deadline& deadline) {
  World& world = context_.world;
  CommandRequest command;
  command.environment = without(context_.settings.own_credentials, world.environment);
  command.environment.set("PATH", joined(directories_));
  command.timeout = facts_.limit;
  command.rest = facts_.rest;
  command.max_output_bytes = largest_output;
  command.arguments = std::move(arguments);
  auto result = world.commands.run(command, deadline);
  if (!result) return result;
  const std::string name{facts_.name};
  if (result->timed_out) {
    const bool cut = deadline.passed(world.clock);
    return Error{
        .code = cut ? Code::deadline : Code::identity_temporary,
        .message = name + " did not answer in time",
        .hint = "run " + std::string{facts_.question} + " yourself and see what it waits for"};
  }
  if (result->output_too_large) {
    return Error{
        .code = Code::response_too_large,
        .message = name + " printed too much",
        .hint = "run " + std::string{facts_.question} + " yourself and look at what it prints"};
  }
  return result;
}

Error DeveloperTool::malformed(std::string what) const {
  return Error{
      .code = Code::response_malformed,
      .message = std::string{facts_.name} + " printed " + std::move(what),
      .hint = "run " + std::string{facts_.question} + " yourself and look at what it prints"};
}

Failed DeveloperTool::refused(int aadsts, const std::string& line) const {
  const AadstsRow* const row = find_aadsts(aadsts);
  Error error{.code = Code::identity_refused,
              .notes = {std::string{facts_.name} + " says: " + line}};
  error.message = (row == nullptr ? "Entra refused the request" : std::string{row->meaning}) +
                  " (AADSTS" + std::to_string(aadsts) + ")";
  error.hint = row == nullptr ? "run: " + std::string{facts_.log_in} : std::string{row->hint};
  if (row != nullptr && row->lasting == Lasting::transient) error.code = Code::identity_temporary;
  return Failed{std::move(error)};
}

Failed DeveloperTool::ended(const CommandResult& result, const std::string& line) const {
  const std::string how = result.exit_code < 0 ? "signal " + std::to_string(result.signal)
                                               : "exit code " + std::to_string(result.exit_code);
  return Failed{Error{.code = Code::identity_refused,
                      .message = std::string{facts_.name} + " ended with " + how +
                                 (line.empty() ? "" : ": " + line),
                      .hint = "run " + std::string{facts_.question} + " yourself"}};
}

Failed DeveloperTool::needs_login(const std::string& line) const {
  return Failed{Error{.code = Code::identity_refused,
                      .message = std::string{facts_.name} + " needs a new login",
                      .hint = "run: " + std::string{facts_.log_in},
                      .notes = {std::string{facts_.name} + " says: " + line}}};
}

Unavailable DeveloperTool::not_logged_in() const {
  return Unavailable{"nobody is logged in to " + std::string{facts_.name},
                     "run: " + std::string{facts_.log_in}};
}

Failed DeveloperTool::needs_claims(const std::string& command) {
  return Failed{Error{.code = Code::identity_refused,
                      .message = "the service asks for a fresh login with claims",
                      .hint = "run: " + command}};
}

std::string tool_tenant(const IdentitySpec& spec, IdentitySpec::Type own,
                        const Environment& environment) {
  if (spec.type == own) return spec.tenant_id;
  return principal_settings(spec, environment).tenant_id;
}

Outcome never_stops_a_chain(Outcome outcome, Usage usage) {
  auto* const failed = std::get_if<Failed>(&outcome);
  if (failed == nullptr || usage == Usage::alone) return outcome;
  return Unavailable{std::move(failed->error.message), std::move(failed->error.hint)};
}

bool is_plain_argument(std::string_view text, std::string_view others) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

Result<void> check_tool_resource(std::string_view resource, std::string_view tool) {
  if (is_plain_argument(resource, "._:/-")) return {};
  return Error{.code = Code::identity_configuration,
               .message = "the resource has characters that " + std::string{tool} + " is not given",
               .hint = "check it for a typo"};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace kvlaunch
