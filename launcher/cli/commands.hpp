// The commands: each ends with an exit code, or (run) with another program in this process.
#pragma once

#include "launcher/cli/session.hpp"

namespace kvlaunch {

int run_command(Session& session);
int check_command(Session& session);
int explain_command(Session& session);
int get_command(Session& session);
int token_command(Session& session);
int doctor_command(Session& session);

}  // namespace kvlaunch
