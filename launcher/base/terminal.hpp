// The person in front of kvlaunch, as a seam: is there one, and what to tell them.
#pragma once

#include <string_view>

namespace kvlaunch {

// Thread-safe.
class Terminal {
 public:
  virtual ~Terminal() = default;
  // Does standard error reach a terminal, where somebody can read what show() says?
  [[nodiscard]] virtual bool present() const = 0;
  // One line that the person has to see, --quiet or not: a code to enter, an address to open.
  virtual void show(std::string_view line) = 0;
};

}  // namespace kvlaunch
