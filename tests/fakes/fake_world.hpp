// Hand-written fakes of the seams: they log what they were asked and can be told what to answer.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "launcher/base/world.hpp"

namespace kvlaunch::test {

// Time moves only when somebody sleeps or a test says so. Thread-safe.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] SteadyTime steady() const override;
  void sleep_until(SteadyTime until) override;
  void advance(Milliseconds by);
  [[nodiscard]] std::vector<Milliseconds> sleeps() const;  // how long each sleep lasted

 private:
  mutable std::mutex mutex_;
  Milliseconds passed_{0};
  std::vector<Milliseconds> sleeps_;
};

// Counts up: every id is different and every run the same. Thread-safe.
class FakeRandomness final : public Randomness {
 public:
  std::uint64_t bits() override;

 private:
  std::mutex mutex_;
  std::uint64_t next_ = 0x123456789ABCDEF0ULL;
};

// Answers from a script. Requests are logged as "METHOD https://host/target". Thread-safe.
class FakeTransport final : public Transport {
 public:
  using Handler = std::function<Result<HttpResponse>(const HttpRequest&)>;

  // `handler` answers every request whose "METHOD url" contains `pattern`; the last one added wins.
  void on(std::string pattern, Handler handler);
  // Answers one request, in order, before the handler of the same pattern is asked.
  void once(std::string pattern, Handler handler);

  Result<HttpResponse> send(const HttpRequest& request, const Deadline& deadline) override;
  void preconnect(const Url& url, std::size_t count, const Deadline& deadline) override;

  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] std::vector<std::string> preconnects() const;  // "https://host x 4"
  // A copy of the n-th request, for looking at headers and body.
  [[nodiscard]] HttpRequest request(std::size_t n) const;

  static HttpResponse response(int status, std::string_view body,
                               std::vector<std::pair<std::string, std::string>> headers = {});

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Handler>> handlers_;
  std::vector<std::pair<std::string, Handler>> scripted_;
  std::vector<HttpRequest> log_;
  std::vector<std::string> preconnects_;
};

// Files that exist only in the test.
class FakeFiles final : public Files {
 public:
  void put(const std::string& path, std::string_view bytes);
  void put(const std::string& path, std::string_view bytes, FileStatus file,
           FileStatus directory = safe_directory());
  // A file reached through a symbolic link; one that is there and that we may not read.
  void put_link(const std::string& path, std::string_view bytes);
  void put_unreadable(const std::string& path);
  static FileStatus safe_file();       // regular, root's, 0644
  static FileStatus safe_directory();  // root's, 0755

  Result<FileContent> read(const std::string& path, std::size_t limit_bytes,
                           const Deadline& deadline) override;
  bool exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory, std::size_t most) override;
  [[nodiscard]] const std::vector<std::string>& reads() const { return reads_; }

 private:
  struct Entry {
    std::string bytes;
    FileStatus file, directory;
    bool by_link = false;
    bool unreadable = false;
  };
  [[nodiscard]] const Entry* find(const std::string& path) const;

  std::map<std::string, Entry> entries_;
  ino_t last_inode_ = 0;
  std::vector<std::string> reads_;
};

// Runs nothing: answers by the base name of the program.
class FakeCommands final : public CommandRunner {
 public:
  using Handler = std::function<Result<CommandResult>(const CommandRequest&)>;
  void install(const std::string& directory, const std::string& name, Handler handler);

  Result<CommandResult> run(const CommandRequest& request, const Deadline& deadline) override;
  Result<std::string> find(const std::string& name,
                           const std::vector<std::string>& directories) override;
  [[nodiscard]] const std::vector<CommandRequest>& runs() const { return runs_; }

  static CommandResult succeeded(std::string_view standard_output);
  static CommandResult failed(int exit_code, std::string_view standard_error);

 private:
  std::map<std::string, Handler> programs_;  // by absolute path
  std::vector<CommandRequest> runs_;
};

class FakeLog final : public Log {
 public:
  void warn(std::string_view message, std::string_view hint) override;
  void note(std::string_view message) override;
  [[nodiscard]] std::vector<std::string> warnings() const;
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_, notes_;
};

// Somebody at a terminal, unless a test says otherwise.
class FakeTerminal final : public Terminal {
 public:
  bool somebody = true;
  std::vector<std::string> lines;
  [[nodiscard]] bool present() const override { return somebody; }
  void show(std::string_view line) override { lines.emplace_back(line); }
};

// A browser that brings back the targets that the test gives, in order; then the time runs out.
class FakeLoopback final : public Loopback {
 public:
  std::function<std::vector<std::string>()> targets = [] { return std::vector<std::string>{}; };
  std::vector<LoopbackAnswer> answers;
  Result<std::unique_ptr<LoopbackListener>> listen() override;
};

// All of them in one place, as main builds the real ones.
struct FakeWorld {
  FakeClock clock;
  FakeRandomness randomness;
  FakeTransport transport;
  FakeFiles files;
  FakeCommands commands;
  Environment environment;
  FakeLog log;
  FakeTerminal terminal;
  FakeLoopback loopback;

  World world() {
    return World{clock,       randomness, transport, files,   commands,
                 environment, log,        terminal,  loopback};
  }
  [[nodiscard]] Deadline deadline() const { return Deadline::in(clock, Milliseconds{80'000}); }
};

}  // namespace kvlaunch::test
