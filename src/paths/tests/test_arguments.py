"""Arguments that are wrong are named, with what would be right."""
import contextlib
import io
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SOURCES = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCES))

from paths import cli, network_cli, relay_cli  # noqa: E402
from paths.backends import KINDS  # noqa: E402
from paths.catalogue import CATALOGUE  # noqa: E402
from paths.columns import MEASUREMENTS  # noqa: E402


class ArgumentsTest(unittest.TestCase):

    def assert_refused(self, parse, arguments, message):
        errors = io.StringIO()
        with self.assertRaises(SystemExit) as ended, contextlib.redirect_stderr(errors):
            parse(arguments)
        self.assertEqual(ended.exception.code, 2)
        self.assertIn(message, errors.getvalue())

    def test_an_unknown_path_is_named_with_the_known_ones(self):
        self.assert_refused(cli.parse_options, ["--only", "haproxy,nginy"], "argument --only: nginy: none of haproxy, ")

    def test_an_empty_name_is_named(self):
        self.assert_refused(cli.parse_options, ["--only", "haproxy,"], "argument --only: an empty name: none of haproxy, ")

    def test_more_jobs_than_allowed_are_refused_with_the_limit(self):
        self.assert_refused(cli.parse_options, ["--jobs", "9"], "argument --jobs: 9: not a number from 1 to 8")

    def test_what_is_measured_quickly_is_not_saved(self):
        self.assert_refused(cli.parse_options, ["--save", "--quick"], "--save and --quick exclude each other")

    def test_a_check_does_not_overwrite_what_it_compares_with(self):
        self.assert_refused(cli.parse_options, ["--save", "--check"], "--save and --check exclude each other")

    def test_an_abbreviated_option_is_refused(self):
        self.assert_refused(cli.parse_options, ["--sav"], "unrecognized arguments: --sav")

    def test_several_paths_are_taken_in_the_order_given(self):
        self.assertEqual(cli.parse_options(["--only", "socat,haproxy"]).only, ["socat", "haproxy"])

    def test_an_unknown_mode_of_the_relay_is_named(self):
        self.assert_refused(relay_cli.parse_options, ["F", "127.0.0.1:7"], "argument MODE: F: none of close-first, ")

    def test_a_letter_stands_for_a_mode(self):
        self.assertEqual(relay_cli.parse_options(["D", "127.0.0.1:7"]).mode, "idle-reset")

    def test_a_target_without_a_port_is_named(self):
        self.assert_refused(relay_cli.parse_options, ["A", "localhost"], "argument HOST:PORT: localhost: not HOST:PORT")

    def test_a_time_that_is_not_above_zero_is_refused(self):
        self.assert_refused(relay_cli.parse_options, ["D", "127.0.0.1:7", "--idle", "0s"], "argument --idle: 0s: not a time")

    def test_a_rate_without_a_unit_is_refused(self):
        self.assert_refused(relay_cli.parse_options, ["slow", "127.0.0.1:7", "--rate", "2"], "argument --rate: 2: not a rate")

    def test_an_mtu_out_of_bounds_is_refused_with_the_bounds(self):
        self.assert_refused(network_cli.parse_options, ["black-hole", "--mtu", "100", "--", "true"],
                            "argument --mtu: 100: not an MTU from 576 to 1500 bytes")

    def test_a_network_without_a_command_is_refused(self):
        self.assert_refused(network_cli.parse_options, ["slow-link"], "the following arguments are required: COMMAND")

    def test_the_command_keeps_its_own_options(self):
        options = network_cli.parse_options(["plain", "--towards", "client", "--", "probe", "--size", "64B", "{eof}"])
        self.assertEqual(options.command, ["probe", "--size", "64B", "{eof}"])


class CatalogueTest(unittest.TestCase):

    def test_each_package_of_debian_is_one_that_install_brings(self):
        installed = subprocess.run([SOURCES / "install", "--list"], capture_output=True, text=True, check=True, timeout=30)
        wanted = {package.name for path in CATALOGUE.values() for package in path.packages if package.kind != "npm"}
        self.assertEqual(wanted - set(installed.stdout.split()), set())

    def test_at_least_30_paths_need_nothing_but_packages_of_debian(self):
        debian = [path for path in CATALOGUE.values() if all(package.kind == "debian" for package in path.packages)]
        self.assertGreaterEqual(len(debian), 30)

    def test_what_races_are_measurements(self):
        for path in CATALOGUE.values():
            with self.subTest(path.name):
                self.assertLessEqual(set(path.races), set(MEASUREMENTS))

    def test_each_backend_of_a_path_is_one_that_is_started(self):
        self.assertEqual({path.backend for path in CATALOGUE.values()}, set(KINDS))


if __name__ == "__main__":
    unittest.main()
