// Settings: tokens to expressions to text. Only env() is called here, never anything of a vault.
#include "templates/setting.hpp"

#include <algorithm>
#include <array>

#include "launcher/base/utf8.hpp"
#include "templates/expression.hpp"
#include "templates/filters.hpp"

namespace kvlaunch {

using namespace templates;

namespace {

constexpr std::size_t setting_limit_bytes = 64 * 1024;

// Functions of templates that bring or name what comes from a vault.
constexpr auto vault_functions =
    std::to_array<std::string_view>({"secret", "secrets", "certificate", "key", "file"});

class Renderer {
 public:
  Renderer(std::string_view text, const Environment& environment)
      : text_(text), environment_(environment) {}

  Result<Value> evaluate(const Expression& expression) {
    switch (expression.kind) {
      case Expression::Kind::string:
        return Value{expression.text};
      case Expression::Kind::integer:
        return Value{expression.number};
      case Expression::Kind::boolean:
        return Value{expression.number != 0};
      case Expression::Kind::concatenation:
        return concatenation(expression);
      case Expression::Kind::call:
        return call(expression);
      case Expression::Kind::filter:
        return filter(expression);
    }
    return Value{std::string{}};
  }

 private:
  Result<Value> concatenation(const Expression& expression) {
    std::string joined;
    for (const auto& operand : expression.operands) {
      auto value = evaluate(operand.value);
      if (!value) return value;
      auto piece = text_of(text_, *value);
      if (!piece) return std::move(piece).errors();
      joined += *piece;
      if (joined.size() > text_limit_bytes) {
        return fail(expression.span, "a text of more than 1 MiB", "make it shorter");
      }
    }
    return Value{std::move(joined)};
  }

  Result<Value> filter(const Expression& expression) {
    auto input = evaluate(expression.operands.front().value);
    if (!input) return input;
    auto bound = arguments(expression, 1);
    if (!bound) return std::move(bound).errors();
    return apply_filter(*bound, *input);
  }

  Result<Value> call(const Expression& expression) {
    const bool of_vault = std::find(vault_functions.begin(), vault_functions.end(),
                                    expression.text) != vault_functions.end();
    if (of_vault) {
      return fail(expression.span, expression.text + "(...) in a setting",
                  "secrets are never used here, only in env and files; env(\"NAME\") is");
    }
    if (expression.text != "env") {
      return fail(expression.span, "no function is called " + expression.text,
                  "the function of settings is env(\"NAME\")");
    }
    auto call = arguments(expression, 0);
    if (!call) return std::move(call).errors();
    auto bound = bind(*call, {"name", "default"}, 1);
    if (!bound) return std::move(bound).errors();
    return variable(*call, *(*bound)[0], (*bound)[1]);
  }

  Result<Value> variable(const Call& call, const BoundArgument& name_argument,
                         const BoundArgument* default_argument) {
    const auto* const name = std::get_if<std::string>(&name_argument.value);
    if (name == nullptr) {
      if (std::holds_alternative<Undefined>(name_argument.value)) {
        return std::move(text_of(text_, name_argument.value)).errors();
      }
      return fail(name_argument.span, "not the name of a variable", "write env(\"NAME\")");
    }
    const auto value = environment_.get(*name);
    if (!value) {
      if (default_argument != nullptr) return default_argument->value;
      return Value{Undefined{call.span, *name}};
    }
    if (!is_utf8(*value)) {
      return fail(call.span, "the variable's value is not UTF-8", "set it to UTF-8 text");
    }
    return Value{std::string{*value}};
  }

  Result<Call> arguments(const Expression& expression, std::size_t first) {
    Call call{.text = text_, .span = expression.span, .name = expression.text};
    for (auto i = first; i < expression.operands.size(); ++i) {
      const auto& operand = expression.operands[i];
      auto value = evaluate(operand.value);
      if (!value) return std::move(value).errors();
      call.arguments.push_back(
          BoundArgument{operand.keyword, *std::move(value), operand.value.span});
    }
    return call;
  }

  [[nodiscard]] Error fail(const Span& span, std::string message, std::string hint) const {
    return error_at(text_, span, Code::template_syntax, std::move(message), std::move(hint));
  }

  std::string_view text_;
  const Environment& environment_;
};

Result<std::string> render(std::string_view text, const std::vector<Token>& tokens,
                           const Environment& environment) {
  const auto fail = [&](const Token& at, std::string message, std::string hint) {
    return error_at(text, at.span, Code::template_syntax, std::move(message), std::move(hint));
  };
  std::string output;
  Cursor cursor{text, &tokens};
  while (cursor.current().kind != TokenKind::end) {
    const Token& token = cursor.take();
    if (token.kind == TokenKind::text) {
      output += token.value;
      continue;
    }
    if (token.kind == TokenKind::block_begin) {
      return fail(
          token, "a block ('{%') in a setting",
          "a setting takes {{ env(\"NAME\") }} only; write {{ \"{%\" }} for these characters");
    }
    auto expression = parse_expression(cursor);
    if (!expression) return std::move(expression).errors();
    if (cursor.current().kind != TokenKind::print_end) {
      return fail(cursor.current(), describe(cursor.current()) + " after a value",
                  std::string{what_settings_take});
    }
    cursor.take();
    auto value = Renderer{text, environment}.evaluate(*expression);
    if (!value) return std::move(value).errors();
    auto piece = text_of(text, *value);
    if (!piece) return std::move(piece).errors();
    output += *piece;
    if (output.size() > text_limit_bytes) {
      return fail(token, "a setting of more than 1 MiB", "make it shorter");
    }
  }
  return output;
}

Error whole_text(std::string message, std::string hint) {
  return Error{.code = Code::template_syntax,
               .message = std::move(message),
               .hint = std::move(hint),
               .location = Location{.line = 1, .column = 1}};
}

}  // namespace

Result<std::string> expand_setting(std::string_view text, const Environment& environment) {
  if (text.size() > setting_limit_bytes) {
    return whole_text("a setting of more than 64 KiB", "make it shorter");
  }
  if (!is_utf8(text)) return whole_text("a setting that is not UTF-8", "write it in UTF-8");
  auto tokens = tokenize(text);
  if (!tokens) return std::move(tokens).errors();
  return render(text, *tokens, environment);
}

bool has_template_tag(std::string_view text) {
  return text.find("{{") != std::string_view::npos || text.find("{%") != std::string_view::npos ||
         text.find("{#") != std::string_view::npos;
}

}  // namespace kvlaunch
