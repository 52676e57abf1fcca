#!/usr/bin/python3
"""Looks for every secret that devvault served in everything the suite printed and left behind.

usage: scan_suite.py BUILD_DIRECTORY SCRATCH_DIRECTORY

Printed: ctest's log, which holds both outputs of every test, passed or not. Left behind: the files
in SCRATCH_DIRECTORY (the suite's TMPDIR), and what is newer than its file .begin in the places
where a program that ignores TMPDIR would write. The secrets are read from the configurations of devvault that the
tests use; each is looked for as it is, in base64 and in hex, and so is the beginning of any JWT.

Sessions look into their own directories and outputs while they run (tests/cli/run_session.py).
"""
import base64
import glob
import os
import re
import sys

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHORTEST = 8  # a shorter value would be found by chance
LARGEST_FILE = 64 * 1024 * 1024
ELSEWHERE = ["/dev/shm", "/run", "/var/tmp"]  # not /tmp: other people's files are there
JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{40,}\.")


def configurations():
    """(name, text) of every devvault.yaml that the suite uses."""
    for pattern in ("examples/**/devvault.yaml", "tests/**/devvault.yaml"):
        for path in glob.glob(os.path.join(ROOT, pattern), recursive=True):
            with open(path, encoding="utf-8") as file:
                yield os.path.relpath(path, ROOT), file.read()
    for path in glob.glob(os.path.join(ROOT, "tests/cli/sessions/*.txt")):
        with open(path, encoding="utf-8") as file:
            found = re.search(r"^-- devvault\.yaml --\n(.*?)^-- ", file.read(), re.M | re.S)
        if found:
            yield os.path.relpath(path, ROOT), found.group(1)


def secrets_of(document):
    for vault in (document.get("vaults") or {}).values():
        for secret in (vault.get("secrets") or {}).values():
            versions = secret.get("versions", [secret]) if isinstance(secret, dict) else [secret]
            for version in versions:
                yield version.get("value") if isinstance(version, dict) else version
    for identity in (document.get("identities") or {}).values():
        yield identity.get("client-secret")
    for user in (document.get("users") or {}).values():
        yield user.get("password")


def is_marked(secret):
    """As run_session.py would find it: plain, or under base64."""
    try:
        decoded = base64.b64decode(secret, validate=True)
    except ValueError:
        decoded = b""
    return "MARKED" in secret or b"MARKED" in decoded


def all_secrets():
    found = {}
    for name, text in configurations():
        for secret in secrets_of(yaml.safe_load(text)):
            if secret is None:
                continue
            if name.startswith("tests/cli/") and not is_marked(str(secret)):
                sys.exit(f"{name}: a secret without MARKED, which the session could not look for")
            if len(str(secret)) < SHORTEST:
                sys.exit(f"{name}: a secret too short to be looked for; make it {SHORTEST} long")
            found[str(secret)] = name
    return found


def spellings(secret):
    raw = secret.encode()
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
    for shift in range(3):  # base64 of the text at each of the three byte positions
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        yield encoded[4 if shift else 0 : len(encoded) - 1]


def files_left_behind(scratch):
    since = os.stat(os.path.join(scratch, ".begin")).st_mtime
    for top in [scratch] + ELSEWHERE:
        for folder, folders, names in os.walk(top):
            # Checkouts hold these configurations themselves, and so do sessions under way.
            folders[:] = [f for f in folders if not f.startswith("kvlaunch-session-")
                          and not os.path.exists(os.path.join(folder, f, ".git"))]
            for name in names:
                path = os.path.join(folder, name)
                try:
                    status = os.lstat(path)
                except OSError:
                    continue
                inside = path.startswith(scratch + "/")
                if (inside or status.st_mtime >= since) and os.path.isfile(path) and \
                        not os.path.islink(path) and status.st_size <= LARGEST_FILE:
                    yield path


def main():
    build, scratch = (os.path.abspath(argument) for argument in sys.argv[1:3])
    log = os.path.join(build, "Testing/Temporary/LastTest.log")
    secrets = all_secrets()
    needles = {s: (secret, name) for secret, name in secrets.items() for s in spellings(secret)}
    anything = re.compile(b"|".join(re.escape(s) for s in sorted(needles, key=len, reverse=True)))
    leaks, looked_at = [], 0
    for path in [log] + sorted(set(files_left_behind(scratch))):
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError:
            continue
        looked_at += 1
        for found in anything.finditer(content):
            leaks.append(f"{path}: offset {found.start()}: a secret of {needles[found.group()][1]}")
        for found in JWT.finditer(content):
            leaks.append(f"{path}: offset {found.start()}: a token")
    print(f"leaks: looked for {len(secrets)} secrets in ctest's log and {looked_at - 1} files")
    if leaks:
        sys.exit("\n".join(leaks[:50]))


main()
