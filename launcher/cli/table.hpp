// A table that a command prints: aligned text for people, an object a line for programs.
#pragma once

#include <string>
#include <vector>

namespace kvlaunch {

struct Table {
  using Row = std::vector<std::string>;
  std::vector<std::string> columns;  // "SAID BY" is the member "said_by"
  std::vector<Row> rows;             // each as long as `columns`
};

// Columns that are empty in every row are left out. Cells are made safe for a
// terminal. Ends with a newline.
std::string text_of(const Table& table);

// One JSON object for each row, empty cells left out, without newlines.
std::vector<std::string> json_lines_of(const Table& table);

}  // namespace kvlaunch
