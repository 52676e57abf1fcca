// The fakes' little behaviour.
#include "tests/fakes/fake_world.hpp"

#include <algorithm>
#include <filesystem>

namespace kvlaunch::test {
namespace {

// 2026-01-01T00:00:00Z: fixed, so that dates in tests mean the same every day.
constexpr std::chrono::seconds epoch_offset{1'767'225'600};

std::string line_of(const HttpRequest& request) {
  return request.method + " " + request.url.text();
}

}  // namespace

WallTime FakeClock::wall() const {
  const std::lock_guard lock{mutex_};
  return WallTime{epoch_offset} + passed_;
}

SteadyTime FakeClock::steady() const {
  const std::lock_guard lock{mutex_};
  return SteadyTime{std::chrono::hours{1}} + passed_;
}

void FakeClock::sleep_until(SteadyTime until) {
  const std::lock_guard lock{mutex_};
  const auto now = SteadyTime{std::chrono::hours{1}} + passed_;
  const auto length = std::max(std::chrono::ceil<Milliseconds>(until - now), Milliseconds{0});
  sleeps_.push_back(length);
  passed_ += length;
}

void FakeClock::advance(Milliseconds by) {
  const std::lock_guard lock{mutex_};
  passed_ += by;
}

std::vector<Milliseconds> FakeClock::sleeps() const {
  const std::lock_guard lock{mutex_};
  return sleeps_;
}

std::uint64_t FakeRandomness::bits() {
  const std::lock_guard lock{mutex_};
  next_ += 0x9E3779B97F4A7C15ULL;
  return next_;
}

void FakeTransport::on(std::string pattern, Handler handler) {
  const std::lock_guard lock{mutex_};
  handlers_.emplace_back(std::move(pattern), std::move(handler));
}

void FakeTransport::once(std::string pattern, Handler handler) {
  const std::lock_guard lock{mutex_};
  scripted_.emplace_back(std::move(pattern), std::move(handler));
}

Result<HttpResponse> FakeTransport::send(const HttpRequest& request, const Deadline& /*deadline*/) {
  Handler handler;
  {
    const std::lock_guard lock{mutex_};
    const std::string line = line_of(request);
    log_.push_back(request.clone());
    const auto matches = [&](const auto& entry) {
      return line.find(entry.first) != std::string::npos;
    };
    const auto scripted = std::find_if(scripted_.begin(), scripted_.end(), matches);
    if (scripted != scripted_.end()) {
      handler = std::move(scripted->second);
      scripted_.erase(scripted);
    } else if (const auto found = std::find_if(handlers_.rbegin(), handlers_.rend(), matches);
               found != handlers_.rend()) {
      handler = found->second;
    } else {
      return Error{.code = Code::connect_failure, .message = "fake: nothing answers " + line};
    }
  }
  return handler(request);
}

void FakeTransport::preconnect(const Url& url, std::size_t count, const Deadline& /*deadline*/) {
  const std::lock_guard lock{mutex_};
  preconnects_.push_back(url.origin() + " x " + std::to_string(count));
}

std::vector<std::string> FakeTransport::requests() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> lines;
  std::transform(log_.begin(), log_.end(), std::back_inserter(lines), line_of);
  return lines;
}

std::vector<std::string> FakeTransport::preconnects() const {
  const std::lock_guard lock{mutex_};
  return preconnects_;
}

HttpRequest FakeTransport::request(std::size_t n) const {
  const std::lock_guard lock{mutex_};
  return log_.at(n).clone();
}

HttpResponse FakeTransport::response(int status, std::string_view body,
                                     std::vector<std::pair<std::string, std::string>> headers) {
  return HttpResponse{.status = status, .headers = std::move(headers), .body = Secret{body}};
}

FileStatus FakeFiles::safe_file() {
  return FileStatus{.mode = 0644, .regular = true};
}
FileStatus FakeFiles::safe_directory() {
  return FileStatus{.mode = 0755};
}

void FakeFiles::put(const std::string& path, std::string_view bytes) {
  put(path, bytes, safe_file());
}

void FakeFiles::put(const std::string& path, std::string_view bytes, FileStatus file,
                    FileStatus directory) {
  if (file.inode == 0) file.inode = ++last_inode_;
  entries_[path] = Entry{std::string{bytes}, file, directory, false, false};
}

void FakeFiles::put_link(const std::string& path, std::string_view bytes) {
  put(path, bytes);
  entries_[path].by_link = true;
}

void FakeFiles::put_unreadable(const std::string& path) {
  put(path, "");
  entries_[path].unreadable = true;
}

// As written, else without detours; a test that wants symlinked directories says where they lead by
// putting a file under the path with the detour.
const FakeFiles::Entry* FakeFiles::find(const std::string& path) const {
  auto found = entries_.find(path);
  if (found == entries_.end()) {
    found = entries_.find(std::filesystem::path{path}.lexically_normal().string());
  }
  return found == entries_.end() ? nullptr : &found->second;
}

Result<FileContent> FakeFiles::read(const std::string& path, std::size_t limit_bytes,
                                    const Deadline& /*deadline*/) {
  reads_.push_back(path);
  const Entry* found = find(path);
  if (found == nullptr) {
    return system_error("cannot be", "read", ENOENT, Code::manifest_unreadable);
  }
  if (found->unreadable) {
    return system_error("cannot be", "read", EACCES, Code::manifest_unreadable);
  }
  if (found->bytes.size() > limit_bytes) {
    return Error{.code = Code::manifest_too_large, .message = "is too large"};
  }
  return FileContent{Secret{found->bytes}, found->file, found->directory, found->by_link};
}

Result<std::vector<std::string>> FakeFiles::list(const std::string& directory, std::size_t most) {
  std::vector<std::string> names;
  const std::string prefix = directory + "/";
  for (const auto& [path, entry] : entries_) {
    const bool inside = path.starts_with(prefix);
    if (inside && path.find('/', prefix.size()) == std::string::npos) {
      names.push_back(path.substr(prefix.size()));
    }
  }
  if (names.size() <= most) return names;
  return Error{.code = Code::manifest_too_large, .message = "holds too many files"};
}

bool FakeFiles::exists(const std::string& path) {
  return find(path) != nullptr;
}

void FakeCommands::install(const std::string& directory, const std::string& name, Handler handler) {
  programs_[directory + "/" + name] = std::move(handler);
}

Result<CommandResult> FakeCommands::run(const CommandRequest& request,
                                        const Deadline& /*deadline*/) {
  runs_.push_back(request);
  const auto found = programs_.find(request.arguments.at(0));
  if (found == programs_.end()) return system_error("cannot run", request.arguments[0], ENOENT);
  return found->second(request);
}

Result<std::string> FakeCommands::find(const std::string& name,
                                       const std::vector<std::string>& directories) {
  for (const std::string& directory : directories) {
    if (programs_.contains(directory + "/" + name)) return directory + "/" + name;
  }
  return Error{.code = Code::target_not_found, .message = name + " was not found"};
}

CommandResult FakeCommands::succeeded(std::string_view standard_output) {
  CommandResult result;
  result.exit_code = 0;
  result.standard_output = Secret{standard_output};
  return result;
}

CommandResult FakeCommands::failed(int exit_code, std::string_view standard_error) {
  CommandResult result;
  result.exit_code = exit_code;
  result.standard_error = standard_error;
  return result;
}

namespace {

class FakeListener final : public LoopbackListener {
 public:
  explicit FakeListener(FakeLoopback& loopback) : loopback_(loopback) {}
  [[nodiscard]] std::uint16_t port() const override { return 41'000; }
  Result<void> serve(const std::function<LoopbackAnswer(std::string_view)>& answer,
                     const Deadline& /*deadline*/) override {
    for (const std::string& target : loopback_.targets()) {
      loopback_.answers.push_back(answer(target));
      if (loopback_.answers.back().last) return {};
    }
    return Error{.code = Code::deadline, .message = "fake: nobody came"};
  }

 private:
  FakeLoopback& loopback_;
};

}  // namespace

Result<std::unique_ptr<LoopbackListener>> FakeLoopback::listen() {
  return std::unique_ptr<LoopbackListener>{std::make_unique<FakeListener>(*this)};
}

void FakeLog::warn(std::string_view message, std::string_view hint) {
  const std::lock_guard lock{mutex_};
  warnings_.emplace_back(std::string{message} + (hint.empty() ? "" : " / " + std::string{hint}));
}

void FakeLog::note(std::string_view message) {
  const std::lock_guard lock{mutex_};
  notes_.emplace_back(message);
}

std::vector<std::string> FakeLog::warnings() const {
  const std::lock_guard lock{mutex_};
  return warnings_;
}

std::vector<std::string> FakeLog::notes() const {
  const std::lock_guard lock{mutex_};
  return notes_;
}

}  // namespace kvlaunch::test
