// Short forms for tests that load manifests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "launcher/manifest/load.hpp"
#include "tests/fakes/fake_world.hpp"

namespace kvlaunch::test {

// A user with a directory of manifests; `main.yaml` is loaded unless a test says otherwise.
struct Desk {
  FakeWorld world;
  Owner owner{.effective_user = 1000, .effective_group = 1000, .group_is_private = false};
  LoadRequest request{.files = {"main.yaml"}};

  Desk() = default;
  explicit Desk(std::string_view body) { write("main.yaml", body); }

  // A whole file is `version: 1` and `body`: the body's first line is line 2.
  void write(const std::string& path, std::string_view body) {
    world.files.put(path, "version: 1\n" + std::string{body});
  }

  Result<Manifest> load() {
    return load_manifest(request, world.files, owner, world.environment, world.deadline(),
                         world.log);
  }

  Manifest loaded() {
    auto manifest = load();
    EXPECT_TRUE(manifest.ok()) << (manifest.ok() ? "" : shown(manifest.error()));
    return manifest.ok() ? *std::move(manifest) : Manifest{};
  }

  Errors errors() {
    auto manifest = load();
    return manifest.ok() ? Errors{} : std::move(manifest).errors();
  }

  // "code line:column" of each.
  std::vector<std::string> problems() {
    std::vector<std::string> lines;
    for (const Error& error : errors()) lines.push_back(shown(error));
    return lines;
  }

  static std::string shown(const Error& error) {
    std::string line{name_of(error.code)};
    if (!error.location) return line;
    return line + " " + std::to_string(error.location->line) + ":" +
           std::to_string(error.location->column);
  }
};

inline std::vector<std::string> problems_of(std::string_view body) {
  return Desk{body}.problems();
}

// The only error, or one without meaning when there are others.
inline Error only_error(std::string_view body) {
  Errors errors = Desk{body}.errors();
  EXPECT_EQ(errors.size(), 1U);
  return errors.empty() ? Error{} : errors.front();
}

// The one entry of that name, or an empty one.
inline EnvEntry entry_of(const Manifest& manifest, std::string_view name) {
  for (const EnvEntry& entry : manifest.env) {
    if (entry.name == name) return entry;
  }
  ADD_FAILURE() << "no variable " << name;
  return {};
}

inline std::string literal_of(const Manifest& manifest, std::string_view name) {
  const EnvEntry entry = entry_of(manifest, name);
  const auto* literal = std::get_if<LiteralValue>(&entry.source);
  EXPECT_NE(literal, nullptr) << name;
  return literal == nullptr ? "" : literal->text;
}

inline SecretUse use_of(const Manifest& manifest, std::string_view name) {
  const EnvEntry entry = entry_of(manifest, name);
  const auto* use = std::get_if<SecretUse>(&entry.source);
  EXPECT_NE(use, nullptr) << name;
  return use == nullptr ? SecretUse{} : *use;
}

using Lines = std::vector<std::string>;

}  // namespace kvlaunch::test
