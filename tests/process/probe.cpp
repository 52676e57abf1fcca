// A target that writes down everything it was started with, as one JSON object.
//
//   probe FILE                 write the report to FILE
//   probe --await-term         end with 42 when TERM arrives, with 3 when none does in 20 s
//
// No library but the C++ runtime, and nothing is changed before it is reported.
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

// Bytes beyond ASCII become the code point of the same number.
std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      text.push_back(c);
    } else {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
      text.append(escape.data());
    }
  }
  return text + "\"";
}

class Report {
 public:
  void add(std::string_view name, std::string_view json) {
    body_.append(body_.empty() ? "" : ",\n").append(quoted(name)).append(": ").append(json);
  }
  void text(std::string_view name, std::string_view value) { add(name, quoted(value)); }
  void number(std::string_view name, long long value) { add(name, std::to_string(value)); }
  void list(std::string_view name, const std::vector<std::string>& values) {
    std::string json;
    for (const std::string& value : values) json += (json.empty() ? "" : ", ") + quoted(value);
    add(name, "[" + json + "]");
  }
  [[nodiscard]] std::string json() const { return "{" + body_ + "}\n"; }

 private:
  std::string body_;
};

std::vector<std::string> strings(char** array) {
  std::vector<std::string> texts;
  for (; *array != nullptr; ++array) texts.emplace_back(*array);
  return texts;
}

std::string content(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// Before anything else: the report's own files must not be among them.
void add_descriptors(Report& report) {
  std::vector<std::string> lines;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const int end = static_cast<int>(std::min<rlim_t>(limit.rlim_max, 5000));
  for (int number = 0; number < end; ++number) {
    const int flags = ::fcntl(number, F_GETFD);
    if (flags < 0) continue;
    std::array<char, 4096> target{};
    ::readlink(("/proc/self/fd/" + std::to_string(number)).c_str(), target.data(),
               target.size() - 1);
    lines.push_back(std::to_string(number) + " " + target.data() +
                    ((flags & FD_CLOEXEC) != 0 ? " cloexec" : "") + " flags " +
                    std::to_string(::fcntl(number, F_GETFL)) + " offset " +
                    std::to_string(::lseek(number, 0, SEEK_CUR)));
  }
  report.list("descriptors", lines);
}

void add_signals_and_privileges(Report& report) {
  constexpr std::array wanted{"SigBlk", "SigPnd", "ShdPnd",     "SigIgn", "SigCgt", "Umask",
                              "Uid",    "Gid",    "Groups",     "CapInh", "CapPrm", "CapEff",
                              "CapBnd", "CapAmb", "NoNewPrivs", "VmLck",  "Seccomp"};
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    const std::string name = line.substr(0, line.find(':'));
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
    report.text(name, line.substr(std::min(line.find('\t') + 1, line.size())));
  }
}

void add_limits(Report& report) {
  std::vector<std::string> lines;
  for (int resource = 0; resource < RLIM_NLIMITS; ++resource) {
    rlimit limit{};
    ::getrlimit(static_cast<__rlimit_resource>(resource), &limit);
    lines.push_back(std::to_string(limit.rlim_cur) + " " + std::to_string(limit.rlim_max));
  }
  report.list("limits", lines);
}

void add_timers(Report& report) {
  constexpr std::array<std::pair<__itimer_which, const char*>, 3> timers{
      {{ITIMER_REAL, "real"}, {ITIMER_VIRTUAL, "virtual"}, {ITIMER_PROF, "prof"}}};
  for (const auto& [which, name] : timers) {
    itimerval value{};
    ::getitimer(which, &value);
    const bool set = value.it_value.tv_sec != 0 || value.it_value.tv_usec != 0;
    report.text(std::string{"timer "} + name, set ? "set" : "none");
  }
}

void add_scheduling(Report& report) {
  constexpr int of_process = 1;  // IOPRIO_WHO_PROCESS, ioprio_set(2)
  report.number("nice", ::getpriority(PRIO_PROCESS, 0));
  report.number("ioprio", ::syscall(SYS_ioprio_get, of_process, 0));
  report.number("policy", ::sched_getscheduler(0));
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  ::sched_getaffinity(0, sizeof cpus, &cpus);
  report.number("cpus", CPU_COUNT(&cpus));
  report.number("timer slack", ::prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0));
}

void add_process_attributes(Report& report) {
  int value = 0;
  ::prctl(PR_GET_CHILD_SUBREAPER, &value, 0, 0, 0);
  report.number("subreaper", value);
  ::prctl(PR_GET_PDEATHSIG, &value, 0, 0, 0);
  report.number("pdeathsig", value);
  report.number("dumpable", ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
  report.number("keepcaps", ::prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0));
  report.number("securebits", ::prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
  report.number("thp disable", ::prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
  report.number("personality", ::personality(0xffffffff));
  report.text("oom score adj", content("/proc/self/oom_score_adj"));
  report.text("coredump filter", content("/proc/self/coredump_filter"));
  report.text("cgroup", content("/proc/self/cgroup"));
  stack_t stack{};
  ::sigaltstack(nullptr, &stack);
  report.number("altstack", stack.ss_flags);
}

void add_place(Report& report) {
  std::array<char, 4096> directory{};
  report.text("cwd",
              ::getcwd(directory.data(), directory.size()) != nullptr ? directory.data() : "");
  report.text("group", ::getpgrp() == ::getpid() ? "own" : std::to_string(::getpgrp()));
  report.text("session", ::getsid(0) == ::getpid() ? "own" : std::to_string(::getsid(0)));
  report.number("parent", ::getppid());
  report.text("executed as", reinterpret_cast<const char*>(::getauxval(AT_EXECFN)));
  // Zombies count: a helper that was not reaped would be one.
  siginfo_t info{};
  const bool children = ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  report.text("children", children ? "some" : "none");
}

void add_keyrings(Report& report) {
  const long session =
      ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0, 0, 0);
  if (session < 0) {
    report.text("session keyring", "not available");
    return;
  }
  std::array<char, 512> description{};
  ::syscall(SYS_keyctl, KEYCTL_DESCRIBE, session, description.data(), description.size() - 1, 0);
  report.text("session keyring", std::to_string(session) + " " + description.data());
}

int await_term() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  const timespec patience{20, 0};
  return ::sigtimedwait(&set, nullptr, &patience) == SIGTERM ? 42 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  if (argv[1] == std::string_view{"--await-term"}) return await_term();
  Report report;
  add_descriptors(report);
  add_signals_and_privileges(report);
  add_limits(report);
  add_timers(report);
  add_scheduling(report);
  add_process_attributes(report);
  add_place(report);
  add_keyrings(report);
  report.list("argv", strings(argv));
  report.list("environ", strings(environ));
  std::ofstream{argv[1]} << report.json();
  return 0;
}
