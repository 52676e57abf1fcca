"""What only the driver can be told to do: hanging helpers, the wrong thread, too large a block."""

import json
import os
import shutil
import signal
import unittest

import launch


class Helpers(unittest.TestCase):
    def setUp(self):
        self.path = os.path.join(launch.scratch.name, self.id())
        os.mkfifo(self.path)
        # The whole group holds the pipe open, so its end is the end of all of them.
        helper = f"exec 9>{self.path}; sleep 1000 & echo >&9; sleep 1000"
        self.command = launch.launched(["/bin/true"], "--helper", helper)

    def ends_with_its_helpers(self, number, starter, expected):
        launcher = starter(self.command)
        with open(self.path, "rb", buffering=0) as alive:
            self.assertEqual(alive.read(1), b"\n")
            os.kill(launcher.pid, number)
            self.assertEqual(launcher.wait(), expected)
            self.assertEqual(alive.read(1), b"")

    def test_end_with_a_launcher_that_is_told_to_end(self):
        self.ends_with_its_helpers(signal.SIGTERM, launch.start, -signal.SIGTERM)

    @unittest.skipUnless(launch.may_make_pid_namespaces(), "no right to make a PID namespace")
    def test_end_with_a_launcher_that_is_init(self):
        self.ends_with_its_helpers(signal.SIGTERM, launch.StartedAsInit, 128 + signal.SIGTERM)


class KilledLauncher(unittest.TestCase):
    def test_takes_its_helper_along(self):
        path = os.path.join(launch.scratch.name, "killed")
        os.mkfifo(path)
        helper = f"exec 9>{path}; echo >&9; exec sleep 1000"
        launcher = launch.start(launch.launched(["/bin/true"], "--helper", helper))
        with open(path, "rb", buffering=0) as alive:
            self.assertEqual(alive.read(1), b"\n")
            os.kill(launcher.pid, signal.SIGKILL)
            self.assertEqual(launcher.wait(), -signal.SIGKILL)
            self.assertEqual(alive.read(1), b"")


class OrphansOfHelpers(unittest.TestCase):
    @unittest.skipUnless(launch.may_make_pid_namespaces(), "no right to make a PID namespace")
    def test_are_not_left_to_the_target_of_an_init(self):
        report = os.path.join(launch.scratch.name, "orphans.json")
        command = launch.launched([launch.PROBE, report], "--helper", "sleep 1000 & exit 0")
        launcher = launch.StartedAsInit(command)
        self.assertEqual(launcher.wait(), 0, launcher.errors)
        with open(report) as seen:
            self.assertIn('"children": "none"', seen.read())


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class OlderOrStricterSystems(unittest.TestCase):
    """System calls that fail as before Linux 5.3 and 5.11, under a filter, or without /proc."""

    def descriptors_with(self, *injections):
        report = os.path.join(launch.scratch.name, "injected.json")
        strace = [shutil.which("strace"), "-f", "-qq", "-o", "/dev/null", *injections]
        launcher = launch.start([*strace, *launch.launched([launch.PROBE, report])],
                                lambda: os.dup2(0, 5))
        self.assertEqual(launcher.wait(), 0, launcher.errors)
        with open(report) as seen:
            return [int(line.split()[0]) for line in json.load(seen)["descriptors"]]

    def test_hand_on_the_same_descriptors_without_close_range_and_pidfd(self):
        for error in "ENOSYS", "EPERM":
            with self.subTest(error):
                self.assertEqual(
                    self.descriptors_with("-e", f"inject=close_range,pidfd_open:error={error}"),
                    [0, 1, 2, 5])

    def test_hand_on_the_same_descriptors_without_proc(self):
        self.assertEqual(
            self.descriptors_with("-P", "/proc/self/fd", "-e", "inject=openat:error=ENOENT"),
            [0, 1, 2, 5])


class WrongThread(unittest.TestCase):
    def test_is_refused(self):
        launcher = launch.start(launch.launched(["/bin/true"], "--from-thread"))
        self.assertEqual(launcher.wait(), 125)
        self.assertIn("main thread", launcher.errors)


class TooLarge(unittest.TestCase):
    def test_what_the_kernel_refuses_ends_in_126(self):
        launcher = launch.start(launch.launched(["/bin/true"], "--grow", str(200 * 1024)))
        self.assertEqual(launcher.wait(), 126)
        self.assertIn("too large", launcher.errors)


if __name__ == "__main__":
    unittest.main()
