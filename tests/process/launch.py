"""Starts programs from a state that the test chooses, with and without the launcher in between."""

import ctypes
import fcntl
import json
import os
import signal
import struct
import tempfile

LAUNCHER = os.environ["KVLAUNCH_LAUNCHER"]
PROBE = os.environ["KVLAUNCH_PROBE"]
# A sanitized build would set handlers and the core limit before anything of ours runs.
SANITIZERS = b"handle_segv=0:handle_sigbus=0:handle_sigfpe=0:disable_coredump=0:detect_leaks=0"
ENVIRONMENT = {b"PATH": b"/usr/bin:/bin", b"KEPT": b"as it is", b"ASAN_OPTIONS": SANITIZERS}

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWPID = 0x20000000
EXEC_FAILED = 99  # what a child of start() exits with when its execve fails

scratch = tempfile.TemporaryDirectory(prefix="kvlaunch-process-")
os.chmod(scratch.name, 0o755)
MANIFEST = os.path.join(scratch.name, "kvlaunch.yaml")
with open(MANIFEST, "w") as manifest_file:
    manifest_file.write("version: 1\n")


def launched(command, *options, manifest=MANIFEST):
    return [LAUNCHER, "run", "-m", manifest, "-e", "ADDED=1", *options, "--", *command]


class Started:
    def __init__(self, pid, output):
        self.pid = pid
        self._output = output

    def wait(self):
        """The exit code, or minus the signal's number."""
        return self.ended(os.waitpid(self.pid, 0)[1])

    def ended(self, status):
        self.dumped_core = os.WCOREDUMP(status)
        self.errors = os.pread(self._output, 1 << 16, 0).decode()
        os.close(self._output)
        return os.waitstatus_to_exitcode(status)


def become(argv, environment, output, prepare, ready):
    """In a forked child: the state of a fresh process, what `prepare` changes, then execve."""
    try:
        ready = fcntl.fcntl(ready, fcntl.F_DUPFD_CLOEXEC, 900)  # out of the way of `prepare`
        for number in signal.valid_signals():
            if signal.getsignal(number) == signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        null = os.open("/dev/null", os.O_RDWR)
        for number, descriptor in enumerate((null, output, output)):
            os.dup2(descriptor, number)
        prepare()
        os.write(ready, struct.pack("i", os.getpid()))
        os.execve(argv[0], argv, environment)
    finally:
        os._exit(EXEC_FAILED)


def file_for_output():
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def start(argv, prepare=lambda: None, environment=ENVIRONMENT, output=None):
    """Standard input is /dev/null; what is written to 1 and 2 goes to one file.

    Returns when the state is prepared, just before execve.
    """
    output = file_for_output() if output is None else os.dup(output)
    ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        become(argv, environment, output, prepare, ready[1])
    os.close(ready[1])
    os.read(ready[0], 4)
    os.close(ready[0])
    return Started(pid, output)


class StartedAsInit(Started):
    """PID 1 of a namespace of its own; `pid` is its number out here."""

    def __init__(self, argv, prepare=lambda: None):
        output, numbers, statuses, ready = file_for_output(), os.pipe(), os.pipe(), os.pipe()
        self._parent = os.fork()
        if self._parent == 0:
            try:
                if libc.unshare(CLONE_NEWPID) == 0:
                    pid = os.fork()
                    if pid == 0:
                        become(argv, ENVIRONMENT, output, prepare, ready[1])
                    os.write(numbers[1], struct.pack("i", pid))
                    os.write(statuses[1], struct.pack("i", os.waitpid(pid, 0)[1]))
            finally:
                os._exit(0)
        for pipe in numbers, statuses, ready:
            os.close(pipe[1])
        self._statuses = statuses[0]
        pid, = struct.unpack("i", os.read(numbers[0], 4))
        own_number, = struct.unpack("i", os.read(ready[0], 4))
        assert own_number == 1
        os.close(numbers[0])
        os.close(ready[0])
        super().__init__(pid, output)

    def wait(self):
        status, = struct.unpack("i", os.read(self._statuses, 4))
        os.close(self._statuses)
        os.waitpid(self._parent, 0)
        return self.ended(status)


def may_make_pid_namespaces():
    pid = os.fork()
    if pid == 0:
        os._exit(0 if libc.unshare(CLONE_NEWPID) == 0 else 1)
    return os.waitpid(pid, 0)[1] == 0


def probe_report(prepare=lambda: None, environment=ENVIRONMENT, through=(), arguments=()):
    """What the probe saw, and what was written to 1 and 2; None if it could not be started.

    `through` are the launcher's options; without them the probe is started directly.
    """
    path = os.path.join(scratch.name, "report.json")
    with open(path, "w"):
        os.chmod(path, 0o666)
    command = [PROBE, path, *arguments]
    argv = launched(command, *through[1:]) if through else command
    started = start(argv, prepare, environment, probe_report.output)
    code = started.wait()
    if code == EXEC_FAILED and not through:
        return None
    assert code == 0, f"{argv} ended with {code}: {started.errors}"
    with open(path) as report:
        return json.load(report), started.errors


# One for all: direct and launched probes must find the same file at the same offset.
probe_report.output = file_for_output()

# Whoever runs the tests may have left descriptors open: only the three standard ones are inherited.
for number in map(int, os.listdir("/proc/self/fd")):
    try:
        os.set_inheritable(number, number < 3)
    except OSError:
        pass  # the one that listed the directory
