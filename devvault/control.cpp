// Answering control requests.
#include "devvault/control.hpp"

#include "devvault/authorities.hpp"
#include "devvault/json_object.hpp"

namespace devvault {
namespace {

constexpr std::string_view control_prefix = "/devvault/";

std::string describe(const kvlaunch::Error& error) {
  std::string text;
  if (error.location && error.location->line > 0) {
    text = "line " + std::to_string(error.location->line) + ": ";
  }
  text += error.message;
  if (!error.hint.empty()) text += " (" + error.hint + ")";
  return text;
}

Response refusal(int status, const std::string& text) {
  return Response::json(status, JsonObject{}.raw("errors", json_texts({text})).str());
}

Response add_faults(const Request& request, Reception& reception) {
  const auto rules = read_fault_rules(request.body, reception.clock().wall());
  if (!rules) {
    std::vector<std::string> texts;
    for (const kvlaunch::Error& error : rules.errors()) texts.push_back(describe(error));
    return Response::json(400, JsonObject{}.raw("errors", json_texts(texts)).str());
  }
  reception.faults().add(*rules);
  return Response::json(
      200, JsonObject{}.number("added", static_cast<std::int64_t>(rules->size())).str());
}

}  // namespace

bool is_control_path(const Request& request) {
  return request.path.starts_with(control_prefix);
}

Response control(const Request& request, Reception& reception) {
  if (!is_loopback_host(request.host)) {
    return refusal(403, "the control endpoint answers on loopback only");
  }
  const std::string asked = request.method + " " + request.path;
  if (asked == "POST /devvault/faults") return add_faults(request, reception);
  if (asked == "DELETE /devvault/faults") {
    reception.faults().clear();
    return Response{204, {}, {}};
  }
  if (asked == "GET /devvault/journal") {
    return Response{200, {{"Content-Type", "application/x-ndjson"}}, reception.journal().text()};
  }
  if (asked == "DELETE /devvault/journal") {
    reception.journal().clear();
    return Response{204, {}, {}};
  }
  return refusal(404,
                 "there are POST and DELETE /devvault/faults, GET and DELETE /devvault/journal");
}

}  // namespace devvault
