// Reading requests: what is taken, what is refused, what stays for the next one.
#include <gtest/gtest.h>

#include "devvault/http_reader.hpp"
#include "tests/fakes/fake_world.hpp"
#include "tests/unit/devvault/server_streams.hpp"

namespace devvault {
namespace {

struct Reading {
  explicit Reading(std::vector<std::string> pieces) : stream(std::move(pieces)) {}

  ReadOutcome next() {
    const ReadOutcome outcome = reader.read_head(head);
    return outcome == ReadOutcome::complete ? reader.read_body(head, body) : outcome;
  }

  test::ScriptedStream stream;
  kvlaunch::test::FakeClock clock;
  HttpReader reader{stream, clock};
  RequestHead head;
  std::string body;
};

TEST(HttpReader, takes_a_request_that_arrives_byte_by_byte) {
  std::vector<std::string> bytes;
  for (const char byte : std::string{"POST /t HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"}) {
    bytes.emplace_back(1, byte);
  }
  Reading reading{bytes};
  ASSERT_EQ(reading.next(), ReadOutcome::complete);
  EXPECT_EQ(reading.head.method + " " + reading.head.target, "POST /t");
  EXPECT_EQ(reading.body, "abc");
}

TEST(HttpReader, keeps_what_follows_for_the_next_request) {
  Reading reading{{"POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\n\r\n"}};
  ASSERT_EQ(reading.next(), ReadOutcome::complete);
  ASSERT_EQ(reading.next(), ReadOutcome::complete);
  EXPECT_EQ(reading.head.target, "/b");
  EXPECT_EQ(reading.body, "");
  EXPECT_EQ(reading.next(), ReadOutcome::closed);
}

TEST(HttpReader, joins_chunks_and_drops_extensions_and_trailers) {
  Reading reading{
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\nGET /n HTTP/1.1\r\n\r\n"}};
  ASSERT_EQ(reading.next(), ReadOutcome::complete);
  EXPECT_EQ(reading.body, "abc0123456789");
  ASSERT_EQ(reading.next(), ReadOutcome::complete);
  EXPECT_EQ(reading.head.target, "/n");
}

TEST(HttpReader, answers_a_client_that_waits_for_100_continue) {
  Reading reading{{"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "ab"}};
  ASSERT_EQ(reading.next(), ReadOutcome::complete);
  EXPECT_EQ(reading.stream.written(), "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(HttpReader, refuses_what_could_smuggle_a_second_request) {
  for (const char* fields :
       {"Content-Length: 1\r\nTransfer-Encoding: chunked", "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: +1", "Content-Length: -1", "Content-Length: 1x", "Name : value",
        "Name: a\r\n folded", "Name: a\x01z", ": empty"}) {
    Reading reading{{"POST / HTTP/1.1\r\n" + std::string{fields} + "\r\n\r\nx"}};
    EXPECT_EQ(reading.next(), ReadOutcome::malformed) << fields;
  }
}

TEST(HttpReader, refuses_request_lines_that_are_none) {
  for (const char* line :
       {"GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", "G(T / HTTP/1.1", "GET /a b HTTP/1.1"}) {
    Reading reading{{std::string{line} + "\r\n\r\n"}};
    EXPECT_EQ(reading.next(), ReadOutcome::malformed) << line;
  }
}

TEST(HttpReader, bounds_head_fields_and_body) {
  Reading long_head{{"GET / HTTP/1.1\r\nX: " + std::string(max_head_bytes, 'x') + "\r\n\r\n"}};
  EXPECT_EQ(long_head.next(), ReadOutcome::too_large);

  std::string many = "GET / HTTP/1.1\r\n";
  for (std::size_t field = 0; field <= max_header_fields; ++field) many += "X: y\r\n";
  Reading fields{{many + "\r\n"}};
  EXPECT_EQ(fields.next(), ReadOutcome::too_large);

  const std::string size = std::to_string(max_request_body_bytes + 1);
  Reading body{{"POST / HTTP/1.1\r\nContent-Length: " + size + "\r\n\r\n"}};
  EXPECT_EQ(body.next(), ReadOutcome::too_large);

  Reading chunks{{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n"}};
  EXPECT_EQ(chunks.next(), ReadOutcome::too_large);
}

TEST(HttpReader, tells_a_broken_request_from_a_closed_connection) {
  Reading idle{{}};
  EXPECT_EQ(idle.next(), ReadOutcome::closed);
  Reading broken{{"GET / HT"}};
  EXPECT_EQ(broken.next(), ReadOutcome::incomplete);
  Reading half{{"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na"}};
  EXPECT_EQ(half.next(), ReadOutcome::incomplete);
}

TEST(HttpReader, knows_codings_it_does_not_know) {
  Reading reading{{"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"}};
  EXPECT_EQ(reading.next(), ReadOutcome::unsupported);
}

TEST(HttpReader, keeps_connections_alive_as_the_version_says) {
  RequestHead head;
  EXPECT_TRUE(keeps_alive(head));
  head.headers = {{"connection", "Close"}};
  EXPECT_FALSE(keeps_alive(head));
  head = {.minor_version = 0};
  EXPECT_FALSE(keeps_alive(head));
  head.headers = {{"Connection", "keep-alive"}};
  EXPECT_TRUE(keeps_alive(head));
}

}  // namespace
}  // namespace devvault
