"""What cannot be started ends in 126 or 127 with a line that says what to do."""

import os
import shutil
import signal
import tempfile
import unittest

import launch


def be_nobody():
    if os.geteuid() == 0:
        os.setresuid(65534, 65534, 65534)


class Target(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def file(self, name, content, mode=0o755):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(content)
        os.chmod(path, mode)
        return path

    def fails(self, command, code, message, *options, prepare=lambda: None):
        started = launch.start(launch.launched(command, *options), prepare)
        self.assertEqual(started.wait(), code, started.errors)
        self.assertRegex(started.errors, "(?m)^kvlaunch: error: .*" + message)
        self.assertRegex(started.errors, "(?m)^kvlaunch: hint: .+")

    def test_missing_is_127(self):
        self.fails(["no-such-program"], 127, "no-such-program was not found")
        self.fails(["/no/such/program"], 127, "/no/such/program")

    def test_not_executable_is_126(self):
        self.fails([self.file("tool", "#!/bin/sh\n", 0o644)], 126, "is not executable")
        self.fails([self.directory], 126, "is a directory")

    def test_a_directory_of_the_path_that_is_closed_to_this_user_is_told_apart(self):
        closed = os.path.join(self.directory, "closed")
        os.mkdir(closed)
        os.chmod(closed, 0)
        os.chmod(self.directory, 0o755)
        self.fails(["tool"], 126, "out of reach", "-e", "PATH=" + closed, prepare=be_nobody)

    def test_a_missing_interpreter_is_127(self):
        self.fails([self.file("tool", "#!/no/such/interpreter\n")], 127, "/no/such/interpreter")

    def test_a_script_without_interpreter_line_is_not_run_by_a_shell(self):
        self.fails([self.file("tool", "exit 0\n")], 126, "without")

    def test_a_program_open_for_writing_is_found_out_at_the_end(self):
        path = self.file("tool", "#!/bin/sh\n")
        with open(path, "a"):
            self.fails([path], 126, "Text file busy")

    def test_it_is_looked_for_in_the_path_it_will_have(self):
        path = self.file("only-here", "#!/bin/sh\nexit 5\n")
        self.fails(["only-here"], 127, "only-here")
        command = launch.launched(["only-here"], "-e", "PATH=" + os.path.dirname(path))
        started = launch.start(command)
        self.assertEqual(started.wait(), 5, started.errors)

    def test_a_reader_of_the_messages_that_went_away_does_not_change_the_code(self):
        reading, writing = os.pipe()
        os.close(reading)
        busy = self.file("tool", "#!/bin/sh\n")

        def broken():
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.dup2(writing, 2)
        self.assertEqual(launch.start(launch.launched(["no-such-program"]), broken).wait(), 127)
        with open(busy, "a"):
            self.assertEqual(launch.start(launch.launched([busy]), broken).wait(), 126)
        os.close(writing)

    @unittest.skipUnless(os.geteuid() == 0, "only root can make a set-uid program of another user")
    def test_a_launcher_that_is_set_uid_refuses_to_run(self):
        if os.statvfs(self.directory).f_flag & os.ST_NOSUID:
            self.skipTest("the temporary directory is mounted nosuid")
        os.chmod(self.directory, 0o755)
        copy = shutil.copy(launch.LAUNCHER, self.directory)
        os.chmod(copy, 0o4755)
        command = [copy, *launch.launched(["/bin/true"])[1:]]
        started = launch.start(command, be_nobody)
        self.assertEqual(started.wait(), 125, started.errors)


if __name__ == "__main__":
    unittest.main()
