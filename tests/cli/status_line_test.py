#!/usr/bin/env python3
"""What a person at a terminal sees of a slow start: one line, above which all others are printed."""

import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

BINARIES = os.path.abspath(sys.argv.pop(1))
STATUS = "kvlaunch: waiting for contoso-dev"
ERASE = "\r\x1b[K"
DEVVAULT = """version: 1
tenant-id: 11111111-1111-1111-1111-111111111111
identities:
  app: { client-id: 22222222-2222-2222-2222-222222222222, client-secret: MARKED-client-secret }
vaults:
  contoso-dev: { secrets: { a: MARKED-a } }
faults:
  - { match: "GET /secrets/a", times: 1, delay: 3s }
"""
NOBODY = 65534


class StatusLine(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="kvlaunch-status-")
        os.chmod(self.directory, 0o755)
        self.addCleanup(shutil.rmtree, self.directory)
        with open(os.path.join(self.directory, "devvault.yaml"), "w", encoding="utf-8") as file:
            file.write(DEVVAULT)

    def on_terminal(self, command, prepare=None, columns=0):
        """What kvlaunch writes to a terminal that is its standard error, and its exit code."""
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        words = ["devvault", "-f", "devvault.yaml", "--", *command]
        environment = {"PATH": BINARIES + ":/usr/bin:/bin"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        process = subprocess.Popen(words, cwd=self.directory, env=environment, stderr=terminal,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   preexec_fn=prepare)
        os.close(terminal)
        text, until = b"", time.monotonic() + 60
        while time.monotonic() < until:
            if not select.select([controller], [], [], 1)[0]:
                continue
            try:
                part = os.read(controller, 4096)
            except OSError:  # the last holder of the terminal is gone
                break
            if not part:
                break
            text += part
        os.close(controller)
        return text.decode(), process.wait(timeout=10)

    def test_is_shown_by_a_slow_start_and_erased(self):
        seen, code = self.on_terminal(
            ["kvlaunch", "run", "-e", "A=kv://contoso-dev/a", "--", "true"])
        self.assertEqual((seen, code), (STATUS + ".vault.azure.net" + ERASE, 0))

    def test_is_cut_to_the_width_of_the_terminal(self):
        seen, code = self.on_terminal(
            ["kvlaunch", "run", "-e", "A=kv://contoso-dev/a", "--", "true"], columns=30)
        self.assertEqual((seen, code), (STATUS[:29] + ERASE, 0))

    def test_is_left_out_where_the_terminal_cannot_erase_it(self):
        seen, code = self.on_terminal(
            ["env", "TERM=dumb", "kvlaunch", "run", "-e", "A=kv://contoso-dev/a", "--", "true"])
        self.assertEqual((seen, code), ("", 0))

    def test_stays_below_what_is_said_meanwhile(self):
        seen, code = self.on_terminal(
            ["kvlaunch", "run", "-v", "-e", "A=kv://contoso-dev/a", "--", "true"])
        self.assertEqual(code, 0)
        self.assertIn(STATUS, seen)
        # Every text on the status line's place begins after it was erased.
        for part in seen.split(STATUS)[1:]:
            self.assertRegex(part, r"^[a-z.]*\r\x1b\[K")

    def test_is_left_out_where_lines_are_json(self):
        seen, code = self.on_terminal(
            ["kvlaunch", "run", "--log-format", "json", "-e", "A=kv://contoso-dev/a", "--", "true"])
        self.assertEqual((seen, code), ("", 0))

    def test_is_left_out_where_no_thread_can_be_had(self):
        # The limit does not bind root, so there another user starts kvlaunch.
        program = os.path.join(self.directory, "kvlaunch")
        shutil.copy(os.path.join(BINARIES, "kvlaunch"), program)
        starter = os.path.join(self.directory, "as_limited_user.py")
        with open(starter, "w", encoding="utf-8") as file:
            file.write(
                "import os, resource, sys\n"
                f"if os.geteuid() == 0: os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
                "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n"
                "os.execv(sys.argv[1], sys.argv[1:])\n")
        seen, code = self.on_terminal(
            [sys.executable, starter, program, "run", "-e", "A=kv://contoso-dev/a", "--", "true"])
        self.assertEqual((seen, code), ("", 0))


unittest.main()
