// A directory of its own for each test, gone with it.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace kvlaunch::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "kvlaunch-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary directory";
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path(std::string_view name) const {
    return path_ + "/" + std::string{name};
  }
  // Writes a file and gives its path.
  [[nodiscard]] std::string file(std::string_view name, std::string_view content,
                                 mode_t mode = 0644) const {
    std::ofstream{path(name), std::ios::binary} << content;
    EXPECT_EQ(::chmod(path(name).c_str(), mode), 0);
    return path(name);
  }
  [[nodiscard]] std::string directory(std::string_view name, mode_t mode = 0755) const {
    EXPECT_EQ(::mkdir(path(name).c_str(), 0700), 0);
    EXPECT_EQ(::chmod(path(name).c_str(), mode), 0);
    return path(name);
  }

 private:
  std::string path_;
};

}  // namespace kvlaunch::test
