// Messages for people, on standard error: "devvault: error: ..." and "devvault: hint: ...".
#pragma once

#include "launcher/base/error.hpp"

namespace devvault {

void report(const kvlaunch::Error& error);
void report(const kvlaunch::Errors& errors);
void hint(const std::string& text);

}  // namespace devvault
