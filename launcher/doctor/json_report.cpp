// The document.
#include <algorithm>

#include "launcher/base/json_syntax.hpp"
#include "launcher/doctor/report.hpp"
#include "providers/printable.hpp"

namespace kvlaunch::doctor {
namespace {

std::string text_or_null(std::string_view text) {
  return text.empty() ? "null" : json_quoted(without_controls(text));
}

std::string object_of(const Finding& finding) {
  std::string json = "{\"area\":" + json_quoted(name_of(finding.area)) +
                     ",\"subject\":" + json_quoted(without_controls(finding.subject)) +
                     ",\"verdict\":" + json_quoted(name_of(finding.verdict)) +
                     ",\"seen\":" + json_quoted(without_controls(finding.seen)) +
                     ",\"next_step\":" + text_or_null(finding.next_step) + ",\"code\":" +
                     text_or_null(finding.code ? kvlaunch::name_of(*finding.code) : "") +
                     ",\"milliseconds\":" + std::to_string(finding.took.count()) + ",\"details\":[";
  for (const std::string& detail : finding.details) {
    json += (json.back() == '[' ? "" : ",") + json_quoted(without_controls(detail));
  }
  return json + "]}";
}

}  // namespace

std::string json_report(const Findings& findings) {
  const auto count = [&](Verdict verdict) {
    return std::to_string(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding& finding) { return finding.verdict == verdict; }));
  };
  std::string json = "{\"exit_code\":" + std::to_string(exit_code_of(findings)) +
                     ",\"problems\":" + count(Verdict::problem) +
                     ",\"warnings\":" + count(Verdict::warning) + ",\"findings\":[";
  for (const Finding& finding : findings) {
    json += (json.back() == '[' ? "" : ",") + object_of(finding);
  }
  return json + "]}\n";
}

}  // namespace kvlaunch::doctor
