// The providers, one after the other.
#include "launcher/doctor/identity.hpp"

#include "providers/token_claims.hpp"

namespace kvlaunch::doctor {
namespace {

// Longer than any provider's own time-out for what is merely absent; a helper that hangs has 10 s.
constexpr Milliseconds longest_examination{15'000};

constexpr const char* general_step =
    "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, give this machine a managed "
    "identity, or run: az login";

class Providers {
 public:
  Providers(const IdentitySpec& spec, std::string scope, World& world, const Deadline& deadline)
      : spec_(spec), scope_(std::move(scope)), world_(world), deadline_(deadline) {}

  Findings examine(std::vector<Candidate> all) {
    Findings findings;
    for (Candidate& candidate : all) {
      findings.push_back(timed(world_.clock, [&] { return examine(candidate); }));
    }
    if (!decided_) findings.push_back(nothing_there());
    return findings;
  }

 private:
  Finding examine(Candidate& candidate) {
    const std::string subject = subject_of(candidate);
    if (deadline_.passed(world_.clock)) return without_time(candidate, subject);
    auto outcome = candidate.credential->acquire(
        TokenRequest{.scope = scope_}, deadline_.sooner(world_.clock, longest_examination));
    if (const auto* const token = std::get_if<AccessToken>(&outcome)) {
      return gave(candidate, subject, *token);
    }
    if (const auto* const absent = std::get_if<Unavailable>(&outcome)) {
      if (candidate.chosen && step_.empty()) step_ = absent->hint;
      Finding finding = skipped(Area::identity, subject, absent->reason);
      finding.next_step = absent->hint;
      return finding;
    }
    return refused(candidate, subject, explained(std::get<Failed>(outcome).error));
  }

  // Cut short here, and not by --timeout: a provider that waits in steps says so in its hint.
  [[nodiscard]] Error explained(Error error) const {
    const bool cut =
        error.code == Code::deadline || error.hint.find("--timeout") != std::string::npos;
    if (!cut || deadline_.passed(world_.clock)) return error;
    error.code = Code::identity_temporary;
    error.message = "no answer within " + std::to_string(longest_examination.count() / 1000) +
                    " s: " + error.message;
    error.hint = "see what it waits for: kvlaunch token --whoami -v, with --identity and its name";
    return error;
  }

  Finding gave(const Candidate& candidate, const std::string& subject, const AccessToken& token) {
    const auto claims = read_token_claims(token.value.reveal());
    std::string seen = "gives a token";
    if (claims) seen += " for " + describe(*claims);
    seen += used_by_run(candidate) ? "; run uses this one" : "; run does not come to it";
    decided_ = decided_ || candidate.chosen;
    return fine(Area::identity, subject, seen);
  }

  Finding refused(const Candidate& candidate, const std::string& subject, const Error& error) {
    Finding finding = problem(Area::identity, subject, error);
    if (used_by_run(candidate)) {
      decided_ = true;
      finding.details.emplace_back(
          "run stops here: a provider that is set up and refused is not "
          "passed over");
      return finding;
    }
    // In the chain it would stop `run` as soon as those before it are gone.
    finding.verdict = candidate.chosen ? Verdict::warning : Verdict::skipped;
    finding.code.reset();
    finding.details.emplace_back("run does not come to it");
    return finding;
  }

  Finding without_time(const Candidate& candidate, const std::string& subject) {
    if (!used_by_run(candidate)) return skipped(Area::identity, subject, "no time was left");
    decided_ = true;
    return problem(Area::identity, subject,
                   Error{.code = Code::deadline,
                         .message = "no time was left to ask it",
                         .hint = "raise --timeout, or choose an identity with --identity"});
  }

  Finding nothing_there() {
    return problem(Area::identity, spec_.label.empty() ? "auto" : spec_.label,
                   Error{.code = Code::identity_unavailable,
                         .message = "none of the providers that run would ask is set up here",
                         .hint = step_.empty() ? general_step : step_});
  }

  // The first chosen provider that is there decides, by a token or by a refusal.
  [[nodiscard]] bool used_by_run(const Candidate& candidate) const {
    return candidate.chosen && !decided_;
  }

  [[nodiscard]] std::string subject_of(const Candidate& candidate) const {
    const bool plain = spec_.label.empty() || spec_.label == "auto" || !candidate.chosen ||
                       spec_.label == kvlaunch::name_of(candidate.type);
    return plain ? candidate.name : spec_.label + ": " + candidate.name;
  }

  const IdentitySpec& spec_;
  std::string scope_;
  World& world_;
  Deadline deadline_;
  std::string step_;  // of the first chosen provider that knows what to do
  bool decided_ = false;
};

}  // namespace

Findings examine_identity(const IdentitySpec& spec, const ProviderSettings& settings,
                          const std::string& scope, World& world, const Deadline& deadline) {
  auto all = candidates(spec, settings, world);
  if (!all) {
    return {problem(Area::identity, spec.label.empty() ? "auto" : spec.label, all.error())};
  }
  return Providers{spec, scope, world, deadline}.examine(std::move(*all));
}

}  // namespace kvlaunch::doctor
