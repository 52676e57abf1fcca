// doctor: every identity and every step of the way, with what to do about each.
#include "launcher/cli/commands.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/cli/standard_output.hpp"
#include "launcher/doctor/examination.hpp"
#include "launcher/doctor/plan.hpp"
#include "launcher/doctor/report.hpp"

namespace kvlaunch {
namespace {

struct Prepared {
  Manifest manifest;
  Settings settings;
  Environment base;
  doctor::Findings findings;  // what is wrong with the manifest
};

// A broken manifest is a finding: identities, and the vault of --vault, can be examined without it.
Prepared prepare(Session& session) {
  const auto request =
      find_manifests(session.invocation, ManifestNeed::if_any, session.manifest_files);
  auto loaded = request ? load(session, *request) : Result<Loaded>{request.errors()};
  if (loaded) {
    return Prepared{std::move(loaded->manifest),
                    std::move(loaded->settings),
                    std::move(loaded->base.environment),
                    {}};
  }
  return Prepared{.settings = settings_of(session.invocation, Options{}),
                  .findings = doctor::manifest_findings(loaded.errors())};
}

}  // namespace

int doctor_command(Session& session) {
  const Invocation& invocation = session.invocation;
  const auto format = invocation.format.value_or(OutputFormat::text);
  if (format != OutputFormat::text && format != OutputFormat::json) {
    return session.report.fail({Error{.code = Code::usage,
                                      .message = "doctor writes --format text or json",
                                      .hint = "leave --format out, or pass --format json"}});
  }
  Prepared prepared = prepare(session);
  const auto planned = doctor::plan_examination(
      prepared.manifest, prepared.settings, session.environment, prepared.base, invocation.secret);
  const auto transport = session.connect(prepared.settings);
  const auto probe =
      network::make_path_probe(TransportSettings{session.environment, prepared.settings.ca_file},
                               session.clock, session.report);
  World world = session.world(*transport);
  doctor::Findings findings = std::move(prepared.findings);
  const auto add = [&](doctor::Findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  add(planned.findings);
  add(doctor::examine(
      doctor::Question{.plan = planned.plan, .fetch = planned.fetch, .owner = session.owner},
      *probe, world, session.deadline(prepared.settings.timeout)));
  const auto details = invocation.verbose ? doctor::Details::shown : doctor::Details::hidden;
  const int written = write_to_standard_output(
      session.report, format == OutputFormat::json ? doctor::json_report(findings)
                                                   : doctor::text_report(findings, details));
  return written != 0 ? written : doctor::exit_code_of(findings);
}

}  // namespace kvlaunch
