// Whose a file may be: the effective user, and whether the effective group is that user's alone.
#pragma once

#include <string_view>

#include "launcher/base/files.hpp"

namespace kvlaunch {

// Reads /etc/passwd and /etc/group itself: getpwuid would load NSS modules, which a static program
// in a container without them cannot. A user who is not in /etc/passwd (directory services, any uid
// in a container) has a private group if its number equals the user's and /etc/group gives it no
// other member.
Owner current_owner();

// The rule behind it: the group is the user's primary one and bears the user's name (passwd(5),
// group(5)), nobody else is listed in it and nobody else has it as primary group.
bool is_private_group(uid_t user, gid_t group, std::string_view passwd, std::string_view groups);

}  // namespace kvlaunch
