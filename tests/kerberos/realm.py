"""A Kerberos realm for one test: MIT's KDC on loopback, all its files in one directory."""
import os
import select
import shutil
import socket
import subprocess

REALM = "CORP.EXAMPLE"
TOOLS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
START_LIMIT_S = 20


def missing_tools():
    return [tool for tool in TOOLS if shutil.which(tool, path=PATH) is None]


def free_port():
    """Free for UDP and TCP a moment ago; start() tries again if somebody takes it meanwhile."""
    for _ in range(50):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]
    raise RuntimeError("no free port")


class Realm:
    def __init__(self, directory):
        self.directory = directory
        self.kdc = None
        self.port = 0

    def path(self, name):
        return os.path.join(self.directory, name)

    def environment(self, cache="cache", config="krb5.conf"):
        """Of a process that lives in this realm. No file of the machine's own Kerberos is read."""
        return {"PATH": PATH, "KRB5_CONFIG": self.path(config),
                "KRB5_KDC_PROFILE": self.path("kdc.conf"),
                "KRB5CCNAME": "FILE:" + self.path(cache),
                "KRB5RCACHEDIR": self.directory, "KRB5_KTNAME": self.path("none.keytab"),
                "TMPDIR": self.directory, "HOME": self.directory}

    def write_config(self, name, kdc):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(f"""[libdefaults]
 default_realm = {REALM}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
{kdc}
[domain_realm]
 .corp.example = {REALM}
 .old.example = {REALM}
 .invalid = {REALM}
""")

    def write_kdc_config(self):
        with open(self.path("kdc.conf"), "w", encoding="ascii") as file:
            file.write(f"""[kdcdefaults]
 kdc_listen = 127.0.0.1:{self.port}
 kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]
 {REALM} = {{
  database_name = {self.path("principal")}
  key_stash_file = {self.path("stash")}
  acl_file = {self.path("acl")}
 }}
[logging]
 kdc = FILE:{self.path("kdc.log")}
""")

    def run(self, *words, stdin="", cache="cache"):
        done = subprocess.run(words, env=self.environment(cache), input=stdin, text=True,
                              capture_output=True, timeout=60, cwd=self.directory)
        if done.returncode != 0:
            raise RuntimeError(f"{words[0]}: {done.stdout}{done.stderr}")

    def configure(self):
        self.port = free_port()
        self.write_kdc_config()
        self.write_config("krb5.conf", f" {REALM} = {{\n  kdc = 127.0.0.1:{self.port}\n }}")

    def create(self):
        self.configure()
        self.run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master-of-a-test")
        for command in ("addprinc -pw worker-password worker", "addprinc -pw visitor-password visitor",
                        "addprinc -randkey HTTP/sts.corp.example",
                        "addprinc -randkey HTTP/sts.old.example",
                        "ktadd -k sts.keytab HTTP/sts.corp.example HTTP/sts.old.example"):
            self.run("kadmin.local", "-r", REALM, "-q", command)

    def start(self):
        """Returns when the KDC listens, which it says itself."""
        for _ in range(5):
            self.kdc = subprocess.Popen(["krb5kdc", "-n", "-P", self.path("kdc.pid")],
                                        env=self.environment(), cwd=self.directory,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            ready, _, _ = select.select([self.kdc.stderr], [], [], START_LIMIT_S)
            if ready and b"starting" in self.kdc.stderr.readline():
                return
            self.stop()
            self.configure()  # somebody else took the port
        raise RuntimeError("the KDC does not start")

    def stop(self):
        if self.kdc is not None:
            self.kdc.terminate()
            self.kdc.wait(30)
            self.kdc.stderr.close()
            self.kdc = None

    def kinit(self, user, cache="cache", options=()):
        self.run("kinit", *options, user, stdin=f"{user}-password\n", cache=cache)
