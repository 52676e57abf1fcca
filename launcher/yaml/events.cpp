// The only file that includes yaml-cpp (0.7): its parser's events, bounded while they come.
//
// The parser recurses, but stops by itself at 500 levels (depthguard.h) and calls the handler
// before it descends: ours ends the parse by an exception that does not leave this file.
#include "launcher/yaml/events.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "launcher/yaml/traps.hpp"

namespace kvlaunch::yaml {
namespace {

// Thrown through the parser, which has no other way to be stopped.
struct Stop {
  Error error;
};

Mark mark_of(const YAML::Mark& mark) {
  return Mark{.line = mark.line + 1, .column = mark.column + 1};
}

class Recorder final : public YAML::EventHandler {
 public:
  Recorder(const Excerpts& excerpts, const Limits& limits)
      : excerpts_(excerpts), text_(excerpts.source().text), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    // A second one is refused at once: on some inputs (a lone ',') the parser finds them for ever.
    if (++documents_ > 1) {
      throw Stop{Error{.code = Code::manifest_syntax,
                       .message = "a second document begins here",
                       .hint = "one document in a file: give several files with -m or include",
                       .location = excerpts_.at(mark_of(mark), 0, Token::hidden)}};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    record(Event::Kind::null, mark, "?", anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    record(Event::Kind::alias, mark, "?", anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Event& event = record(Event::Kind::scalar, mark, tag, anchor);
    event.text = value;
    if (!event.quoted) return;
    if (auto problem = problem_with_quotes(excerpts_, event.mark, event.offset)) {
      throw Stop{*std::move(problem)};
    }
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Event::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Event::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  std::vector<Event> take() { return std::move(events_); }
  // Where a search for the cause of a syntax error begins: at a template that the parser took for
  // a mapping and has not seen the end of, else at the last thing that it understood.
  [[nodiscard]] Mark suspect() const {
    for (const std::size_t index : open_) {
      if (begins_template(text_, events_[index].offset)) return events_[index].mark;
    }
    return events_.empty() ? Mark{1, 1} : events_.back().mark;
  }
  // The last { or [ that was not closed, if one was not.
  [[nodiscard]] std::optional<Mark> open_bracket() const {
    for (auto index = open_.rbegin(); index != open_.rend(); ++index) {
      const Event& event = events_[*index];
      if (text_.substr(event.offset).find_first_of("{[") == 0) return event.mark;
    }
    return std::nullopt;
  }

 private:
  Event& record(Event::Kind kind, const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor) {
    if (events_.size() >= limits_.nodes) {
      throw Stop{Error{.code = Code::manifest_too_large,
                       .message = "more than " + std::to_string(limits_.nodes) + " values",
                       .hint = "split it with include",
                       .location = excerpts_.at(mark_of(mark), 0, Token::hidden)}};
    }
    Event event{.kind = kind, .mark = mark_of(mark)};
    event.offset = static_cast<std::size_t>(mark.pos);
    event.anchor = anchor;
    event.next = events_.size() + 1;
    // The parser calls every scalar that is not plain "!", and so does who writes that tag.
    event.quoted = kind == Event::Kind::scalar && tag == "!";
    event.tagged = (tag != "?" && tag != "!") || has_tag_at(text_, event.offset);
    events_.push_back(std::move(event));
    return events_.back();
  }

  void open(Event::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    record(kind, mark, tag, anchor);
    open_.push_back(events_.size() - 1);
    if (open_.size() > static_cast<std::size_t>(limits_.depth)) {
      throw Stop{
          Error{.code = Code::manifest_too_deep,
                .message = "more than " + std::to_string(limits_.depth) + " levels of nesting",
                .hint = "write the file flatter",
                .location = excerpts_.at(mark_of(mark), 0, Token::hidden)}};
    }
  }

  void close() {
    events_[open_.back()].next = events_.size();
    open_.pop_back();
  }

  const Excerpts& excerpts_;
  std::string_view text_;
  const Limits& limits_;
  std::vector<Event> events_;
  std::vector<std::size_t> open_;  // indexes of the collections that are not closed yet
  int documents_ = 0;
};

}  // namespace

Result<std::vector<Event>> record_events(const Excerpts& excerpts, const Limits& limits) {
  Recorder recorder{excerpts, limits};
  try {
    std::istringstream stream{excerpts.source().text};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(recorder)) {
    }
  } catch (Stop& stop) {
    return std::move(stop.error);
  } catch (const YAML::Exception& failure) {
    return syntax_error(excerpts, mark_of(failure.mark), failure.msg, recorder.suspect(),
                        recorder.open_bracket());
  }
  return recorder.take();
}

}  // namespace kvlaunch::yaml
