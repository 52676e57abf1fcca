// The command line as typed data.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "devvault/request_target.hpp"
#include "devvault/visit.hpp"
#include "launcher/base/result.hpp"

namespace devvault {

struct Options {
  std::string config_file;  // empty: the built-in default
  std::uint16_t port = 0;   // 0: any free one
  std::string listen = "127.0.0.1";
  std::vector<Authority> listen_tls;
  OtherHosts other_hosts = OtherHosts::refuse;
  bool tls_proxy = false;
  std::string proxy_user;
  std::string proxy_password;
  std::string journal_file;
  std::string identity;  // --as
  std::string env_file;
  std::vector<std::string> command;  // empty: serve until stopped
};

// Text for standard output instead of a run: --help, --version.
struct Information {
  std::string text;
};

// Everything after the first "--" is the command, untouched. Errors: Code::usage.
kvlaunch::Result<std::variant<Options, Information>> parse_options(
    const std::vector<std::string>& arguments);

}  // namespace devvault
