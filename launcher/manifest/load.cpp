// Reading all files of a manifest and laying them over each other.
#include "launcher/manifest/load.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "launcher/base/nearest.hpp"
#include "launcher/manifest/document.hpp"
#include "launcher/manifest/dotenv.hpp"
#include "launcher/manifest/env_spans.hpp"
#include "launcher/manifest/env_value.hpp"
#include "launcher/manifest/order_of_place.hpp"
#include "launcher/manifest/safety.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t limit_bytes = 1024 * 1024;
constexpr int deepest_include = 8;
constexpr std::size_t most_files = 100;

// Who names it means that there is none: no manifest, not even the default one; no variables.
constexpr std::string_view nothing = "/dev/null";

// Relative includes count from the file that names them. Nothing is shortened: across a symlinked
// directory "conf/../x" is another file than "x".
std::string beside(const std::string& including, const std::string& path) {
  const std::filesystem::path wanted{path};
  if (wanted.is_absolute() || names_inherited_descriptor(including)) return path;
  return (std::filesystem::path{including}.parent_path() / wanted).string();
}

class Loader {
 public:
  Loader(const LoadRequest& request, Files& files, const Owner& owner,
         const Environment& environment, const Deadline& deadline, Log& log)
      : request_(request),
        files_(files),
        owner_(owner),
        environment_(environment),
        deadline_(deadline),
        log_(log) {}

  Loading load() {
    for (std::size_t i = 0; i < request_.files.size(); ++i) {
      if (request_.files[i] == nothing) continue;
      const bool found = i == 0 && request_.found_in_working_directory;
      add_file(request_.files[i], found ? NamedBy::working_directory : NamedBy::user, nullptr);
    }
    const std::vector<std::string> chosen = choose_profiles();
    for (const std::string& name : chosen) lay_over(merged_, profiles_[name]);
    const std::size_t elsewhere = problems_.size() - in_env_;
    for (const std::string& file : request_.env_files) add_env_file(file);
    for (const std::string& text : request_.env_assignments) add_assignment(text);
    const std::size_t read = problems_.size();
    Manifest manifest = finish(merged_, problems_);
    const bool only_variables = elsewhere == 0 && problems_.size() == read;
    manifest.files = read_;
    for (const auto& row : profiles_) manifest.profile_names.push_back(row.first);
    manifest.profiles = chosen;
    return {std::move(manifest), in_order_of_place(std::move(problems_), order_), only_variables};
  }

 private:
  std::optional<FileContent> read(const std::string& path, NamedBy named_by,
                                  const Location* included_at, Code code) {
    auto content = files_.read(path, limit_bytes, deadline_);
    if (!content) {
      Error error = content.error();
      if (error.code == Code::manifest_unreadable) error.code = code;
      if (included_at != nullptr) {
        error.location = *included_at;
        error.message = path + " " + error.message;
      } else if (!error.location) {
        error.location = Location{.file = path == "-" ? "standard input" : path};
      }
      problems_.push_back(std::move(error));
      return std::nullopt;
    }
    if (!request_.allow_unsafe) {
      if (auto problem = problem_with_safety(path, *content, owner_, named_by)) {
        problems_.push_back(*std::move(problem));
        return std::nullopt;
      }
    }
    return std::move(content).value();
  }

  void add_file(const std::string& path, NamedBy named_by, const Location* included_at) {
    // By its name before it is read, because a pipe can be read only once.
    if (was_met(path, included_at)) return;
    if (open_.size() > static_cast<std::size_t>(deepest_include)) {
      include_error(included_at, "includes nest deeper than " + std::to_string(deepest_include),
                    "include it from a file further up");
      return;
    }
    if (order_.size() >= most_files) {
      include_error(included_at, "more than " + std::to_string(most_files) + " files",
                    "put what belongs together into one file");
      return;
    }
    order_.push_back(path);
    auto content = read(path, named_by, included_at, Code::manifest_unreadable);
    if (!content || was_met_under_another_name(path, content->file, included_at)) return;
    // A plain copy: by rule a manifest holds no secrets, and its lines are needed for messages.
    const yaml::Source source{.file = path == "-" ? "standard input" : path,
                              .text = std::string{yaml::without_bom(content->bytes.reveal())}};
    add_source(source, path);
  }

  // A file that two others include counts once, where it was first met.
  bool was_met(const std::string& path, const Location* included_at) {
    if (std::find(open_.begin(), open_.end(), path) != open_.end()) {
      include_error(included_at, "an include cycle: this file includes itself",
                    "remove one of the includes: " + chain_to(path));
      return true;
    }
    return std::find(order_.begin(), order_.end(), path) != order_.end();
  }

  bool was_met_under_another_name(const std::string& path, const FileStatus& file,
                                  const Location* included_at) {
    if (!file.regular) return false;
    const auto [known, is_new] = first_names_.try_emplace({file.device, file.inode}, path);
    return !is_new && was_met(known->second, included_at);
  }

  void add_source(const yaml::Source& source, const std::string& path) {
    yaml::Reading reading = yaml::read_with_problems(source);
    Document document;
    if (reading.root) {
      const yaml::Excerpts excerpts{source};
      document = parse_document(*reading.root, Inspector{excerpts, environment_, reading.problems});
    }
    problems_.insert(problems_.end(), reading.problems.begin(), reading.problems.end());
    if (reading.root) in_env_ += count_within(EnvSpans{*reading.root}, reading.problems);
    open_.push_back(path);
    for (const IncludedFile& included : document.includes) add_include(included, path);
    open_.pop_back();
    read_.push_back(source.file);
    lay_over(merged_, document.base);
    for (const auto& row : document.profiles) lay_over(profiles_[row.first], row.second);
    if (document.default_profile) default_profile_ = document.default_profile;
  }

  static std::size_t count_within(const EnvSpans& spans, const Errors& problems) {
    return static_cast<std::size_t>(std::count_if(
        problems.begin(), problems.end(),
        [&](const Error& problem) { return problem.location && spans.cover(*problem.location); }));
  }

  void add_include(const IncludedFile& included, const std::string& including) {
    const std::string path = beside(including, included.file);
    if (included.optional && !files_.exists(path)) {
      log_.note("include " + path + " does not exist and is optional");
      return;
    }
    add_file(path, NamedBy::user, &included.where);
  }

  void include_error(const Location* at, std::string message, std::string hint) {
    problems_.push_back(Error{.code = Code::manifest_include,
                              .message = std::move(message),
                              .hint = std::move(hint),
                              .location = at == nullptr ? std::nullopt : std::optional{*at}});
  }

  [[nodiscard]] std::string chain_to(const std::string& name) const {
    std::string chain;
    for (const std::string& file : open_) chain.append(file).append(" -> ");
    return chain + name;
  }

  std::vector<std::string> choose_profiles() {
    if (request_.no_profile) return {};
    const bool named = !request_.profiles.empty();
    if (!named && !default_profile_) return {};
    const std::vector<std::string> wanted =
        named ? request_.profiles : std::vector{default_profile_->name};
    std::vector<std::string> chosen;
    std::vector<std::string_view> known;
    for (const auto& row : profiles_) known.push_back(row.first);
    for (const std::string& name : wanted) {
      if (profiles_.contains(name)) {
        if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) chosen.push_back(name);
        continue;
      }
      const std::string_view near = nearest(name, known);
      Error error{.code = Code::manifest_unknown_profile,
                  .message = "there is no profile \"" + name + "\"",
                  .hint = !near.empty()   ? "did you mean \"" + std::string{near} + "\"?"
                          : known.empty() ? "declare it under `profiles:`"
                                          : "there is: " + joined(known)};
      if (!named) error.location = default_profile_->where;
      problems_.push_back(std::move(error));
    }
    return chosen;
  }

  static std::string joined(const std::vector<std::string_view>& names) {
    std::string list;
    for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
    return list;
  }

  void add_env_file(const std::string& path) {
    if (path == nothing) return;
    order_.push_back(path);
    const auto content = read(path, NamedBy::user, nullptr, Code::env_file);
    if (!content) return;
    const DotenvReading reading = read_dotenv(path, content->bytes.reveal());
    problems_.insert(problems_.end(), reading.problems.begin(), reading.problems.end());
    Layer layer;
    for (const DotenvEntry& entry : reading.entries) {
      const Location where{.file = path,
                           .line = entry.line,
                           .column = entry.column,
                           .excerpt = entry.name + "=…",
                           .caret_column = 1,
                           .caret_width = static_cast<int>(entry.name.size())};
      if (!is_variable_name(entry.name)) {
        Error error = bad_variable_name();
        error.location = where;
        problems_.push_back(std::move(error));
        continue;
      }
      auto source = judge_scalar(entry.value.reveal(), ScalarPlace::elsewhere);
      if (!source) {
        Error error = source.error();
        error.location = where;
        problems_.push_back(std::move(error));
        continue;
      }
      layer.env.push_back(EnvEntry{.name = entry.name,
                                   .source = std::move(source).value(),
                                   .origin = EnvEntry::Origin::manifest,
                                   .where = where});
    }
    lay_over(merged_, layer);
    read_.push_back(path);
  }

  void add_assignment(const std::string& text) {
    auto entry = parse_env_assignment(text);
    if (!entry) {
      problems_.insert(problems_.end(), entry.errors().begin(), entry.errors().end());
      return;
    }
    Layer layer;
    layer.env.push_back(std::move(entry).value());
    lay_over(merged_, layer);
  }

  const LoadRequest& request_;
  Files& files_;
  const Owner& owner_;
  const Environment& environment_;
  const Deadline& deadline_;
  Log& log_;

  std::vector<std::string> open_;   // the file at hand and those that include it
  std::vector<std::string> order_;  // as first met: the order of messages
  std::map<std::pair<dev_t, ino_t>, std::string> first_names_;
  std::vector<std::string> read_;
  Layer merged_;
  std::map<std::string, Layer> profiles_;
  std::optional<DefaultProfile> default_profile_;
  Errors problems_;
  std::size_t in_env_ = 0;  // how many of them are about variables of manifests
};

}  // namespace

Loading load_with_problems(const LoadRequest& request, Files& files, const Owner& owner,
                           const Environment& environment, const Deadline& deadline, Log& log) {
  return Loader{request, files, owner, environment, deadline, log}.load();
}

Result<Manifest> load_manifest(const LoadRequest& request, Files& files, const Owner& owner,
                               const Environment& environment, const Deadline& deadline, Log& log) {
  Loading loading = load_with_problems(request, files, owner, environment, deadline, log);
  if (!loading.problems.empty()) return std::move(loading.problems);
  return std::move(loading.manifest);
}

}  // namespace kvlaunch
