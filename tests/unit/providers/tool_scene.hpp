// What the tests of developer's tools share: a tool in /usr/bin that says what the test wants.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {

class ToolScene : public ::testing::Test {
 protected:
  ToolScene(CredentialFactory* make, std::string program)
      : make_(make), program_(std::move(program)) {}

  Scene scene{{"PATH", "/home/u/bin:/bin"}, {"HOME", "/home/u"}};

  void runs(const FakeCommands::Handler& handler) {
    scene.fake.commands.install("/usr/bin", program_, handler);
  }
  void prints(const std::string& output) {
    runs([=](const CommandRequest&) -> Result<CommandResult> {
      return FakeCommands::succeeded(output);
    });
  }
  void fails(int exit_code, const std::string& text) {
    runs([=](const CommandRequest&) -> Result<CommandResult> {
      return FakeCommands::failed(exit_code, text);
    });
  }
  Outcome alone(const IdentitySpec& spec = {}) { return scene.acquire(make_, spec); }
  Outcome chained() { return scene.acquire(make_, IdentitySpec{}, Usage::chained); }
  std::vector<std::string> last_arguments() { return scene.fake.commands.runs().back().arguments; }

 private:
  CredentialFactory* make_;
  std::string program_;
};

}  // namespace kvlaunch::test
