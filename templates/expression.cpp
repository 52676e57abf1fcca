// A recursive descent parser for the expressions that settings may have:
//
//   concatenation = filtered { "~" filtered }
//   filtered      = primary { "|" NAME [ "(" arguments ")" ] }
//   primary       = STRING { STRING } | INTEGER | true | false | NAME "(" arguments ")"
//                 | "(" concatenation ")"
#include "templates/expression.hpp"

namespace kvlaunch::templates {
namespace {

constexpr int depth_limit = 32;
constexpr std::size_t arguments_limit = 16;
constexpr int filters_limit = 32;

Span joined(const Span& first, const Span& last) {
  return Span{first.offset, last.offset + last.length - first.offset, first.tag};
}

class Parser {
 public:
  explicit Parser(Cursor& cursor) : cursor_(cursor) {}

  Result<Expression> concatenation() {
    if (depth_ == depth_limit) return fail("an expression nested too deeply", "split it");
    ++depth_;
    auto first = filtered();
    if (!first) return first;
    Expression result = *std::move(first);
    if (cursor_.current().is_symbol("~")) {
      Expression chain{.kind = Expression::Kind::concatenation, .span = result.span};
      chain.operands.push_back(Argument{.value = std::move(result)});
      while (cursor_.current().is_symbol("~")) {
        cursor_.take();
        auto next = filtered();
        if (!next) return next;
        chain.span = joined(chain.span, next->span);
        chain.operands.push_back(Argument{.value = *std::move(next)});
      }
      result = std::move(chain);
    }
    --depth_;
    return result;
  }

 private:
  [[nodiscard]] Error fail(std::string message, std::string hint) const {
    return error_at(cursor_.text, cursor_.current().span, Code::template_syntax, std::move(message),
                    std::move(hint));
  }
  [[nodiscard]] Error unexpected() const {
    return fail(describe(cursor_.current()) + " where a value should be",
                std::string{what_settings_take});
  }

  Result<Expression> filtered() {
    auto inner = primary();
    for (int filters = 0; inner && cursor_.current().is_symbol("|"); ++filters) {
      if (filters == filters_limit) return fail("too many filters in a row", "leave some out");
      cursor_.take();
      if (cursor_.current().kind != TokenKind::name) {
        return fail(describe(cursor_.current()) + " where a filter's name should be",
                    "write a filter after '|', such as upper");
      }
      const Token& name = cursor_.take();
      Expression filter{.kind = Expression::Kind::filter, .span = name.span, .text = name.value};
      filter.operands.push_back(Argument{.value = *std::move(inner)});
      if (cursor_.current().is_symbol("(")) {
        if (auto done = arguments(filter); !done) return std::move(done).errors();
      }
      inner = std::move(filter);
    }
    return inner;
  }

  Result<Expression> primary() {
    switch (cursor_.current().kind) {
      case TokenKind::string:
        return string();
      case TokenKind::integer: {
        const Token& token = cursor_.take();
        return Expression{
            .kind = Expression::Kind::integer, .span = token.span, .number = token.number};
      }
      case TokenKind::name:
        return name();
      case TokenKind::symbol:
        if (cursor_.current().is_symbol("(")) return parenthesized();
        return unexpected();
      case TokenKind::text:
      case TokenKind::print_begin:
      case TokenKind::print_end:
      case TokenKind::block_begin:
      case TokenKind::block_end:
      case TokenKind::end:
        return unexpected();
    }
    return unexpected();
  }

  // Strings side by side are one, as in Python.
  Result<Expression> string() {
    const Token& first = cursor_.take();
    Expression result{.kind = Expression::Kind::string, .span = first.span, .text = first.value};
    while (cursor_.current().kind == TokenKind::string) {
      const Token& next = cursor_.take();
      result.text += next.value;
      result.span = joined(result.span, next.span);
    }
    return result;
  }

  Result<Expression> name() {
    const std::string& word = cursor_.current().value;
    if (word == "true" || word == "True" || word == "false" || word == "False") {
      const Token& token = cursor_.take();
      return Expression{.kind = Expression::Kind::boolean,
                        .span = token.span,
                        .number = token.value == "true" || token.value == "True" ? 1 : 0};
    }
    if (word == "none" || word == "None") {
      return fail("none is no value of a setting", "write \"\" for nothing");
    }
    if (word == "not") return unexpected();
    if (!(*cursor_.tokens)[cursor_.position + 1].is_symbol("(")) {
      return fail("no value has that name", word == "env"
                                                ? "write env(\"NAME\")"
                                                : "for an environment variable write env(\"" +
                                                      word + "\"), for text put it in quotes");
    }
    const Token& token = cursor_.take();
    Expression call{.kind = Expression::Kind::call, .span = token.span, .text = token.value};
    if (auto done = arguments(call); !done) return std::move(done).errors();
    return call;
  }

  Result<Expression> parenthesized() {
    cursor_.take();
    auto inner = concatenation();
    if (!inner) return inner;
    if (!cursor_.current().is_symbol(")")) {
      return fail(describe(cursor_.current()) + " where ')' should be",
                  std::string{what_settings_take});
    }
    cursor_.take();
    return inner;
  }

  Result<void> arguments(Expression& owner) {
    cursor_.take();
    while (!cursor_.current().is_symbol(")")) {
      if (owner.operands.size() == arguments_limit) return fail("too many arguments", "");
      auto next = argument(owner);
      if (!next) return std::move(next).errors();
      owner.operands.push_back(*std::move(next));
      if (cursor_.current().is_symbol(",")) {
        cursor_.take();
      } else if (!cursor_.current().is_symbol(")")) {
        return fail(describe(cursor_.current()) + " where ',' or ')' should be",
                    std::string{what_settings_take});
      }
    }
    owner.span = joined(owner.span, cursor_.take().span);
    return {};
  }

  Result<Argument> argument(const Expression& owner) {
    Argument next;
    const Token& after = (*cursor_.tokens)[cursor_.position + 1];
    if (cursor_.current().kind == TokenKind::name && after.is_symbol("=")) {
      next.keyword = cursor_.take().value;
      cursor_.take();
    } else if (!owner.operands.empty() && !owner.operands.back().keyword.empty()) {
      return fail("an argument by position after one by name", "put it first");
    }
    auto value = concatenation();
    if (!value) return std::move(value).errors();
    next.value = *std::move(value);
    return next;
  }

  Cursor& cursor_;
  int depth_ = 0;
};

}  // namespace

Result<Expression> parse_expression(Cursor& cursor) {
  return Parser{cursor}.concatenation();
}

}  // namespace kvlaunch::templates
