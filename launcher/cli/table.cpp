// Aligning.
#include "launcher/cli/table.hpp"

#include <algorithm>

#include "launcher/base/json_syntax.hpp"
#include "launcher/cli/safe_text.hpp"

namespace kvlaunch {
namespace {

std::string member_name(std::string column) {
  std::transform(column.begin(), column.end(), column.begin(), [](char c) {
    if (c == ' ') return '_';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return column;
}

std::string aligned(const Table::Row& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (widths[i] == 0) continue;
    line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string text_of(const Table& written) {
  Table table = written;
  for (Table::Row& row : table.rows) {
    for (std::string& cell : row) cell = safe_text(cell);
  }
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const Table::Row& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] != 0) widths[i] = std::max(widths[i], table.columns[i].size());
  }
  // Nothing but the heading: then all of it.
  if (table.rows.empty()) {
    std::transform(table.columns.begin(), table.columns.end(), widths.begin(),
                   [](const std::string& column) { return column.size(); });
  }
  std::string text = aligned(table.columns, widths);
  for (const Table::Row& row : table.rows) text += aligned(row, widths);
  return text;
}

std::vector<std::string> json_lines_of(const Table& table) {
  std::vector<std::string> lines;
  for (const Table::Row& row : table.rows) {
    std::string line = "{\"level\":\"info\"";
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty()) continue;
      line += "," + json_quoted(member_name(table.columns[i])) + ":" + json_quoted(row[i]);
    }
    lines.push_back(line + "}");
  }
  return lines;
}

}  // namespace kvlaunch
