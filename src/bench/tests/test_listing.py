"""The figures of src/bench/listing."""
import contextlib
import io
import subprocess
import sys
import threading
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "listing"


def load_script():
    spec = spec_from_loader("listing", SourceFileLoader("listing", str(SCRIPT)))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sys.dont_write_bytecode = True
listing = load_script()


class FiguresTest(unittest.TestCase):

    def test_ratios_are_formed_within_a_round(self):
        # The machine is ten times slower in round 2; the ratio is the same in each.
        pairs = [({"rate": 100.0}, {"rate": 150.0}), ({"rate": 10.0}, {"rate": 15.0})]
        with contextlib.redirect_stdout(io.StringIO()) as output:
            self.assertEqual(listing.show("exchanges/s", pairs, listing.rate), 1.5)
        self.assertIn("1.50 (1.50 to 1.50)", output.getvalue())


class ListersTest(unittest.TestCase):

    def test_no_listing_is_under_way_once_they_are_switched_off(self):
        asked, answer = threading.Semaphore(0), threading.Event()

        class Server:
            def get(self, path):
                asked.release()
                answer.wait(10)

        listers = listing.Listers(Server(), "/actuator/connections", 2)
        listers.switch(True)
        for _ in range(2):
            self.assertTrue(asked.acquire(timeout=10))
        answer.set()
        listers.switch(False)
        self.assertEqual(listers.busy, 0)
        self.assertGreaterEqual(listers.answered, 2)
        listers.end()


class OptionsTest(unittest.TestCase):

    def test_a_number_that_is_not_positive_is_refused(self):
        done = subprocess.run([sys.executable, str(SCRIPT), "--clients", "0"], capture_output=True, text=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr.splitlines()[-1]),
                         (2, "src/bench/listing: error: numbers must be positive"))


if __name__ == "__main__":
    unittest.main()
