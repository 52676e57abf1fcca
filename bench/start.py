#!/usr/bin/env python3
"""How long a start with 100 secrets takes, as a multiple of what the network alone would take.

usage: bench/start.py BINARIES [ROUND_TRIP_MS] [RUNS]      (root: it makes two network namespaces)

devvault runs in one namespace, listening on port 443 itself, kvlaunch in the other; a relay holds
every packet for half a round trip. Floor: three round trips for the token (TCP, TLS, request; the
vault's connections open meanwhile) and one for each secret that a connection carries in sequence.
The round trip is measured through the same link, in the same run. Fails above 1.5 times the floor
or 20 MiB; as other work on the machine only ever adds, it has ROUNDS tries at the ratio.
"""
import math
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

SECRETS, CONNECTIONS = 100, 16  # ResolveLimits::connections
CLIENT, SERVER = "kvbench-client", "kvbench-server"
CLIENT_IP, SERVER_IP = "10.77.77.1", "10.77.77.2"
VAULT = "contoso-bench"
HOSTS = [f"{VAULT}.vault.azure.net", "login.microsoftonline.com"]
LIMIT_RATIO, LIMIT_MIB = 1.5, 20
ROUNDS = 3


def sh(line):
    subprocess.run(shlex.split(line), check=True)


def in_namespace(name):
    return ["ip", "netns", "exec", name]


class Link:
    def __init__(self, binaries, round_trip_ms):
        for name in (CLIENT, SERVER):
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)
            sh(f"ip netns add {name}")
        self.relay = subprocess.Popen([f"{binaries}/latency_link", CLIENT, SERVER,
                                       str(round_trip_ms)], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        assert self.relay.stdout.readline() == b"ready\n"
        for name, own, other in ((CLIENT, CLIENT_IP, SERVER_IP), (SERVER, SERVER_IP, CLIENT_IP)):
            sh(f"ip -n {name} addr add {own} peer {other} dev link0")
            sh(f"ip -n {name} link set link0 up mtu 1500")
            sh(f"ip -n {name} link set lo up")
        os.makedirs(f"/etc/netns/{CLIENT}", exist_ok=True)
        with open(f"/etc/netns/{CLIENT}/hosts", "w") as hosts:
            hosts.write("127.0.0.1 localhost\n" + "".join(f"{SERVER_IP} {h}\n" for h in HOSTS))

    def close(self):
        self.relay.stdin.close()
        self.relay.wait(timeout=5)
        for name in (CLIENT, SERVER):
            sh(f"ip netns del {name}")
        os.remove(f"/etc/netns/{CLIENT}/hosts")
        os.rmdir(f"/etc/netns/{CLIENT}")


def write_inputs(folder):
    secrets = "".join(f"      s{i}: value-{i:03}\n" for i in range(SECRETS))
    with open(f"{folder}/devvault.yaml", "w") as file:
        file.write("version: 1\ntenant-id: 11111111-1111-1111-1111-111111111111\nidentities:\n"
                   "  app: { client-id: 22222222-2222-2222-2222-222222222222, client-secret: x }\n"
                   f"vaults:\n  {VAULT}:\n    secrets:\n{secrets}")
    with open(f"{folder}/kvlaunch.yaml", "w") as file:
        file.write(f"version: 1\nvault: {VAULT}\nenv:\n"
                   + "".join(f"  S{i}: kv:s{i}\n" for i in range(SECRETS)))


def start_devvault(binaries, folder):
    server = subprocess.Popen(
        in_namespace(SERVER) + [f"{binaries}/devvault", "-f", f"{folder}/devvault.yaml", "--listen",
                                SERVER_IP, "--listen-tls", f"{SERVER_IP}:443"],
        stdout=subprocess.PIPE, text=True)
    environment = {"PATH": os.environ["PATH"]}
    for line in server.stdout:
        if line.strip() == "ready":
            return server, environment
        if line.startswith("export "):
            (assignment,) = shlex.split(line)[1:]
            name, _, value = assignment.partition("=")
            if "proxy" not in name.lower() and not name.startswith(("IDENTITY", "MSI")):
                environment[name] = value
    sys.exit("devvault did not start")


def round_trip_s():
    """The shortest of several TCP connects through the link."""
    probe = ("import socket,time\nfor _ in range(7):\n t=time.monotonic();"
             f"socket.create_connection(('{SERVER_IP}',443)).close();print(time.monotonic()-t)")
    out = subprocess.run(in_namespace(CLIENT) + [sys.executable, "-c", probe], check=True,
                         capture_output=True, text=True).stdout
    return min(float(line) for line in out.split())


def measure(command, environment, runs):
    times, peaks = [], []
    for _ in range(runs + 1):
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        times.append(time.monotonic() - started)
        peaks.append(usage.ru_maxrss / 1024)
        if status != 0:
            sys.exit(f"{command[-3:]} failed: {status}")
    return times[1:], max(peaks)  # the first is a warm-up


def round_of(command, environment, runs):
    """One comparison: prints it and returns whether its ratio is within the limit."""
    r = round_trip_s()
    empty = in_namespace(CLIENT) + ["/bin/true"]
    base = statistics.median(measure(empty, environment, runs)[0])
    times, peak = measure(command, environment, runs)
    floor = (3 + math.ceil(SECRETS / CONNECTIONS)) * r
    took = statistics.median(times) - base
    print(f"round trip {r * 1000:.1f} ms, floor {floor * 1000:.0f} ms, start {took * 1000:.0f} ms "
          f"(min {(min(times) - base) * 1000:.0f}, max {(max(times) - base) * 1000:.0f}), "
          f"ratio {took / floor:.2f}, limit {LIMIT_RATIO}; "
          f"peak memory {peak:.1f} MiB, limit {LIMIT_MIB}", flush=True)
    if peak >= LIMIT_MIB:  # no load of the machine explains it: no second try
        sys.exit("too much memory")
    return took <= LIMIT_RATIO * floor


def main():
    binaries = os.path.abspath(sys.argv[1])
    round_trip_ms = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    link = Link(binaries, round_trip_ms)
    server = None
    try:
        with tempfile.TemporaryDirectory() as folder:
            write_inputs(folder)
            server, environment = start_devvault(binaries, folder)
            command = in_namespace(CLIENT) + [f"{binaries}/kvlaunch", "run", "-m",
                                              f"{folder}/kvlaunch.yaml", "--", "/bin/true"]
            within = any(round_of(command, environment, runs) for _ in range(ROUNDS))
    finally:
        if server:
            server.terminate()
            server.wait(timeout=5)
        link.close()
    sys.exit(0 if within else 1)


main()
