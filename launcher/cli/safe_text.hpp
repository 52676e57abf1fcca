// Text that came from outside - arguments, names of files, other people's answers - as it may stand
// in a line that kvlaunch prints.
#pragma once

#include <string>
#include <string_view>

namespace kvlaunch {

// For terminals: what would move the cursor, colour, reorder or end the line stands as an escape
// ("\x1b", "\u202e"), and so does every byte that is not UTF-8. Other text is unchanged.
std::string safe_text(std::string_view text);

}  // namespace kvlaunch
