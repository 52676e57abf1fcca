// The table.
#include <algorithm>

#include "launcher/doctor/report.hpp"
#include "providers/printable.hpp"

namespace kvlaunch::doctor {
namespace {

constexpr const char* indent = "         ";

std::string padded(std::string_view text, std::size_t width) {
  std::string cell{text};
  if (cell.size() < width) cell.append(width - cell.size(), ' ');
  return cell + "  ";
}

std::string duration_text(Milliseconds took) {
  return std::to_string(took.count()) + " ms";
}

std::string counted(std::ptrdiff_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

std::string text_report(const Findings& findings, Details details) {
  std::size_t subject_width = 7;
  for (const Finding& finding : findings) {
    subject_width = std::max(subject_width, finding.subject.size());
  }
  std::string text = padded("VERDICT", 7) + padded("AREA", 9) + padded("SUBJECT", subject_width) +
                     padded("TIME", 8) + "SEEN\n";
  for (const Finding& finding : findings) {
    text += padded(name_of(finding.verdict), 7) + padded(name_of(finding.area), 9) +
            padded(without_controls(finding.subject), subject_width) +
            padded(duration_text(finding.took), 8) + without_controls(finding.seen) + "\n";
    if (details == Details::shown) {
      for (const std::string& detail : finding.details) {
        text += indent + std::string{"- "} + without_controls(detail) + "\n";
      }
    }
    if (finding.next_step.empty()) continue;
    // Of what is merely absent the reason is enough, unless somebody wants to know it all.
    if (finding.verdict == Verdict::skipped && details == Details::hidden) continue;
    text += indent + std::string{"next: "} + without_controls(finding.next_step) + "\n";
  }
  const auto count = [&](Verdict verdict) {
    return std::count_if(findings.begin(), findings.end(),
                         [&](const Finding& finding) { return finding.verdict == verdict; });
  };
  return text + "\n" + counted(count(Verdict::problem), "problem") + ", " +
         counted(count(Verdict::warning), "warning") + "\n";
}

}  // namespace kvlaunch::doctor
