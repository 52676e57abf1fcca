// The order in which a reader of the files meets what is wrong with them.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/error.hpp"

namespace kvlaunch {

// By file, in the order of `files` ("-": standard input), then by line and column; what has no
// place in one of them comes last. What is said twice of one place is left out.
Errors in_order_of_place(Errors problems, const std::vector<std::string>& files);

}  // namespace kvlaunch
