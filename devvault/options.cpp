// CLI11 at work.
#include "devvault/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "devvault/listening.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;
using kvlaunch::Error;

// What CLI11 fills; checked afterwards.
struct Raw {
  Options options;
  std::vector<std::string> listen_tls;
  std::string proxy_auth;
  bool forward = false;
};

void declare(CLI::App& app, Raw& raw) {
  Options& options = raw.options;
  app.footer(
      "devvault [OPTIONS] -- COMMAND [ARG...] runs a command whose Azure clients reach devvault, "
      "and\n"
      "stops with it. Without a command devvault prints export lines, then `ready`, and serves "
      "until\n"
      "TERM or INT.");
  app.set_version_flag("--version", "devvault " DEVVAULT_VERSION);
  app.add_option("-f,--file", options.config_file, "what to serve (devvault.yaml)");
  app.add_option("--port", options.port, "of the proxy; 0 or none: any free one");
  app.add_option("--listen", options.listen, "address to listen on, instead of 127.0.0.1");
  app.add_option("--listen-tls", raw.listen_tls,
                 "ADDRESS:PORT where TLS is served by name, without the proxy; repeatable")
      ->allow_extra_args(false);
  app.add_flag("--forward", raw.forward, "tunnel connections to other hosts untouched");
  app.add_flag("--tls-proxy", options.tls_proxy, "a proxy port that itself speaks TLS");
  app.add_option("--proxy-auth", raw.proxy_auth, "USER:PASSWORD that the proxy demands");
  app.add_option("--journal", options.journal_file, "append a JSON line for each request");
  app.add_option("--as", options.identity, "identity whose variables are set");
  app.add_option("--env-file", options.env_file, "write the variables to a file, for compose");
}

kvlaunch::Result<void> check(Raw& raw) {
  kvlaunch::Errors errors;
  const auto keep = [&](const kvlaunch::Errors& more) {
    errors.insert(errors.end(), more.begin(), more.end());
  };
  if (const auto allowed = check_listen_address(raw.options.listen); !allowed) {
    keep(allowed.errors());
  }
  for (const std::string& text : raw.listen_tls) {
    auto place = parse_listen_address(text);
    auto allowed =
        place ? check_listen_address(place->host) : kvlaunch::Result<void>{place.errors()};
    if (allowed) {
      raw.options.listen_tls.push_back(*place);
    } else {
      keep(allowed.errors());
    }
  }
  if (!raw.proxy_auth.empty()) {
    const std::size_t colon = raw.proxy_auth.find(':');
    if (colon == std::string::npos || colon == 0) {
      keep({Error{.code = Code::usage,
                  .message = "--proxy-auth needs a user and a password",
                  .hint = "write --proxy-auth USER:PASSWORD"}});
    } else {
      raw.options.proxy_user = raw.proxy_auth.substr(0, colon);
      raw.options.proxy_password = raw.proxy_auth.substr(colon + 1);
    }
  }
  raw.options.other_hosts = raw.forward ? OtherHosts::forward : OtherHosts::refuse;
  if (!errors.empty()) return errors;
  return {};
}

Error unexpected_word(const std::vector<std::string>& remaining) {
  const std::string word = remaining.empty() ? std::string{} : remaining.front();
  if (word.starts_with('-')) {
    return Error{.code = Code::usage,
                 .message = "there is no option " + word.substr(0, word.find('=')),
                 .hint = "see devvault --help; a command stands after --"};
  }
  return Error{.code = Code::usage,
               .message = "'" + word + "' stands where no word is expected",
               .hint = "put -- before the command: devvault [OPTIONS] -- " + word};
}

}  // namespace

kvlaunch::Result<std::variant<Options, Information>> parse_options(
    const std::vector<std::string>& arguments) {
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  // CLI11 takes them from the back.
  std::vector<std::string> own{std::make_reverse_iterator(separator), arguments.rend()};
  Raw raw;
  CLI::App app{"devvault: a local stand-in for Azure", "devvault"};
  declare(app, raw);
  try {
    app.parse(own);
  } catch (const CLI::CallForHelp&) {
    return std::variant<Options, Information>{Information{app.help()}};
  } catch (const CLI::CallForVersion& version) {
    return std::variant<Options, Information>{Information{std::string{version.what()} + "\n"}};
  } catch (const CLI::ExtrasError&) {
    return unexpected_word(app.remaining());
  } catch (const CLI::ConversionError&) {
    return Error{.code = Code::usage,
                 .message = "--port is a number from 0 to 65535",
                 .hint = "leave it out to get any free port"};
  } catch (const CLI::ParseError& error) {
    return Error{.code = Code::usage, .message = error.what(), .hint = "see devvault --help"};
  }
  if (separator != arguments.end()) {
    raw.options.command.assign(separator + 1, arguments.end());
    if (raw.options.command.empty()) {
      return Error{.code = Code::usage,
                   .message = "there is no command after --",
                   .hint = "devvault [OPTIONS] -- COMMAND, or leave out the -- to serve"};
    }
  }
  if (const auto checked = check(raw); !checked) return checked.errors();
  return std::variant<Options, Information>{std::move(raw.options)};
}

}  // namespace devvault
