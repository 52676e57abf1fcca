// A link with a round trip between two network namespaces: two TUN devices and a relay that holds
// every packet for half the round trip. Kernels without netem are common; this needs none.
//
// usage: latency_link NAMESPACE_A NAMESPACE_B ROUND_TRIP_MS
// Makes the device `link0` in each namespace, prints "ready", and relays until standard input ends.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

namespace {

using Time = std::chrono::steady_clock::time_point;

struct Packet {
  Time due;
  std::vector<char> bytes;
};

struct End {
  int device = -1;
  std::deque<Packet> arriving;  // to be written to `device`, in order of arrival
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(125);
}

int open_device_in(const std::string& name) {
  const int space = open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC);
  if (space < 0 || setns(space, CLONE_NEWNET) != 0) fail(name.c_str());
  close(space);
  const int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, "link0", IFNAMSIZ - 1);
  if (ioctl(device, TUNSETIFF, &request) != 0) fail("TUNSETIFF");
  return device;
}

void read_packets(End& from, End& to, std::chrono::microseconds delay) {
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto size = read(from.device, buffer.data(), buffer.size());
    if (size <= 0) return;
    to.arriving.push_back({std::chrono::steady_clock::now() + delay,
                           std::vector<char>(buffer.begin(), buffer.begin() + size)});
  }
}

void write_due(End& end, Time now) {
  while (!end.arriving.empty() && end.arriving.front().due <= now) {
    const auto& bytes = end.arriving.front().bytes;
    // A device that takes no packet drops it, as a link does; TCP sends again.
    [[maybe_unused]] const auto written = write(end.device, bytes.data(), bytes.size());
    end.arriving.pop_front();
  }
}

timespec until_next(const End& a, const End& b, Time now) {
  Time next = now + std::chrono::milliseconds{100};
  for (const End* end : {&a, &b}) {
    if (!end->arriving.empty()) next = std::min(next, end->arriving.front().due);
  }
  const auto wait = std::max(std::chrono::nanoseconds{0}, next - now);
  return {0, static_cast<long>(wait.count())};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 78;
  const std::chrono::microseconds half{std::atoi(argv[3]) * 500};
  End a{open_device_in(argv[1]), {}};
  End b{open_device_in(argv[2]), {}};
  std::puts("ready");
  std::fflush(stdout);
  std::array<pollfd, 3> waits{{{a.device, POLLIN, 0}, {b.device, POLLIN, 0}, {0, POLLIN, 0}}};
  for (;;) {
    const auto wait = until_next(a, b, std::chrono::steady_clock::now());
    if (ppoll(waits.data(), waits.size(), &wait, nullptr) < 0) fail("ppoll");
    read_packets(a, b, half);
    read_packets(b, a, half);
    const auto now = std::chrono::steady_clock::now();
    write_due(a, now);
    write_due(b, now);
    char byte = 0;
    if (waits[2].revents != 0 && read(0, &byte, 1) <= 0) return 0;
  }
}
