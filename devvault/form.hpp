// Bodies of the kind application/x-www-form-urlencoded (WHATWG URL section 5.1).
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace devvault {

using Form = std::map<std::string, std::string>;

// The last of several fields of one name counts; fields that are not well encoded are left out.
Form read_form(std::string_view body);

// Empty if there is no such field.
std::string field(const Form& form, const std::string& name);

}  // namespace devvault
