// Asking a developer's tool for a token: where the tool may lie, what it is given, how long it may
// take, and what its failures mean. Each tool's own commands and texts are in its provider's file.
//
// Sources: azidentity developer_credential_util.go; azure-sdk-for-cpp azure_cli_credential.cpp;
// AppAuthentication ProcessManager.cs (search path); security rule 5 of the product contract.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/base/identity_spec.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

// What messages need to know of a tool. The texts are literals.
struct ToolFacts {
  std::string_view name;      // "az": the program, and how messages call it
  std::string_view question;  // what a user can type to ask the same: "az account get-access-token"
  std::string_view log_in;    // "az login"
  Milliseconds limit{0};      // the tool's own time-out, beside the deadline
  Rest rest = Rest::ended;    // of its process group
};

class DeveloperTool {
 public:
  // `facts` and what `context` refers to outlive it. Programs are looked for in `own_directories`
  // (as PATH writes them), /usr/bin, /usr/local/bin, then PATH. Empty and relative elements are
  // left out: they mean the working directory, where anybody may have put a program of that name.
  DeveloperTool(const ToolFacts& facts, const ProviderContext& context,
                std::string_view own_directories = {});

  using Found = std::variant<std::string, Unavailable>;
  // The absolute path of the program `facts.name`.
  Found find();
  // `path` itself, if it may be run.
  Found find_at(const std::string& path);
  // Without a shell, in "/", with the user's variables, but neither with kvlaunch's own credentials
  // nor with elements of PATH that find() leaves out. A tool that takes too long or prints too much
  // is an error, and its whole process group has ended.
  Result<CommandResult> run(std::vector<std::string> arguments, const Deadline& deadline);

  // What the tool printed is not as it should be; never quotes it.
  [[nodiscard]] Error malformed(std::string what) const;
  // Entra's refusal, translated, with the tool's own line.
  [[nodiscard]] Failed refused(int aadsts, const std::string& line) const;
  // It ended with an exit code or of a signal, and nothing in `line` says why.
  [[nodiscard]] Failed ended(const CommandResult& result, const std::string& line) const;
  // The session that the tool holds is of no use any more.
  [[nodiscard]] Failed needs_login(const std::string& line) const;
  [[nodiscard]] Unavailable not_logged_in() const;
  // A claims challenge that only a person can answer: `command` is what to type.
  static Failed needs_claims(const std::string& command);

 private:
  [[nodiscard]] Found judged(Result<std::string> path) const;

  const ToolFacts& facts_;
  const ProviderContext& context_;
  std::vector<std::string> directories_;
};

// Of the identity's own settings; in a chain, and so not for this tool alone, AZURE_TENANT_ID
// counts too. May be empty: the tool's own.
std::string tool_tenant(const IdentitySpec& spec, IdentitySpec::Type own,
                        const Environment& environment);

// In a chain a developer's tool never stops the others, whatever is wrong with it.
Outcome never_stops_a_chain(Outcome outcome, Usage usage);

// Letters, digits and `others`, not empty, and not to be taken for an option.
bool is_plain_argument(std::string_view text, std::string_view others);
// Code::identity_configuration unless `resource` is letters, digits and . _ : / -
Result<void> check_tool_resource(std::string_view resource, std::string_view tool);

bool contains(std::string_view text, std::string_view part);

}  // namespace kvlaunch
