// What Entra's error numbers mean, in words that say what to do.
//
// Sources: learn.microsoft.com/entra/identity-platform/reference-error-codes; TROUBLESHOOTING.md of
// azidentity and azure-sdk-for-cpp; issues of Azure/login. Microsoft warns that numbers may change
// their meaning: callers always show the original line too.
#pragma once

#include <span>
#include <string_view>

namespace kvlaunch {

enum class Lasting { refusal, transient };

struct AadstsRow {
  int code;
  Lasting lasting;
  std::string_view meaning;
  std::string_view hint;  // may be empty
};

// Sorted by code.
std::span<const AadstsRow> aadsts_table();
// Nullptr for a number that is not in the table.
const AadstsRow* find_aadsts(int code);
// The number in "AADSTS700016: ..."; 0 if there is none. Looks for the first one in the text.
int aadsts_code_in(std::string_view text);

}  // namespace kvlaunch
