#!/usr/bin/env python3
"""RunAs=CurrentUser from the ticket to the vault's value, and every way in which it cannot work.

usage: current_user_test.py DIRECTORY_OF_BINARIES
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

import realm

BINARIES = os.path.abspath(sys.argv.pop(1))

CONNECTION = "RunAs=CurrentUser"


class CurrentUser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="kvlaunch-kerberos-")
        cls.realm = realm.Realm(cls.directory)
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.addClassCleanup(cls.realm.stop)
        cls.realm.create()
        cls.realm.start()
        cls.realm.kinit("worker")
        cls.realm.kinit("visitor", cache="visitor")
        shutil.copy(os.path.join(os.path.dirname(__file__), "devvault.yaml"), cls.directory)
        with open(os.path.join(cls.directory, "leaks"), "w", encoding="utf-8") as file:
            file.write("leak:libgssapi_krb5.so\n")

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w", encoding="utf-8") as file:
            file.write(text)

    def kvlaunch(self, *words, user=None, cache="cache", config="krb5.conf", extra=()):
        """The exit code and both outputs of kvlaunch within devvault; nothing secret in stderr."""
        environment = self.realm.environment(cache, config)
        environment["PATH"] = BINARIES + ":" + environment["PATH"]
        # Of an expired ticket gss_inquire_cred of MIT Kerberos 1.20 keeps the name to itself.
        environment["LSAN_OPTIONS"] = "suppressions=" + os.path.join(self.directory, "leaks")
        inner = ["env", "AzureServicesAuthConnectionString=" + CONNECTION]
        inner += ["AZURE_USERNAME=" + user] if user else []
        inner += extra
        done = subprocess.run(
            ["devvault", "-f", "devvault.yaml", "--journal", "journal", "--", *inner, "kvlaunch",
             *words], cwd=self.directory, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=90)
        for secret in ("MARKED", "eyJ", "PHNhbWw"):  # values, tokens, assertions in base64
            self.assertNotIn(secret, done.stderr)
        return done

    def token(self, options=(), **settings):
        return self.kvlaunch("token", "--resource", "https://vault.azure.net", *options, **settings)

    def journal(self):
        with open(os.path.join(self.directory, "journal"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def paths(self):
        return [(line["path"], line["status"]) for line in self.journal()]

    def setUp(self):
        self.write("journal", "")

    def assert_refused(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_ticket_opens_the_vault(self):
        done = self.kvlaunch("run", "-e", "DB=kv://contoso-dev/db-password", "--", "printenv", "DB",
                             user="worker@corp.example")
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("MARKED-db-password\n", "", 0))
        trust = "/adfs/services/trust/13/windowstransport"
        self.assertEqual([p for p in self.paths() if p[0].startswith("/adfs")],
                         [("/adfs/services/trust/mex", 200), (trust, 401), (trust, 200)])
        connections = {line["connection"] for line in self.journal() if line["path"] == trust}
        self.assertEqual(len(connections), 1, "the dialogue belongs to one connection")

    def test_the_principal_is_the_user_where_nothing_else_is_said(self):
        done = self.token()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("eyJ"))
        self.assertEqual(self.paths()[0], ("/common/UserRealm/worker%40CORP.EXAMPLE", 200))

    def test_another_user_s_ticket_is_refused_by_the_federation_server(self):
        self.assert_refused(self.token(user="worker@corp.example", cache="visitor"), 77,
                            "sts.corp.example does not accept the Kerberos ticket")

    def test_without_a_ticket_kinit_is_named_and_nothing_is_asked(self):
        self.assert_refused(self.token(cache="none"), 77, "no Kerberos ticket", "kinit")
        self.assertEqual(self.paths(), [])

    def test_an_expired_ticket_is_called_so(self):
        self.realm.kinit("worker", cache="expired", options=("-s", "-2h", "-l", "1h"))
        self.assert_refused(self.token(cache="expired"), 77, "ticket has expired", "kinit")

    def test_a_kdc_that_does_not_answer_is_temporary(self):
        self.realm.write_config("dead.conf", f" {realm.REALM} = {{\n  kdc = 127.0.0.1:1\n }}")
        self.realm.kinit("worker", cache="fresh")
        self.assert_refused(self.token(user="worker@corp.example", cache="fresh", config="dead.conf"),
                            75, "KDC of the realm cannot be reached", "port 88")

    def test_a_kdc_that_says_nothing_is_waited_for_until_the_deadline_and_no_longer(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            self.realm.write_config("silent.conf",
                                    f" {realm.REALM} = {{\n  kdc = 127.0.0.1:{port}\n }}")
            self.realm.kinit("worker", cache="fresh")
            done = self.token(user="worker@corp.example", cache="fresh", config="silent.conf",
                              options=["--timeout", "2s"])
        self.assert_refused(done, 75, "did not answer in time", "port 88")

    def test_a_realm_without_kdc_is_a_matter_of_configuration(self):
        self.realm.write_config("unknown.conf", "")
        self.realm.kinit("worker", cache="fresh")
        self.assert_refused(
            self.token(user="worker@corp.example", cache="fresh", config="unknown.conf"),
            78, "no KDC is known for the realm", "krb5.conf")

    def test_a_server_that_the_kdc_does_not_know_needs_its_service_name(self):
        self.assert_refused(self.token(user="driver@lost.example"), 78,
                            "no service HTTP at sts.invalid", "setspn")

    def test_a_federation_server_of_2005_and_saml_2_0_serve_too(self):
        done = self.token(user="planner@old.example")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(("/adfs/services/trust/2005/windowstransport", 200), self.paths())

    def test_without_the_library_everything_else_works(self):
        hidden = os.path.join(self.directory, "hidden")
        os.makedirs(hidden, exist_ok=True)
        self.write("hidden/libgssapi_krb5.so.2", "no library")
        self.assert_refused(self.token(extra=["LD_LIBRARY_PATH=" + hidden]), 77,
                            "libgssapi_krb5.so.2 is not installed", "libgssapi-krb5-2")

    def test_a_managed_domain_takes_no_ticket(self):
        self.assert_refused(self.token(user="clerk@cloud.example"), 77, "managed", "az login")

    def test_an_unknown_domain_is_named(self):
        self.assert_refused(self.token(user="worker@nowhere.example"), 77, "nowhere.example",
                            "AZURE_USERNAME")

    def test_a_federation_server_that_offers_ntlm_only_is_called_so(self):
        self.assert_refused(self.token(user="keeper@plain.example"), 78,
                            "does not offer Kerberos (Negotiate): it offers NTLM")


if __name__ == "__main__":
    missing = realm.missing_tools()
    if missing:
        print("SKIPPED: not installed:", ", ".join(missing), "(scripts/bootstrap test)")
        sys.exit(77)
    unittest.main(verbosity=2)
