// Answers on the wire, whole and broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devvault/response_writer.hpp"
#include "tests/unit/devvault/server_streams.hpp"

namespace devvault {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr kvlaunch::WallTime then{std::chrono::seconds{784'111'777}};

struct Writing {
  bool write(const Response& response, const Manner& manner = {}, After after = After::keep_alive) {
    return write_response(stream, response, manner, after, then, stop);
  }
  test::ScriptedStream stream{{}};
  Stop stop;
};

TEST(ResponseWriter, sends_an_ordinary_answer_in_one_write) {
  Writing writing;
  EXPECT_TRUE(writing.write(Response::json(200, "{}")));
  EXPECT_THAT(writing.stream.writes(), SizeIs(1));
  EXPECT_EQ(writing.stream.written(),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
            "Content-Length: 2\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Connection: keep-alive\r\n\r\n{}");
}

TEST(ResponseWriter, announces_all_of_a_truncated_body_and_sends_half) {
  Writing writing;
  EXPECT_FALSE(writing.write({200, {}, "12345678"}, {.truncate = true}));
  EXPECT_THAT(writing.stream.written(), HasSubstr("Content-Length: 8\r\n"));
  EXPECT_THAT(writing.stream.written(), EndsWith("\r\n\r\n1234"));
}

TEST(ResponseWriter, drips_single_bytes) {
  Writing writing;
  EXPECT_TRUE(writing.write({200, {}, "abc"}, {.drip = Milliseconds{1}}));
  EXPECT_THAT(writing.stream.writes(), SizeIs(4));
  EXPECT_THAT(writing.stream.written(), EndsWith("\r\n\r\nabc"));
}

TEST(ResponseWriter, stops_dripping_when_devvault_stops) {
  Writing writing;
  writing.stop.raise();
  EXPECT_FALSE(writing.write({200, {}, "abc"}, {.drip = std::chrono::hours{1}}));
}

TEST(ResponseWriter, pads_a_huge_body_to_the_announced_size) {
  constexpr std::size_t padding = 200'000;
  Writing writing;
  EXPECT_TRUE(writing.write({200, {}, "{}"}, {.padding_bytes = padding}));
  const std::string written = writing.stream.written();
  EXPECT_THAT(written, HasSubstr("Content-Length: 200002\r\n"));
  EXPECT_EQ(written.size() - written.find("\r\n\r\n") - 4, padding + 2);
}

TEST(ResponseWriter, leaves_the_body_out_for_head_and_204) {
  Writing head;
  EXPECT_TRUE(head.write({200, {}, "abc"}, {.without_body = true}));
  EXPECT_THAT(head.stream.written(), HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(head.stream.written(), Not(HasSubstr("abc")));
  Writing empty;
  EXPECT_TRUE(empty.write({204, {}, ""}, {}, After::close));
  EXPECT_THAT(empty.stream.written(), Not(HasSubstr("Content-Length")));
  EXPECT_THAT(empty.stream.written(), HasSubstr("Connection: close\r\n"));
}

}  // namespace
}  // namespace devvault
