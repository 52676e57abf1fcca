#!/usr/bin/env python3
"""Runs one session: files, commands, and what each must do; then looks for leaked secrets.

A session is text. `-- NAME --` begins a file, `-- session --` the commands:

    $ COMMAND            run by sh in a directory of its own; with a devvault.yaml, inside devvault
    exit N               its exit code (0 if not said)
    stdout REGEX         some line of standard output matches
    stdout-is TEXT       standard output is exactly this (Python escapes)
    stderr REGEX         some line of standard error matches
    no-stderr REGEX      no line does
    stderr-is-empty
    within SECONDS       it ends in that time (30 if not said)

Every secret in a session's devvault.yaml contains MARKED. None may stand in standard error or in a
file, plain or as base64 or hex, nor may a token (they are JWTs); standard output may hold one only
where the session expects standard output. The marks are looked for after every command.
"""
import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

MARK = b"MARKED"
KEPT = ("HOME", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


def mark_spellings():
    spellings = [MARK, MARK.hex().encode(), MARK.hex().upper().encode(), b"eyJ"]
    for shift in range(3):  # base64 of the mark at each of the three byte positions
        encoded = base64.b64encode(b"\0" * shift + MARK).decode()
        spellings.append(encoded[4 if shift else 0 : len(encoded) - 4].encode())
    return [s for s in spellings if len(s) >= 3]


def parse(path):
    files, commands, section = {}, [], None
    for line in open(path, encoding="utf-8"):
        heading = re.fullmatch(r"-- (\S+) --\n?", line)
        if heading:
            section = heading.group(1)
            if section != "session":
                files[section] = ""
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
    return files, commands


class Session:
    def __init__(self, directory, binaries, files):
        self.directory, self.binaries, self.files = directory, binaries, files
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
            words = ["devvault", "-f", "devvault.yaml", "--"] + words
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
            elif verb == "stdout-is" and out != rest.encode().decode("unicode_escape"):
                wrong.append("stdout is something else")
            elif verb == "stderr" and not re.search(rest, err, re.M):
                wrong.append(f"no line of stderr matches {rest}")
            elif verb == "no-stderr" and re.search(rest, err, re.M):
                wrong.append(f"a line of stderr matches {rest}")
            elif verb == "stderr-is-empty" and err:
                wrong.append("stderr is not empty")
            elif verb not in ("exit", "stdout", "stdout-is", "stderr", "no-stderr",
                              "stderr-is-empty", "within"):
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
                if name in self.files:
                    continue
                with open(os.path.join(folder, name), "rb") as file:
                    places.append((name, file.read()))
        for where, content in places:
            for spelling in mark_spellings():
                if spelling in content:
                    self.fail(command, f"a secret or token ({spelling!r}) in {where}", b"", b"")

    def fail(self, command, what, out, err):
        self.failures.append(f"$ {command['line']}\n  {what}\n  stdout: {out[:600]!r}\n"
                             f"  stderr: {err.decode('utf-8', 'replace')[:2000]}")


def main():
    path, binaries = sys.argv[1], os.path.abspath(sys.argv[2])
    files, commands = parse(path)
    directory = tempfile.mkdtemp(prefix="kvlaunch-session-")
    try:
        session = Session(directory, binaries, files)
        for command in commands:
            session.run(command)
    finally:
        shutil.rmtree(directory)
    if session.failures:
        sys.exit("\n".join(session.failures))


main()
