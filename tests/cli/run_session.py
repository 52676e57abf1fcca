#!/usr/bin/env python3
"""Runs one session: files, commands, and what each must do; then looks for leaked secrets.

A session is text. `-- NAME --` begins a file, `-- session --` the commands:

    $ COMMAND            run by sh in a directory of its own; with a devvault.yaml, inside devvault
    exit N               its exit code (0 if not said)
    stdout REGEX         some line of standard output matches
    no-stdout REGEX      no line does
    stdout-is TEXT       standard output is exactly this (Python escapes)
    stderr REGEX         some line of standard error matches
    no-stderr REGEX      no line does
    stderr-is-empty
    within SECONDS       it ends in that time (30 if not said)
    as NAME              devvault sets the variables of this identity

`-- surroundings --` begins what the session needs around it, each command anew, in namespaces of
its own that nobody else sees. Where the system gives no such namespaces the test is skipped.

    tmpfs DIRECTORY      an empty one in memory lies over it
    network              nothing but loopback
    address ADDRESS      the same, and loopback has this address too
    root                 more users than one: only root can make such namespaces
    devvault OPTIONS     more options for devvault

Every secret in a session's devvault.yaml contains MARKED. None may stand in standard error or in a
file, plain or as base64 or hex, nor may a token (they are JWTs); standard output may hold one only
where the session expects standard output. The marks are looked for after every command.
"""
import base64
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77  # as tests/cli/CMakeLists.txt tells ctest
MARK = b"MARKED"
KEPT = ("HOME", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


def mark_spellings():
    spellings = [MARK, MARK.hex().encode(), MARK.hex().upper().encode(), b"eyJ"]
    for shift in range(3):  # base64 of the mark at each of the three byte positions
        encoded = base64.b64encode(b"\0" * shift + MARK).decode()
        spellings.append(encoded[4 if shift else 0 : len(encoded) - 4].encode())
    return [s for s in spellings if len(s) >= 3]


def parse(path):
    files, commands, surroundings, section = {}, [], [], None
    for line in open(path, encoding="utf-8"):
        heading = re.fullmatch(r"-- (\S+) --\n?", line)
        if heading:
            section = heading.group(1)
            if section not in ("session", "surroundings"):
                files[section] = ""
        elif section == "surroundings":
            if line.strip():
                surroundings.append(line.strip())
        elif section == "session":
            line = line.strip()
            if line.startswith("$ "):
                commands.append({"line": line[2:], "checks": []})
            elif line and not line.startswith("#"):
                commands[-1]["checks"].append(line)
        elif section is not None:
            files[section] += line
    if not commands:
        sys.exit(f"{path}: no commands")
    return files, commands, surroundings


class Surroundings:
    """Namespaces for one command: unshare(1) makes them, a few lines of sh furnish them."""

    def __init__(self, lines, path):
        self.path, self.devvault_options = path, []
        kinds, steps, self.needs_root = set(), [], False
        for line in lines:
            verb, _, rest = line.partition(" ")
            if verb == "tmpfs":
                kinds.add("--mount")
                steps.append(f"mkdir -p {shlex.quote(rest)}")
                steps.append(f"mount -t tmpfs -o mode=0755 tmpfs {shlex.quote(rest)}")
            elif verb in ("network", "address"):
                kinds.add("--net")
                steps.append("ip link set lo up")
                if verb == "address":
                    steps.append(f"ip address add {shlex.quote(rest)}/32 dev lo")
            elif verb == "root":
                self.needs_root = True
            elif verb == "devvault":
                self.devvault_options += shlex.split(rest)
            else:
                sys.exit(f"{path}: no such surroundings: {line}")
        if os.geteuid() != 0 and kinds:
            kinds.add("--map-root-user")
        script = "; ".join(["set -e", *steps, 'exec "$@"'])
        self.prefix = ["unshare", *sorted(kinds), "sh", "-c", script, "sh"] if kinds else []

    def skip_unless_possible(self):
        if self.needs_root and os.geteuid() != 0:
            print(f"{self.path}: skipped: only root can make these surroundings")
            sys.exit(SKIPPED)
        if not self.prefix:
            return
        try:
            tried = subprocess.run(self.prefix + ["true"], capture_output=True, timeout=30)
        except FileNotFoundError:
            tried = None
        if tried is None or tried.returncode != 0:
            why = "no unshare(1)" if tried is None else tried.stderr.decode("utf-8", "replace")
            print(f"{self.path}: skipped: no such namespaces here: {why}")
            sys.exit(SKIPPED)


class Session:
    def __init__(self, directory, binaries, files, surroundings):
        self.directory, self.binaries, self.files = directory, binaries, files
        self.surroundings = surroundings
        self.failures = []
        for name, text in files.items():
            place = os.path.join(directory, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w", encoding="utf-8") as out:
                out.write(text)
            os.chmod(place, 0o755 if text.startswith("#!") else 0o644)

    def environment(self):
        kept = {k: os.environ[k] for k in KEPT if k in os.environ}
        path = self.binaries + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return {**kept, "PATH": path}

    def run(self, command):
        # Counted from here on, so that devvault's own start is not.
        words = ["sh", "-c", "date +%s.%N >.started; " + command["line"]]
        if "devvault.yaml" in self.files:
            options = list(self.surroundings.devvault_options)
            for check in command["checks"]:
                if check.startswith("as "):
                    options += ["--as", check.split()[1]]
            words = ["devvault", "-f", "devvault.yaml", *options, "--"] + words
        words = self.surroundings.prefix + words
        limit = 30
        for check in command["checks"]:
            if check.startswith("within "):
                limit = float(check.split()[1])
        try:
            done = subprocess.run(words, cwd=self.directory, env=self.environment(),
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=limit + 20)
        except subprocess.TimeoutExpired:
            self.fail(command, f"did not end within {limit + 20} s", b"", b"")
            return
        with open(os.path.join(self.directory, ".started"), encoding="ascii") as file:
            took = time.time() - float(file.read())
        self.judge(command, done, took, limit)
        self.look_for_leaks(command, done)

    def judge(self, command, done, took, limit):
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        expected_exit = 0
        wrong = []
        for check in command["checks"]:
            verb, _, rest = check.partition(" ")
            if verb == "exit":
                expected_exit = int(rest)
            elif verb == "stdout" and not re.search(rest, out, re.M):
                wrong.append(f"no line of stdout matches {rest}")
            elif verb == "no-stdout" and re.search(rest, out, re.M):
                wrong.append(f"a line of stdout matches {rest}")
            elif verb == "stdout-is" and out != rest.encode().decode("unicode_escape"):
                wrong.append("stdout is something else")
            elif verb == "stderr" and not re.search(rest, err, re.M):
                wrong.append(f"no line of stderr matches {rest}")
            elif verb == "no-stderr" and re.search(rest, err, re.M):
                wrong.append(f"a line of stderr matches {rest}")
            elif verb == "stderr-is-empty" and err:
                wrong.append("stderr is not empty")
            elif verb not in ("exit", "stdout", "no-stdout", "stdout-is", "stderr", "no-stderr",
                              "stderr-is-empty", "within", "as"):
                wrong.append(f"no such check: {verb}")
        if done.returncode != expected_exit:
            wrong.append(f"exit {done.returncode}, not {expected_exit}")
        if took > limit:
            wrong.append(f"took {took:.1f} s, more than {limit:.0f}")
        for what in wrong:
            self.fail(command, what, done.stdout, done.stderr)

    def look_for_leaks(self, command, done):
        may_print = any(c.startswith("stdout") for c in command["checks"])
        places = [("standard error", done.stderr)]
        if not may_print:
            places.append(("standard output", done.stdout))
        for folder, _, names in os.walk(self.directory):
            for name in names:
                if os.path.relpath(os.path.join(folder, name), self.directory) in self.files:
                    continue
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
                if content.decode("utf-8", "replace") not in self.files.values():  # no copy of one
                    places.append((name, content))
        for where, content in places:
            for spelling in mark_spellings():
                if spelling in content:
                    self.fail(command, f"a secret or token ({spelling!r}) in {where}", b"", b"")

    def fail(self, command, what, out, err):
        self.failures.append(f"$ {command['line']}\n  {what}\n  stdout: {out[:600]!r}\n"
                             f"  stderr: {err.decode('utf-8', 'replace')[:2000]}")


def main():
    path, binaries = sys.argv[1], os.path.abspath(sys.argv[2])
    files, commands, lines = parse(path)
    surroundings = Surroundings(lines, path)
    surroundings.skip_unless_possible()
    directory = tempfile.mkdtemp(prefix="kvlaunch-session-")
    try:
        session = Session(directory, binaries, files, surroundings)
        for command in commands:
            session.run(command)
    finally:
        shutil.rmtree(directory)
    if session.failures:
        sys.exit("\n".join(session.failures))


main()
