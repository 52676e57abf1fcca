// What must not compile with a Secret. CASE 0 is the control: it must.
#include "launcher/base/secret.hpp"

#include <fmt/format.h>

#include <iostream>
#include <string>

int main() {
  kvlaunch::Secret secret{"x"};
#if CASE == 0
  return static_cast<int>(secret.reveal().size());
#elif CASE == 1
  kvlaunch::Secret copy = secret;
#elif CASE == 2
  std::cout << secret;
#elif CASE == 3
  std::string text{secret};
#elif CASE == 4
  return static_cast<int>(fmt::format("{}", secret).size());
#elif CASE == 5
  return secret == secret;
#elif CASE == 6
  kvlaunch::Secret implicit = "x";
#endif
}
