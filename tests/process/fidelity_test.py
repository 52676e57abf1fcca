"""The target finds the state the launcher was started in: nothing added but what was asked for."""

import ctypes
import fcntl
import os
import resource
import signal
import struct
import tempfile
import unittest

import launch

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_SET_TIMERSLACK = 1, 36, 38, 29
ADDR_NO_RANDOMIZE = 0x0040000
SYS_RT_SIGACTION = {"x86_64": 13, "aarch64": 134}.get(os.uname().machine)


def bit(number):
    return 1 << (number - 1)


def block(*signals):
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)


def ignore_by_system_call(number):
    """Also 32 and 33, which glibc reserves and refuses."""
    action = ctypes.create_string_buffer(struct.pack("QQQQ", 1, 0, 0, 0))
    launch.libc.syscall(SYS_RT_SIGACTION, number, action, None, 8)


class Fidelity(unittest.TestCase):
    def same(self, prepare=lambda: None, environment=launch.ENVIRONMENT, arguments=()):
        """Compares with and without the launcher; gives what the probe saw without it."""
        direct = launch.probe_report(prepare, environment, arguments=arguments)
        if direct is None:
            self.skipTest("this state cannot reach the build directory")
        through = launch.probe_report(prepare, environment, ["run"], arguments)
        self.assertEqual(through[1], direct[1], "the launcher is silent when all goes well")
        through[0]["environ"].remove("ADDED=1")
        for report in direct[0], through[0]:
            report["environ"].sort()
        for name, value in direct[0].items():
            self.assertEqual(through[0][name], value, name)
        return direct[0]

    def mask(self, report, field):
        return int(report[field], 16)

    def test_a_plain_start(self):
        seen = self.same()
        self.assertEqual(self.mask(seen, "SigBlk"), 0)
        self.assertEqual(seen["children"], "none")

    def test_broken_pipes_ignored_as_systemd_does(self):
        seen = self.same(lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN))
        self.assertEqual(self.mask(seen, "SigIgn"), bit(signal.SIGPIPE))

    def test_hangups_ignored_as_nohup_does(self):
        seen = self.same(lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.assertEqual(self.mask(seen, "SigIgn"), bit(signal.SIGHUP))

    def test_ends_of_children_ignored(self):
        seen = self.same(lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(self.mask(seen, "SigIgn"), bit(signal.SIGCHLD))

    @unittest.skipUnless(SYS_RT_SIGACTION, "the number of rt_sigaction is not known here")
    def test_every_signal_ignored(self):
        seen = self.same(lambda: [ignore_by_system_call(n) for n in range(1, 65)])
        every = (1 << 64) - 1 - bit(signal.SIGKILL) - bit(signal.SIGSTOP)
        self.assertEqual(self.mask(seen, "SigIgn"), every)

    def test_every_signal_blocked(self):
        seen = self.same(lambda: block(*signal.valid_signals()))
        self.assertTrue(self.mask(seen, "SigBlk") & bit(signal.SIGTERM))

    def test_some_signals_blocked(self):
        for number in signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD, signal.SIGRTMIN:
            with self.subTest(number):
                seen = self.same(lambda: block(number))
                self.assertEqual(self.mask(seen, "SigBlk"), bit(number))

    def test_signals_that_wait(self):
        for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD,
                       signal.SIGRTMAX):
            with self.subTest(number):
                def raised_while_blocked():
                    block(number)
                    os.kill(os.getpid(), number)
                seen = self.same(raised_while_blocked)
                self.assertEqual(self.mask(seen, "ShdPnd"), bit(number))

    def test_a_broken_pipe_that_waits(self):
        """One of the launcher's own on the main thread is then not told apart: it may stay too."""
        def raised_while_blocked():
            block(signal.SIGPIPE)
            os.kill(os.getpid(), signal.SIGPIPE)
        seen, _ = launch.probe_report(raised_while_blocked, through=["run"])
        self.assertEqual(self.mask(seen, "ShdPnd"), bit(signal.SIGPIPE))

    def test_a_signal_that_waits_for_the_main_thread(self):
        def raised_while_blocked():
            block(signal.SIGUSR2)
            signal.raise_signal(signal.SIGUSR2)
        seen = self.same(raised_while_blocked)
        self.assertEqual(self.mask(seen, "SigPnd"), bit(signal.SIGUSR2))

    def test_closed_standard_descriptors(self):
        for closed in (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2):
            with self.subTest(closed):
                seen = self.same(lambda: [os.close(number) for number in closed])
                self.assertEqual([int(line.split()[0]) for line in seen["descriptors"]],
                                 [number for number in (0, 1, 2) if number not in closed])

    def test_further_descriptors_low_and_high(self):
        numbers = (3, 4, 6, 7, 8, 9, 64, 700, 701, 1000)
        with tempfile.TemporaryFile() as file:
            def opened():
                source = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 950)
                for number in numbers:
                    os.dup2(source, number)
                for number in 5, 10, 65:
                    os.dup2(source, number, inheritable=False)
            seen = self.same(opened)
        self.assertEqual([int(line.split()[0]) for line in seen["descriptors"]],
                         [0, 1, 2, *numbers])

    def test_more_runs_of_descriptors_than_are_recorded(self):
        def opened():
            resource.setrlimit(resource.RLIMIT_NOFILE, (5000, 5000))
            for number in range(1002, 3500, 2):
                os.dup2(0, number)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 5000:
            self.skipTest("fewer than 5000 descriptors are allowed here")
        self.assertEqual(len(self.same(opened)["descriptors"]), 3 + 1249)

    def test_flags_and_offsets_of_descriptors(self):
        reading, writing = os.pipe()
        with tempfile.TemporaryFile() as file:
            file.write(b"0123456789")
            file.flush()

            def opened():
                fcntl.fcntl(reading, fcntl.F_SETFL, os.O_NONBLOCK)
                os.dup2(reading, 0)
                os.dup2(file.fileno(), 5)
                os.lseek(5, 4, os.SEEK_SET)
            seen = self.same(opened)
        os.close(reading)
        os.close(writing)
        self.assertIn("offset 4", seen["descriptors"][3])

    def test_limits(self):
        for name, value in ("CORE", 0), ("CORE", 4096), ("NOFILE", 200), ("STACK", 1 << 20):
            with self.subTest(name=name, value=value):
                kind = getattr(resource, "RLIMIT_" + name)
                hard = resource.getrlimit(kind)[1]
                if 0 <= hard < value:
                    self.skipTest(f"the hard limit of {name} is lower")
                seen = self.same(lambda: resource.setrlimit(kind, (value, hard)))
                self.assertEqual(seen["limits"][kind].split()[0], str(value))

    def test_a_core_limit_without_bounds(self):
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        self.same(lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)))

    def test_umask(self):
        for value in 0o077, 0o000, 0o027:
            with self.subTest(value):
                self.assertEqual(self.same(lambda: os.umask(value))["Umask"], f"{value:04o}")

    def test_priority(self):
        here = os.nice(0)
        self.assertEqual(self.same(lambda: os.nice(5))["nice"], min(here + 5, 19))

    def test_working_directory(self):
        self.assertEqual(self.same(lambda: os.chdir("/usr"))["cwd"], "/usr")

    def test_group_and_session(self):
        self.assertEqual(self.same(os.setpgrp)["group"], "own")
        self.assertEqual(self.same(os.setsid)["session"], "own")

    def test_attributes_set_by_prctl(self):
        for option, value, name in ((PR_SET_PDEATHSIG, signal.SIGUSR1, "pdeathsig"),
                                    (PR_SET_CHILD_SUBREAPER, 1, "subreaper"),
                                    (PR_SET_NO_NEW_PRIVS, 1, "NoNewPrivs"),
                                    (PR_SET_TIMERSLACK, 12345, "timer slack")):
            with self.subTest(name):
                seen = self.same(lambda: launch.libc.prctl(option, value, 0, 0, 0))
                self.assertEqual(int(seen[name]), value)

    def test_personality(self):
        seen = self.same(lambda: launch.libc.personality(ADDR_NO_RANDOMIZE))
        self.assertEqual(seen["personality"], ADDR_NO_RANDOMIZE)

    def test_a_running_timer(self):
        seen = self.same(lambda: signal.setitimer(signal.ITIMER_REAL, 1000))
        self.assertEqual(seen["timer real"], "set")

    def test_a_child_that_waits_to_be_reaped(self):
        def with_child():
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        self.assertEqual(self.same(with_child)["children"], "some")

    def test_variables_of_every_kind(self):
        environment = {b"PATH": b"/bin", b"EMPTY": b"", b"LINES": b"a\nb\n", b"BYTES": b"\xff\xfe",
                       b"lower-case": b"kept", b"1X": b"kept", b"LONG": b"x" * 100_000}
        seen = self.same(environment=environment)
        self.assertIn("EMPTY=", seen["environ"])
        self.assertIn("BYTES=\xff\xfe", seen["environ"])

    def test_arguments_of_every_kind(self):
        arguments = ["", "a b", "line\n", b"\xff", "--", "-m", "--help", "x" * 100_000]
        seen = self.same(arguments=arguments)
        self.assertEqual(seen["argv"][2:7], ["", "a b", "line\n", "\xff", "--"])

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_another_user(self):
        def dropped():
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        self.assertEqual(self.same(dropped)["Uid"].split()[0], "65534")


if __name__ == "__main__":
    unittest.main()
