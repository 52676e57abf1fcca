// Reading "#!" lines and ELF headers the way the kernel does, and wording what it would answer.
#include "launcher/process/executable.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "launcher/base/descriptor.hpp"

namespace kvlaunch {
namespace {

using Verdict = Executability::Verdict;

constexpr std::size_t header_bytes = 256;                 // BINPRM_BUF_SIZE, linux/binfmts.h
constexpr int max_interpreter_depth = 5;                  // exec_binprm, fs/exec.c
constexpr std::size_t max_program_headers_bytes = 65536;  // load_elf_phdrs, fs/binfmt_elf.c

#if defined(__x86_64__)
constexpr Elf64_Half own_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half own_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half own_machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr Elf64_Half own_machine = EM_PPC64;
#elif defined(__s390x__)
constexpr Elf64_Half own_machine = EM_S390;
#else
#error "name this machine's ELF number"
#endif

std::string_view machine_name(Elf64_Half machine) {
  switch (machine) {
    case EM_386:
      return "32-bit x86";
    case EM_X86_64:
      return "x86-64";
    case EM_ARM:
      return "32-bit ARM";
    case EM_AARCH64:
      return "ARM64";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "POWER";
    case EM_S390:
      return "IBM Z";
    default:
      return "another kind of machine";
  }
}

Executability judge(Verdict verdict, std::string message, std::string hint) {
  const Code code =
      verdict == Verdict::incomplete ? Code::target_not_found : Code::target_not_executable;
  return {verdict, Error{.code = code, .message = std::move(message), .hint = std::move(hint)}};
}

// binfmt_misc may run any format that the kernel itself does not know (qemu, java, wine), and a
// container cannot see what is registered. Only its absence from the kernel is certain.
Verdict unless_registered() {
  const Descriptor file{::open("/proc/filesystems", O_RDONLY | O_CLOEXEC)};
  std::array<char, 16384> names{};
  const ssize_t length = file.valid() ? ::read(file.get(), names.data(), names.size()) : -1;
  if (length <= 0) return Verdict::undecidable;
  const std::string_view list{names.data(), static_cast<std::size_t>(length)};
  return list.find("\tbinfmt_misc\n") == std::string_view::npos ? Verdict::refused
                                                                : Verdict::undecidable;
}

Executability no_permission(const std::string& path) {
  struct statvfs file_system {};
  if (::statvfs(path.c_str(), &file_system) == 0 && (file_system.f_flag & ST_NOEXEC) != 0) {
    return judge(Verdict::denied, path + " is on a file system mounted noexec",
                 "move the program elsewhere, or mount the file system without noexec");
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return judge(Verdict::denied, path + " is out of reach: a directory above it is closed to us",
                 "give this user the right to search the directory (x), or correct PATH");
  }
  if ((status.st_mode & 0111) == 0) {
    return judge(Verdict::denied, path + " is not executable", "chmod +x " + path);
  }
  return judge(Verdict::denied, "this user may not execute " + path,
               "check the owner and the permissions of the file");
}

// What can be told without opening the file.
Executability examine_name(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    switch (errno) {
      case ENOENT:
        return {Verdict::missing, {}};
      case EACCES:
        return no_permission(path);
      case ENOTDIR:
      case ENAMETOOLONG:
      case ESTALE:
      case ENODEV:
      case ETIMEDOUT:
        // execvp goes on to the next element of PATH after these.
        return judge(Verdict::denied, system_error("cannot execute", path, errno).message,
                     "check the path");
      default:
        return judge(Verdict::refused, system_error("cannot execute", path, errno).message,
                     "check the path");
    }
  }
  if (S_ISDIR(status.st_mode)) {
    return judge(Verdict::denied, path + " is a directory", "name the program inside it");
  }
  if (!S_ISREG(status.st_mode)) {
    return judge(Verdict::denied, path + " is not a regular file", "name a program");
  }
  if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0 && errno == EACCES) {
    return no_permission(path);
  }
  return {};
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// The interpreter of a "#!" line as load_script (fs/binfmt_script.c) cuts it out; empty if there is
// none or the buffer ends within it.
std::string interpreter_of(std::string_view header) {
  const std::size_t newline = header.find('\n');
  std::string_view line =
      header.substr(2, newline == std::string_view::npos ? newline : newline - 2);
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  const auto* const end =
      std::find_if(line.begin(), line.end(), [](char c) { return is_blank(c) || c == '\0'; });
  const bool cut_off = newline == std::string_view::npos && header.size() == header_bytes;
  if (end == line.end() && cut_off) return {};
  return std::string{line.begin(), end};
}

Executability examine(const std::string& path, int depth);

Executability examine_script(const std::string& path, std::string_view header, int depth) {
  const std::string interpreter = interpreter_of(header);
  if (interpreter.empty()) {
    return judge(Verdict::refused, path + " has no usable interpreter in its first line",
                 "begin it with a line such as #!/bin/sh");
  }
  if (interpreter.ends_with('\r')) {
    return judge(Verdict::incomplete,
                 path + " has Windows line ends (CR LF), so its interpreter is not found",
                 "sed -i 's/\\r$//' " + path);
  }
  if (depth + 1 > max_interpreter_depth) {
    return judge(Verdict::refused, path + " leads through too many interpreters",
                 "name the last interpreter in its first line");
  }
  Executability seen = examine(interpreter, depth + 1);
  if (seen.verdict == Verdict::runs || seen.verdict == Verdict::undecidable) return seen;
  if (seen.verdict == Verdict::missing) {
    return judge(Verdict::incomplete,
                 "the interpreter " + interpreter + " that " + path + " names does not exist",
                 "install it, or correct the first line of " + path);
  }
  seen.error.message =
      "the interpreter that " + path + " names cannot be used: " + seen.error.message;
  return seen;
}

// The path in the PT_INTERP header; empty for a static program. Only for the own machine's 64-bit
// files; false if the headers are cut off.
bool read_loader(int file, const Elf64_Ehdr& header, std::string& loader) {
  if (header.e_phentsize != sizeof(Elf64_Phdr)) return false;
  if (header.e_phnum == 0 || header.e_phnum * sizeof(Elf64_Phdr) > max_program_headers_bytes)
    return false;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    const auto at = static_cast<off_t>(header.e_phoff + i * sizeof segment);
    if (::pread(file, &segment, sizeof segment, at) != static_cast<ssize_t>(sizeof segment))
      return false;
    if (segment.p_type != PT_INTERP) continue;
    std::array<char, 4096> name{};  // PATH_MAX, as in load_elf_binary
    if (segment.p_filesz < 2 || segment.p_filesz > name.size()) return false;
    const auto wanted = static_cast<std::size_t>(segment.p_filesz);
    if (::pread(file, name.data(), wanted, static_cast<off_t>(segment.p_offset)) !=
        static_cast<ssize_t>(wanted))
      return false;
    if (name[wanted - 1] != '\0') return false;
    loader = name.data();
    return true;
  }
  return true;
}

Executability examine_native(const std::string& path, int file, const Elf64_Ehdr& header) {
  std::string loader;
  const bool runnable_type = header.e_type == ET_EXEC || header.e_type == ET_DYN;
  if (!runnable_type || !read_loader(file, header, loader)) {
    return judge(Verdict::refused, path + " is not a complete program (an object file, or cut off)",
                 "copy or build it again");
  }
  if (loader.empty()) return {};
  const Executability seen = examine_name(loader);
  if (seen.verdict == Verdict::runs) return {};
  if (seen.verdict == Verdict::missing) {
    return judge(Verdict::incomplete,
                 "the loader " + loader + " that " + path + " needs does not exist",
                 "it was built for another C library (glibc, musl): use a build for this system, "
                 "or install that library");
  }
  return judge(Verdict::refused,
               "the loader that " + path + " needs cannot be used: " + seen.error.message,
               seen.error.hint);
}

Executability examine_elf(const std::string& path, int file, std::string_view bytes) {
  Elf64_Ehdr header{};
  std::memcpy(&header, bytes.data(), std::min(bytes.size(), sizeof header));
  // e_machine stands at the same place in 32-bit files.
  if (header.e_machine == own_machine && header.e_ident[EI_CLASS] == ELFCLASS64 &&
      bytes.size() >= sizeof header) {
    return examine_native(path, file, header);
  }
  // A kernel may also run its machine's 32-bit programs: not decided here.
  const bool may_be_compatible = header.e_ident[EI_CLASS] == ELFCLASS32;
  return judge(may_be_compatible ? Verdict::undecidable : unless_registered(),
               path + " is a program for " + std::string{machine_name(header.e_machine)} +
                   ", not for this machine's " + std::string{machine_name(own_machine)},
               "use the build, or the image, for this machine");
}

bool is_text(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t');
  });
}

Executability examine_content(const std::string& path, int file, std::string_view bytes,
                              int depth) {
  if (bytes.starts_with("#!")) return examine_script(path, bytes, depth);
  if (bytes.starts_with(std::string_view{ELFMAG, SELFMAG})) return examine_elf(path, file, bytes);
  if (bytes.empty()) {
    return judge(Verdict::refused, path + " is empty", "copy or build it again");
  }
  if (bytes.starts_with("\xEF\xBB\xBF#!")) {
    return judge(Verdict::refused, path + " has a byte order mark before its \"#!\"",
                 "sed -i '1s/^\\xEF\\xBB\\xBF//' " + path);
  }
  if (is_text(bytes)) {
    return judge(Verdict::refused, path + " is a script without a \"#!\" line",
                 "begin it with a line such as #!/bin/sh, or run it as: sh " + path);
  }
  return judge(unless_registered(), path + " is not in a format this system can run",
               "it may be built for another system: use the build for this machine");
}

Executability examine(const std::string& path, int depth) {
  Executability seen = examine_name(path);
  if (seen.verdict != Verdict::runs) return seen;
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!file.valid()) return {};
  std::array<char, header_bytes> header{};
  const ssize_t length = ::pread(file.get(), header.data(), header.size(), 0);
  if (length < 0) return {};
  return examine_content(path, file.get(), {header.data(), static_cast<std::size_t>(length)},
                         depth);
}

}  // namespace

Executability examine_executable(const std::string& path) {
  return examine(path, 1);
}

}  // namespace kvlaunch
