"""What cannot be started ends in 126 or 127 with a line that says what to do."""

import os
import signal
import tempfile
import unittest

import launch


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

    def fails(self, command, code, message, *options):
        started = launch.start(launch.launched(command, *options))
        self.assertEqual(started.wait(), code, started.errors)
        self.assertRegex(started.errors, "(?m)^kvlaunch: error: .*" + message)
        self.assertRegex(started.errors, "(?m)^kvlaunch: hint: .+")

    def test_missing_is_127(self):
        self.fails(["no-such-program"], 127, "no-such-program was not found")
        self.fails(["/no/such/program"], 127, "/no/such/program")

    def test_not_executable_is_126(self):
        self.fails([self.file("tool", "#!/bin/sh\n", 0o644)], 126, "is not executable")
        self.fails([self.directory], 126, "is a directory")

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
        started = launch.start(launch.launched(["only-here"], "-e", "PATH=" + os.path.dirname(path)))
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


if __name__ == "__main__":
    unittest.main()
