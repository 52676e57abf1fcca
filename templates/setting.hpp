// Strings of the manifest outside `env`: literal text with {{ env("NAME") }} and filters in it.
//
// A strict subset of Jinja2 3.1 with StrictUndefined and keep_trailing_newline (design.md section
// 5): what is accepted here gives the bytes that Jinja2 gives; much that Jinja2 takes is refused.
#pragma once

#include <string>
#include <string_view>

#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"

namespace kvlaunch {

// `text` with its tags replaced. Text without tags comes back as it is, line ends as LF.
//
// Pure; bounded in size (64 KiB in, 1 MiB out) and depth. Errors: Code::template_syntax,
// template_undefined (an unset variable without default). Their Location has no file; line and
// column count from 1 in `text`, and the excerpt is the faulty tag alone with its string literals
// as "…". The caller, who knows where `text` stands, adds file and offset.
// The result is a plain string: a setting is no place for secrets, and the functions that bring
// them (secret, certificate, key) are errors here.
Result<std::string> expand_setting(std::string_view text, const Environment& environment);

// Does `text` hold a tag ("{{", "{%" or "{#")? What has none is a literal.
bool has_template_tag(std::string_view text);

}  // namespace kvlaunch
