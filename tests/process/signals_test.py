"""Until exec TERM, INT, HUP and QUIT end the launcher at once; no signal is lost on the way."""

import os
import random
import signal
import time
import unittest

import launch

TERMINATION = signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT
ROUNDS = 80


def block_term():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


class Waiting:
    """A launcher that waits for its manifest to come through a pipe."""

    def __init__(self, starter, prepare=lambda: None):
        path = os.path.join(launch.scratch.name, "pipe.yaml")
        if not os.path.exists(path):
            os.mkfifo(path, 0o600)
        self.report = os.path.join(launch.scratch.name, "waited.json")
        if os.path.exists(self.report):
            os.remove(self.report)
        command = launch.launched([launch.PROBE, self.report], manifest=path)
        self.launcher = starter(command, prepare)
        self._pipe = os.open(path, os.O_WRONLY)  # returns when the launcher has opened it

    def send(self, number):
        os.kill(self.launcher.pid, number)

    def deliver(self):
        os.write(self._pipe, b"version: 1\n")
        os.close(self._pipe)
        return self.launcher.wait()

    def wait(self):
        code = self.launcher.wait()
        os.close(self._pipe)
        return code


class SignalTest(unittest.TestCase):
    def end_of(self, number, starter, prepare=lambda: None):
        waiting = Waiting(starter, prepare)
        waiting.send(number)
        code = waiting.wait()
        self.assertFalse(waiting.launcher.dumped_core)
        self.assertFalse(os.path.exists(waiting.report))
        return code

    def storm(self, starter, prepare):
        chance = random.Random(2)
        longest = self.time_of_one_start(starter, prepare)
        outcomes = []
        for _ in range(ROUNDS):
            started = starter(launch.launched([launch.PROBE, "--await-term"]), prepare)
            time.sleep(chance.uniform(0, 1.5 * longest))  # the moment is what is tried out
            os.kill(started.pid, signal.SIGTERM)
            outcomes.append(started.wait())
        return outcomes

    def time_of_one_start(self, starter, prepare):
        before = time.monotonic()
        starter(launch.launched(["/bin/true"]), prepare).wait()
        return time.monotonic() - before


class Signals(SignalTest):
    def test_each_ends_it_at_once_of_itself(self):
        for number in TERMINATION:
            with self.subTest(number):
                self.assertEqual(self.end_of(number, launch.start), -number)

    def test_one_inherited_blocked_ends_it_as_well(self):
        self.assertEqual(self.end_of(signal.SIGTERM, launch.start, block_term), -signal.SIGTERM)

    def test_one_inherited_as_ignored_stays_ignored(self):
        for number in TERMINATION:
            with self.subTest(number):
                waiting = Waiting(launch.start, lambda: signal.signal(number, signal.SIG_IGN))
                waiting.send(number)
                self.assertEqual(waiting.deliver(), 0, waiting.launcher.errors)

    def test_none_is_lost_before_the_target_runs(self):
        """Whenever it comes: it ends the launcher, or the target finds it."""
        outcomes = self.storm(launch.start, lambda: None)
        self.assertLessEqual(set(outcomes), {-signal.SIGTERM, 42})

    def test_none_is_lost_when_it_was_inherited_blocked(self):
        outcomes = self.storm(launch.start, block_term)
        self.assertLessEqual(set(outcomes), {-signal.SIGTERM, 42})


@unittest.skipUnless(launch.may_make_pid_namespaces(), "no right to make a PID namespace")
class SignalsAsInit(SignalTest):
    def test_each_ends_it_at_once_of_itself(self):
        """PID 1 cannot die of a signal: it says so by its exit code."""
        for number in TERMINATION:
            with self.subTest(number):
                self.assertEqual(self.end_of(number, launch.StartedAsInit), 128 + number)

    def test_one_inherited_blocked_ends_it_as_well(self):
        self.assertEqual(self.end_of(signal.SIGTERM, launch.StartedAsInit, block_term),
                         128 + signal.SIGTERM)

    def test_one_inherited_as_ignored_stays_ignored(self):
        waiting = Waiting(launch.StartedAsInit,
                          lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        waiting.send(signal.SIGHUP)
        self.assertEqual(waiting.deliver(), 0, waiting.launcher.errors)

    def test_none_is_lost_when_it_was_inherited_blocked(self):
        """Unblocked, the kernel drops TERM for every PID 1 that has no handler yet."""
        outcomes = self.storm(launch.StartedAsInit, block_term)
        self.assertLessEqual(set(outcomes), {128 + signal.SIGTERM, 42})


if __name__ == "__main__":
    unittest.main()
