#!/usr/bin/env python3
"""doctor over a network of the test's own: names, addresses and routes that lead nowhere.

Runs itself in namespaces of its own (network and mounts), so that /etc/resolv.conf, port 53 and the
routes are the test's. Skipped where the system gives no such namespaces.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

KVLAUNCH = os.environ["KVLAUNCH_LAUNCHER"]
INSIDE = "KVLAUNCH_TEST_INSIDE"
SKIPPED = 77  # as CMakeLists.txt tells ctest
NAME_ERROR = 3
SERVER_FAILURE = 2

# A pair of interfaces of which one end is never read: packets to these addresses are lost.
FURNISH = """
set -e
ip link set lo up
ip link add here type veth peer name nowhere
ip address add 203.0.113.1/24 dev here
ip link set here up
ip link set nowhere up
ip neigh add 203.0.113.7 lladdr 02:00:00:00:00:01 dev here
mount --bind "$RESOLV_CONF" /etc/resolv.conf
exec "$@"
"""


def encoded(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


class NameServer(threading.Thread):
    """Answers A questions by `chains`: the CNAMEs to follow, then an address; a number is a status."""

    def __init__(self, chains):
        super().__init__(daemon=True)
        self.chains = chains
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))

    def run(self):
        while True:
            question, peer = self.socket.recvfrom(512)
            self.socket.sendto(self.answer(question), peer)

    def answer(self, question):
        end = question.index(b"\0", 12) + 5
        kind = struct.unpack("!H", question[end - 4 : end - 2])[0]
        labels, place = [], 12
        while question[place]:
            labels.append(question[place + 1 : place + 1 + question[place]].decode())
            place += 1 + question[place]
        chain = self.chains.get(".".join(labels).lower(), NAME_ERROR)
        status = chain if isinstance(chain, int) else 0
        records = b""
        count = 0
        if not status and kind == 1:
            name = ".".join(labels)
            for alias in chain[:-1]:
                data = encoded(alias)
                records += encoded(name) + struct.pack("!HHIH", 5, 1, 60, len(data)) + data
                name = alias
            records += encoded(name) + struct.pack("!HHIH", 1, 1, 60, 4)
            records += socket.inet_aton(chain[-1])
            count = len(chain)
        head = question[:2] + struct.pack("!HHHHH", 0x8180 | status, 1, count, 0, 0)
        return head + question[12:end] + records


class DoctorPaths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        zone = "privatelink.vaultcore.azure.net"
        NameServer({
            "silent.vault.azure.net": [f"silent.{zone}", "203.0.113.7"],
            "unrouted.vault.azure.net": ["198.51.100.7"],
            "private.vault.azure.net": [f"private.{zone}", "10.1.2.3"],
            "broken.vault.azure.net": SERVER_FAILURE,
        }).start()

    def examine(self, vault, timeout="8s"):
        done = subprocess.run(
            [KVLAUNCH, "doctor", "--vault", vault, "--identity", "environment", "--format", "json",
             "--timeout", timeout],
            env={"PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True, timeout=60, check=False)
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, report["exit_code"])
        return {finding["area"]: finding for finding in report["findings"]}

    def test_a_name_that_does_not_exist_is_told_from_a_name_server_that_fails(self):
        self.assertEqual(self.examine("unknown")["dns"]["code"], "dns-not-found")
        self.assertEqual(self.examine("broken")["dns"]["code"], "dns-failure")

    def test_a_private_link_without_its_private_zone_is_a_warning(self):
        finding = self.examine("silent")["dns"]
        self.assertEqual(finding["verdict"], "warning")
        self.assertIn("silent.privatelink.vaultcore.azure.net", finding["seen"])
        self.assertIn("203.0.113.7 (public)", finding["seen"])

    def test_a_private_link_with_a_private_address_is_fine(self):
        finding = self.examine("private")["dns"]
        self.assertEqual(finding["verdict"], "fine")
        self.assertIn("10.1.2.3 (private)", finding["seen"])

    def test_a_route_that_loses_packets_ends_in_time_and_names_the_address(self):
        findings = self.examine("silent")
        self.assertEqual(findings["connect"]["code"], "connect-failure")
        self.assertIn("203.0.113.7:443: no answer", findings["connect"]["seen"])
        self.assertNotIn("tls", findings)

    def test_an_address_without_a_route_says_so_at_once(self):
        finding = self.examine("unrouted")["connect"]
        self.assertIn("unreachable", finding["seen"])
        self.assertLess(finding["milliseconds"], 2000)

    def test_there_is_one_next_step_for_each_problem(self):
        for finding in self.examine("silent").values():
            if finding["verdict"] in ("warning", "problem"):
                self.assertTrue(finding["next_step"], finding)


def enter_namespaces():
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as resolv_conf:
        resolv_conf.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        resolv_conf.flush()
        words = ["unshare", "--net", "--mount"]
        if os.geteuid() != 0:
            words.append("--map-root-user")
        words += ["sh", "-c", FURNISH, "sh"]
        environment = {**os.environ, INSIDE: "1", "RESOLV_CONF": resolv_conf.name}
        try:
            possible = subprocess.run(words + ["true"], env=environment, capture_output=True,
                                      timeout=30, check=False).returncode == 0
        except FileNotFoundError:
            possible = False
        if not possible:
            print("skipped: no such namespaces here")
            return SKIPPED
        return subprocess.run(words + [sys.executable, "-B", *sys.argv], env=environment,
                              check=False).returncode


if INSIDE in os.environ:
    unittest.main()
sys.exit(enter_namespaces())
