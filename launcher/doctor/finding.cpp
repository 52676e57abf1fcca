// Names and makers of findings.
#include "launcher/doctor/finding.hpp"

namespace kvlaunch::doctor {

std::string_view name_of(Area area) {
  switch (area) {
    case Area::manifest:
      return "manifest";
    case Area::identity:
      return "identity";
    case Area::route:
      return "route";
    case Area::dns:
      return "dns";
    case Area::connect:
      return "connect";
    case Area::tls:
      return "tls";
    case Area::challenge:
      return "challenge";
    case Area::token:
      return "token";
    case Area::read:
      return "read";
    case Area::clock:
      return "clock";
  }
  return "";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fine:
      return "fine";
    case Verdict::warning:
      return "warning";
    case Verdict::problem:
      return "problem";
    case Verdict::skipped:
      return "skipped";
  }
  return "";
}

Finding fine(Area area, std::string subject, std::string seen) {
  return Finding{.area = area, .subject = std::move(subject), .seen = std::move(seen)};
}

Finding warning(Area area, std::string subject, std::string seen, std::string next_step) {
  return Finding{.area = area,
                 .subject = std::move(subject),
                 .verdict = Verdict::warning,
                 .seen = std::move(seen),
                 .next_step = std::move(next_step)};
}

Finding skipped(Area area, std::string subject, std::string seen) {
  return Finding{.area = area,
                 .subject = std::move(subject),
                 .verdict = Verdict::skipped,
                 .seen = std::move(seen)};
}

Finding problem(Area area, std::string subject, const Error& error) {
  const std::string name{name_of(error.code)};
  Finding finding{
      .area = area,
      .subject = std::move(subject),
      .verdict = Verdict::problem,
      .seen = error.message.empty() ? name : error.message,
      .next_step = error.hint.empty() ? "look up " + name + " in the table of errors" : error.hint,
      .code = error.code,
      .details = error.notes};
  if (!error.request_id.empty()) finding.details.push_back("request " + error.request_id);
  return finding;
}

int exit_code_of(const Findings& findings) {
  Errors errors;
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::problem && finding.code) {
      errors.push_back(Error{.code = *finding.code});
    }
  }
  return errors.empty() ? 0 : static_cast<int>(most_lasting(errors));
}

}  // namespace kvlaunch::doctor
