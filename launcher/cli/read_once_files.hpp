// Files that are read once: a manifest may be loaded again, standard input cannot.
#pragma once

#include <map>
#include <string>

#include "launcher/base/files.hpp"

namespace kvlaunch {

// Keeps what `files` gave; failures are not kept. `files` outlives it.
class ReadOnceFiles final : public Files {
 public:
  explicit ReadOnceFiles(Files& files) : files_(files) {}

  Result<FileContent> read(const std::string& path, std::size_t limit_bytes,
                           const Deadline& deadline) override {
    auto known = read_.find(path);
    if (known == read_.end()) {
      auto content = files_.read(path, limit_bytes, deadline);
      if (!content) return content;
      known = read_.emplace(path, std::move(*content)).first;
    }
    const FileContent& kept = known->second;
    return FileContent{kept.bytes.clone(), kept.file, kept.directory};
  }
  bool exists(const std::string& path) override { return files_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& directory, std::size_t most) override {
    return files_.list(directory, most);
  }

 private:
  Files& files_;
  std::map<std::string, FileContent> read_;
};

}  // namespace kvlaunch
