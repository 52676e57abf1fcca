#!/usr/bin/env python3
"""Meets every error of docs/troubleshooting.md as a user would: one mistake for each row.

usage: error_codes_test.py BINARIES

Each mistake must end with the exit code of its row, name the row's code and give a hint. A row
without a mistake here fails the test, unless ELSEWHERE says which test makes it.
"""
import http.server
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ELSEWHERE = {
    "at-secure": "tests/process/target_test.py",
    "out-of-memory": "tests/unit/network/shortage_test.cpp",
    "tls-wrong-host": "tests/unit/network/tls_test.cpp",
}

DEVVAULT = """
version: 1
tenant-id: 11111111-1111-1111-1111-111111111111
identities:
  app: { client-id: 22222222-2222-2222-2222-222222222222, client-secret: MARKED-client-secret }
vaults:
  contoso-dev:
    secrets:
      ok: MARKED-ok
      app-path-x: MARKED-1
      app-ld-preload: MARKED-2
      two-a: MARKED-3
      one-two-a: MARKED-4
      off: { value: MARKED-off, enabled: false }
      old: { value: MARKED-old, expires: 2020-01-01T00:00:00Z }
      early: { value: MARKED-early, not-before: 2090-01-01T00:00:00Z }
      gone: { value: MARKED-gone, deleted: true }
      nul: TUFSS0VEAA==
      json: '{ "MARKED": 1 }'
      reset: MARKED-r
      cut: MARKED-c
      huge: MARKED-h
      away: MARKED-a
      forged: MARKED-f
      foreign: MARKED-g
      slow: MARKED-s
      s400: MARKED-400
      s401: MARKED-401
      s403: MARKED-403
      policy: MARKED-p
      rbac: MARKED-q
      firewall: MARKED-w
      closed: MARKED-x
      s429: MARKED-429
      s503: MARKED-503
  offset: { secrets: { ok: MARKED-offset } }
faults:
  - { match: "GET /secrets/reset", reset: true }
  - { match: "GET /secrets/cut", not-json: true }
  - { match: "GET /secrets/huge", huge-body: 50000000 }
  - { match: "GET /secrets/away", redirect: "https://example.com/" }
  - { match: "GET /secrets/forged", challenge-resource: "https://evilvault.azure.net" }
  - { match: "GET /secrets/foreign", challenge-authority: "https://login.microsoftonline.com/33333333-3333-3333-3333-333333333333" }
  - { match: "GET /secrets/slow", delay: 20s }
  - { match: "GET /secrets/s400", status: 400 }
  - { match: "GET /secrets/s401", status: 401 }
  - { match: "GET /secrets/s403", status: 403, inner-code: Whatever }
  - { match: "GET /secrets/policy", status: 403, inner-code: ForbiddenByPolicy }
  - { match: "GET /secrets/rbac", status: 403, inner-code: ForbiddenByRbac }
  - { match: "GET /secrets/firewall", status: 403, inner-code: ForbiddenByFirewall }
  - { match: "GET /secrets/closed", status: 403, inner-code: ForbiddenByConnection }
  - { match: "GET /secrets/s429", status: 429 }
  - { match: "GET /secrets/s503", status: 503 }
  - { match: "POST https://login.microsoftonline.com/busy.example/", status: 503 }
  - { match: "https://offset.vault.azure.net/", date-offset: 3600 }
  - { match: "https://login.microsoftonline.com/", date-offset: 3600 }
"""


def manifest(text, words="true"):
    """A start with this manifest, written by the shell."""
    return f"printf '%s\\n' 'version: 1' \"$TEXT\" >m.yaml; kvlaunch run -m m.yaml -- {words}", text


def value(reference, options=""):
    return f"kvlaunch run {options} -e A={reference} -- true"


def secret(name, timeout="2s"):
    return value(f"kv://contoso-dev/{name}", f"--timeout {timeout}")


FROM_VAULT = "vault: contoso-dev\nenv-from: [ "
OFFLINE = "unshare --map-root-user --net env -u https_proxy -u HTTPS_PROXY "
BIG = "head -c {} /dev/zero | tr '\\0' x"
MISTAKES = {
    "usage": "kvlaunch run --no-such-option -- true",
    "not-yet": "kvlaunch render x.j2",
    "terminal-refused": "script -qec 'kvlaunch token' /dev/null",
    "internal": "kvlaunch version >/dev/full",
    "manifest-missing": "kvlaunch check",
    "manifest-unreadable": "mkdir -p m.d; kvlaunch check -m m.d",
    "manifest-unsafe": "echo 'version: 1' >u.yaml; chmod 666 u.yaml; kvlaunch check -m u.yaml",
    "manifest-too-large": BIG.format(2000000) + " >big.yaml; kvlaunch check -m big.yaml",
    "manifest-encoding": "printf 'version: 1\\nx-a: \\377\\n' >e.yaml; kvlaunch check -m e.yaml",
    "manifest-syntax": manifest("env: { A: "),
    "manifest-too-deep": manifest("x-a: " + "[" * 80 + "]" * 80),
    "manifest-alias": manifest("x-a: &a [ *a ]"),
    "manifest-version": "echo 'env: {}' >v.yaml; kvlaunch check -m v.yaml",
    "manifest-unknown-key": manifest("envs: {}"),
    "manifest-duplicate-key": manifest("env: { A: x, A: y }"),
    "manifest-wrong-type": manifest("env: [ A ]"),
    "manifest-bad-value": manifest("options: { scrub: some }"),
    "manifest-missing-value": manifest("env: { A: ~ }"),
    "manifest-conflict": manifest("env: { A: { value: x, secret: y } }"),
    "manifest-include": manifest("include: [ m.yaml ]"),
    "manifest-unknown-profile": manifest("default-profile: nobody"),
    "env-file": "echo 'A=\"x' >x.env; kvlaunch run --env-file x.env -- true",
    "template-syntax": manifest("vault: '{{ env( }}'"),
    "template-undefined": manifest("vault: '{{ env(\"NOT_SET\") }}'"),
    "reference-syntax": value("kv:a_b", "--vault contoso-dev"),
    "reference-unsupported": value("op://vault/item"),
    "reference-vault": value("kv:ok"),
    "reference-host": value("kv://vault.example.com/ok"),
    "variable-name": "kvlaunch run -e 1A=x -- true",
    "variable-forbidden": manifest(FROM_VAULT + "{ prefix: app-ld, strip-prefix: true, "
                                   "add-prefix: LD } ]"),
    "variable-unresolved": "A=kv:ok kvlaunch run -e B=x -- true",
    "variable-conflict": manifest(FROM_VAULT + "{ prefix: two- }, { prefix: one-, "
                                  "strip-prefix: true } ]"),
    "variable-nul": manifest("vault: contoso-dev\nenv: { A: { secret: nul, decode: base64 } }"),
    "variable-too-large": "(printf A=; " + BIG.format(140000) + ") >x.env; "
                          "kvlaunch run --env-file x.env -- true",
    "environment-too-large": "ulimit -s 1024; for n in 1 2 3; do printf A$n=; "
                             + BIG.format(100000) + "; echo; done >x.env; "
                             "kvlaunch run --env-file x.env -- true",
    "env-from-empty": manifest(FROM_VAULT + "{ prefix: nothing- } ]"),
    "target-not-found": "kvlaunch run -e A=x -- no-such-program",
    "target-not-executable": "echo x >plain; kvlaunch run -e A=x -- ./plain",
    "identity-configuration": "AZURE_TOKEN_CREDENTIALS=nobody " + secret("ok"),
    "connection-string": "kvlaunch run --connection-string RunAs=Nobody "
                         "-e A=kv://contoso-dev/ok -- true",
    "identity-unavailable": "env -u AZURE_CLIENT_SECRET -u AZURE_CLIENT_ID -u AZURE_TENANT_ID "
                            "PATH=$BINARIES kvlaunch run -e A=kv://contoso-dev/ok -- /bin/true",
    "identity-refused": "AZURE_CLIENT_SECRET=wrong " + secret("ok", "20s"),
    "identity-temporary": "AZURE_TENANT_ID=busy.example " + secret("ok", "20s"),
    "credential-file": "AZURE_CLIENT_SECRET= AZURE_CLIENT_CERTIFICATE_PATH=/nowhere "
                       + secret("ok"),
    "authority-untrusted": "AZURE_AUTHORITY_HOST=https://login.example.com " + secret("ok"),
    "dns-not-found": value("kv://contoso-prdo/ok", "--timeout 5s"),
    "dns-failure": OFFLINE + secret("ok"),
    "connect-failure": "https_proxy=http://127.0.0.1:1 " + secret("ok", "20s"),
    "connection-lost": secret("reset"),
    "tls-untrusted": "SSL_CERT_FILE=/dev/null " + secret("ok"),
    "tls-failure": "https_proxy=https://${BROKEN_PROXY#http://} " + secret("ok"),
    "proxy-configuration": "https_proxy=socks5://127.0.0.1:1080 " + secret("ok"),
    "proxy-refused": manifest("vaults: { own: { vault: vault.example.com, trust-host: true } }\n"
                              "env: { A: kv://own/ok }"),
    "proxy-failure": "https_proxy=$BROKEN_PROXY " + secret("ok"),
    "redirect-refused": secret("away"),
    "response-too-large": secret("huge"),
    "response-malformed": secret("cut"),
    "clock-offset": "kvlaunch doctor --vault offset --identity environment --format json",
    "deadline": secret("slow", "1s"),
    "challenge-refused": secret("forged"),
    "tenant-mismatch": secret("foreign"),
    "vault-unauthorized": secret("s401"),
    "vault-forbidden": secret("s403"),
    "vault-forbidden-policy": secret("policy"),
    "vault-forbidden-rbac": secret("rbac"),
    "vault-forbidden-firewall": secret("firewall"),
    "vault-forbidden-connection": secret("closed"),
    "vault-throttled": secret("s429"),
    "vault-unavailable": secret("s503"),
    "vault-bad-request": secret("s400"),
    "secret-missing": secret("nowhere", "20s"),
    "secret-deleted": secret("gone", "20s"),
    "secret-disabled": secret("off", "20s"),
    "secret-expired": secret("old", "20s"),
    "secret-not-yet-valid": secret("early", "20s"),
    "pointer-missing": value("kv://contoso-dev/json#/a"),
    "value-unusable": manifest("vault: contoso-dev\nenv: { A: { secret: ok, decode: hex } }"),
}


class BrokenProxy(http.server.BaseHTTPRequestHandler):
    def do_CONNECT(self):
        self.send_response(502)
        self.end_headers()

    def log_message(self, *_):
        pass


def documented():
    with open(os.path.join(ROOT, "docs/troubleshooting.md"), encoding="utf-8") as page:
        rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", page.read(), re.M)
    return {code: int(exit_code) for code, exit_code in rows}


def namespaces_are_allowed():
    return subprocess.run(["unshare", "--map-root-user", "--net", "true"],
                          capture_output=True, check=False).returncode == 0


def look(code, exit_code, done):
    """What is wrong with how this mistake was told."""
    told = done.stdout + done.stderr
    if done.returncode != exit_code:
        yield f"exit {done.returncode}, not {exit_code}"
    if f"[{code}]" not in told and f'"{code}"' not in told:
        yield "the code is not named"
    if "kvlaunch: hint: " not in told and '"next_step"' not in told:
        yield "no hint"
    if "MARKED" in told or "eyJ" in told:
        yield "a secret or token is shown"


def make_all(directory):
    """Within devvault: every mistake, one after the other."""
    failures, rows = [], documented()
    for code, exit_code in rows.items():
        if code in ELSEWHERE:
            continue
        command = MISTAKES.get(code)
        if command is None:
            failures.append(f"{code}: nothing here makes this mistake")
            continue
        if command is MISTAKES["dns-failure"] and not namespaces_are_allowed():
            print("SKIPPED: dns-failure needs a network namespace, which cannot be had here")
            continue
        words, text = command if isinstance(command, tuple) else (command, "")
        place = os.path.join(directory, code)
        os.mkdir(place)
        done = subprocess.run(["bash", "-c", words], cwd=place, env={**os.environ, "TEXT": text},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=60, check=False)
        failures += [f"{code}: {what}\n  $ {words}\n  {(done.stdout + done.stderr)[:1500]}"
                     for what in look(code, exit_code, done)]
    failures += [f"{code}: no such row" for code in MISTAKES if code not in rows]
    print(f"{len(rows) - len(ELSEWHERE)} rows met, {len(failures)} failures")
    if failures:
        sys.exit("\n".join(failures))


def main():
    if sys.argv[1] == "--within":
        make_all(sys.argv[2])
        return
    binaries = os.path.abspath(sys.argv[1])
    directory = tempfile.mkdtemp(prefix="kvlaunch-codes-")
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), BrokenProxy)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        with open(os.path.join(directory, "devvault.yaml"), "w", encoding="utf-8") as file:
            file.write(DEVVAULT)
        environment = {"PATH": binaries + ":/usr/bin:/bin:/usr/sbin:/sbin", "BINARIES": binaries,
                       "HOME": directory,
                       **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")},
                       "BROKEN_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}"}
        done = subprocess.run(
            ["devvault", "-f", f"{directory}/devvault.yaml", "--", sys.executable, "-B", __file__,
             "--within", directory], env=environment, timeout=170, check=False)
    finally:
        proxy.shutdown()
        shutil.rmtree(directory)
    sys.exit(done.returncode)


main()
