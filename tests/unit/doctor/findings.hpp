// Findings taken apart, and tokens that say who they are for.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "launcher/base/base64.hpp"
#include "launcher/doctor/finding.hpp"

namespace kvlaunch::doctor::test {

// "problem read" of each, in order.
inline std::vector<std::string> verdicts(const Findings& findings) {
  std::vector<std::string> lines;
  std::transform(
      findings.begin(), findings.end(), std::back_inserter(lines), [](const Finding& finding) {
        return std::string{name_of(finding.verdict)} + " " + std::string{name_of(finding.area)};
      });
  return lines;
}

inline Finding of_area(const Findings& findings, Area area) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.area == area; });
  return found == findings.end() ? Finding{.subject = "(none)"} : *found;
}

inline Finding of_subject(const Findings& findings, const std::string& subject) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.subject == subject;
  });
  return found == findings.end() ? Finding{.subject = "(none)"} : *found;
}

inline constexpr const char* signature_mark = "c2lnbmF0dXJl";

// A JWT with these claims; its signature is signature_mark, which nothing may show.
inline std::string jwt(const std::string& claims) {
  return base64_encode(R"({"alg":"RS256","typ":"JWT"})", Base64::url) + "." +
         base64_encode(claims, Base64::url) + "." + signature_mark;
}

inline std::string app_token(const std::string& tenant,
                             const std::string& audience = "https://vault.azure.net") {
  return jwt(R"({"aud":")" + audience + R"(","tid":")" + tenant +
             R"(","appid":"the-app","oid":"the-object","idtyp":"app","exp":1767229200})");
}

}  // namespace kvlaunch::doctor::test
