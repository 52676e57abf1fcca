// Mistakes that YAML invites, recognised on the source text: what the parser's own message would
// not tell, and what it takes in silence.
#pragma once

#include <optional>

#include "launcher/yaml/reader.hpp"

namespace kvlaunch::yaml {

// A value that begins with {{, {%, {#, @, % or a backtick and is not quoted: YAML reads something
// else. `mark` is its place. Nothing when `text` does not begin so.
std::optional<Error> problem_with_start(const Excerpts& excerpts, Mark mark, std::string_view text);

// "kv:smtp #/pointer": YAML took the pointer for a comment. `offset` is that of the plain scalar
// `value`, `key` the key it stands under.
std::optional<Error> problem_with_pointer(const Excerpts& excerpts, Mark mark, std::size_t offset,
                                          std::string_view key, std::string_view value);

// yaml-cpp 0.7 ends an open quoted text at the end of the file without a word. `offset` is that of
// the node, which may begin with an anchor.
std::optional<Error> problem_with_quotes(const Excerpts& excerpts, Mark mark, std::size_t offset);

// Does the node at `offset` begin with a tag, an anchor before it left aside?
bool has_tag_at(std::string_view text, std::size_t offset);

// Does a colon follow the scalar at `offset`, which the parser read as `scalar`? Forgiving only to
// what stands on one line: an implicit key does.
bool has_colon_behind(std::string_view text, std::size_t offset, std::string_view scalar);

// Does an unquoted template begin at `offset`, which YAML takes for a mapping?
bool begins_template(std::string_view text, std::size_t offset);

// The parser's own complaint in our words. Where a trap stands between `suspect` and `mark`, it is
// the cause and is reported instead. What is met at the end of the text only is reported at
// `open_bracket`, the last one that was not closed.
Error syntax_error(const Excerpts& excerpts, Mark mark, std::string_view parser_message,
                   Mark suspect, std::optional<Mark> open_bracket);

}  // namespace kvlaunch::yaml
