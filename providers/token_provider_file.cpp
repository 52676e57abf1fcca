// Programs that a file names, each of which may know how to get a token: what Visual Studio wrote
// for AppAuthentication. Nothing installs such a file on Linux; here it is a plug-in for whoever
// has a way of signing in that kvlaunch does not know.
//
// Sources: AppAuthentication VisualStudioTokenProviderFile.cs; Azure.Identity
// VisualStudioCredential.cs (place of the file outside Windows, order of the arguments).
#include <algorithm>

#include "launcher/base/foreign_writers.hpp"
#include "launcher/base/json.hpp"
#include "providers/authority.hpp"
#include "providers/developer_tool.hpp"
#include "providers/entra.hpp"
#include "providers/factories.hpp"
#include "providers/printable.hpp"
#include "providers/secret_source.hpp"
#include "providers/token_response.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view place = "/.IdentityService/AzureServiceAuth/tokenprovider.json";
// For all programs of the file together; AppAuthentication gave each of them as much.
constexpr Milliseconds own_limit{30'000};
constexpr std::size_t most_programs = 16;
constexpr std::size_t most_arguments = 64;

struct Program {
  std::string path;
  std::vector<std::string> arguments;
  std::int64_t preference = 0;
};

std::optional<Program> read_program(const Json& entry) {
  const auto path = entry.member("Path");
  const auto preference = entry.member("Preference");
  if (!path || !preference) return std::nullopt;
  Program program;
  program.path = path->string().value_or("");
  const auto number = preference->integer();
  if (program.path.empty() || !number) return std::nullopt;
  program.preference = *number;
  if (const auto arguments = entry.member("Arguments")) {
    for (const Json& argument : arguments->elements()) {
      auto text = argument.string();
      if (!text || program.arguments.size() == most_arguments) return std::nullopt;
      program.arguments.push_back(std::move(*text));
    }
  }
  return program;
}

// Lowest preference first.
std::optional<std::vector<Program>> read_programs(std::string_view text) {
  const auto body = Json::parse(text);
  const auto list = body ? body->member("TokenProviders") : std::nullopt;
  if (!list || list->type() != Json::Type::array) return std::nullopt;
  std::vector<Program> programs;
  for (const Json& entry : list->elements()) {
    auto program = read_program(entry);
    if (!program || programs.size() == most_programs) return std::nullopt;
    programs.push_back(std::move(*program));
  }
  std::stable_sort(programs.begin(), programs.end(), [](const Program& left, const Program& right) {
    return left.preference < right.preference;
  });
  return programs;
}

class TokenProviderFile final : public Credential {
 public:
  TokenProviderFile(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "token provider file"; }

  // Every failure is a reason to go on, as it was for AppAuthentication.
  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    World& world = context_.world;
    const auto home = world.environment.get_non_empty("HOME");
    if (!home || !home->starts_with('/')) return Unavailable{"HOME is not set", {}};
    const std::string path = std::string{*home} + std::string{place};
    if (!world.files.exists(path)) return Unavailable{path + " does not exist", {}};
    // Whoever may write the file chooses what is run.
    const auto text = world.files.read(path, largest_credential_file, deadline);
    if (!text) return Unavailable{path + " " + text.error().message, {}};
    if (const auto why = objection(*text); !why.empty()) return Unavailable{path + why, {}};
    const auto programs = read_programs(text->bytes.reveal());
    if (!programs) {
      return Unavailable{path + " is not a list of token providers",
                         "each entry of TokenProviders needs Path and Preference"};
    }
    if (programs->empty()) return Unavailable{path + " names no program", {}};
    return ask_each(*programs, request, deadline.sooner(world.clock, own_limit));
  }

 private:
  [[nodiscard]] std::string objection(const FileContent& content) const {
    for (const FileStatus* status : {&content.file, &content.directory}) {
      const ForeignWriters writers = foreign_writers(*status, context_.settings.owner);
      if (writers.owner) return ": the file and its directory must belong to root or you";
      if (writers.any()) return " or its directory can be written by other users";
    }
    return {};
  }

  static Unavailable absent(const Error& error) { return Unavailable{error.message, error.hint}; }

  Outcome ask_each(const std::vector<Program>& programs, const TokenRequest& request,
                   const Deadline& deadline) {
    const std::string_view resource = resource_of(request.scope);
    if (auto fine = check_tool_resource(resource, "a token provider"); !fine)
      return absent(fine.error());
    const auto tenant = choose_tenant(spec_.tenant_id, request.tenant, context_.world.environment);
    if (!tenant) return absent(tenant.error());
    Unavailable reasons;
    for (const Program& program : programs) {
      auto outcome = ask(program, resource, *tenant, deadline);
      auto* const unavailable = std::get_if<Unavailable>(&outcome);
      if (unavailable == nullptr) return outcome;
      reasons.reason += (reasons.reason.empty() ? "" : "; ") + unavailable->reason;
      if (reasons.hint.empty()) reasons.hint = std::move(unavailable->hint);
    }
    return reasons;
  }

  Outcome ask(const Program& program, std::string_view resource, const std::string& tenant,
              const Deadline& deadline) {
    const ToolFacts own{.name = program.path,
                        .question = program.path,
                        .log_in = program.path,
                        .limit = deadline.remaining(context_.world.clock)};
    DeveloperTool tool{own, context_};
    auto found = tool.find_at(program.path);
    if (auto* const unavailable = std::get_if<Unavailable>(&found)) return std::move(*unavailable);
    std::vector<std::string> arguments{std::get<std::string>(found)};
    arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());
    arguments.insert(arguments.end(), {"--resource", std::string{resource}});
    if (!tenant.empty()) arguments.insert(arguments.end(), {"--tenant", tenant});
    const auto result = tool.run(std::move(arguments), deadline);
    if (!result) return absent(result.error());
    if (result->exit_code != 0) {
      return absent(tool.ended(*result, said_by(*result)).error);
    }
    return read(tool, result->standard_output.reveal());
  }

  static std::string said_by(const CommandResult& result) {
    const auto body = Json::parse(result.standard_output.reveal());
    const auto description = body ? body->member("error_description") : std::nullopt;
    const auto text = description ? description->string() : std::nullopt;
    return first_line(text ? *text : result.standard_error);
  }

  Outcome read(const DeveloperTool& tool, std::string_view output) {
    const auto body = Json::parse(output);
    if (!body) return absent(tool.malformed("something that is not JSON"));
    const auto member = body->member("access_token");
    auto token = member ? member->secret() : std::nullopt;
    if (!token || token->empty()) return absent(tool.malformed("no access token"));
    const WallTime now = context_.world.clock.wall();
    const auto date = body->member("expires_on");
    const auto expiry = date ? read_moment(*date, now) : std::nullopt;
    if (!expiry) return absent(tool.malformed("no readable expiry"));
    if (*expiry <= now) return absent(tool.malformed("a token that has expired"));
    return AccessToken{std::move(*token), *expiry, std::nullopt};
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_token_provider_file(const IdentitySpec& spec,
                                                     const ProviderContext& context) {
  return std::make_unique<TokenProviderFile>(spec, context);
}

}  // namespace kvlaunch
