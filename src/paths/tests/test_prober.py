"""What is read from the prober's output, and what a run of processes leaves behind."""
import json
import os
import sys
import time
import unittest
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from paths import prober  # noqa: E402
from paths.columns import MEASUREMENTS, Measurement, in_shared_probes  # noqa: E402
from paths.lab import Lab  # noqa: E402
from paths.machine import Failure  # noqa: E402

GROUP = [Measurement("small", size="64B", count=2), Measurement("large", size="64KB", count=2)]


def lines(*exchanges):
    records = [{"seq": number, "verdict": verdict, "size": size, "detail": ""}
               for number, (verdict, size) in enumerate(exchanges, 1)]
    return "\n".join(json.dumps(record) for record in [*records, {"summary": {"exchanges": len(records)}}])


class OutputTest(unittest.TestCase):

    def test_verdicts_belong_to_the_measurement_of_their_size(self):
        output = lines(("OK", 64), ("OK", 64), ("TOO_SLOW", 65_536), ("OK", 65_536))
        self.assertEqual(prober.verdicts_of(output, GROUP), {"small": Counter(OK=2), "large": Counter(TOO_SLOW=1, OK=1)})

    def test_an_exchange_that_is_missing_is_named(self):
        with self.assertRaisesRegex(Failure, "made 1 of 2 exchanges of 64KB"):
            prober.verdicts_of(lines(("OK", 64), ("OK", 64), ("OK", 65_536)), GROUP)

    def test_a_prober_that_prints_nothing_is_a_failure_with_its_message(self):
        with self.assertRaisesRegex(Failure, "ended with status 2: no such option"):
            prober.run(["sh", "-c", "echo no such option >&2; exit 2"], 20)

    def test_a_prober_that_does_not_end_is_ended(self):
        with self.assertRaisesRegex(Failure, "did not end within 0 s"):
            prober.run(["sleep", "60"], 0.2)


class GroupTest(unittest.TestCase):

    def test_sizes_that_differ_in_nothing_else_share_a_run(self):
        self.assertEqual(in_shared_probes(GROUP), [GROUP])

    def test_another_backend_or_delay_is_a_run_of_its_own(self):
        groups = in_shared_probes(list(MEASUREMENTS.values()))
        self.assertEqual(sum(len(group) for group in groups), len(MEASUREMENTS))
        for group in groups:
            self.assertEqual(len({(m.backend, m.framing, m.half_close_delay, m.count, m.timeout) for m in group}), 1)


def gone_within(seconds, group):
    """Whether no process of a group is left; the init process may take a moment to reap the last ones."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


class LabTest(unittest.TestCase):

    def test_a_lab_ends_what_it_has_started_and_removes_its_files(self):
        with Lab() as lab:
            process = lab.start(["sh", "-c", "sleep 60 & wait"])
            directory = lab.directory
        self.assertIsNotNone(process.returncode)
        self.assertFalse(directory.exists())
        self.assertTrue(gone_within(10, process.pid), "its child still runs")

    def test_a_program_that_ends_instead_of_listening_is_named_with_what_it_printed(self):
        with Lab() as lab, self.assertRaisesRegex(Failure, "sh ended with status 3: no such port"):
            lab.start(["sh", "-c", "echo no such port; exit 3"], lab.free_port())

    def test_a_program_that_is_missing_is_named(self):
        with Lab() as lab, self.assertRaisesRegex(Failure, "no-such-proxy is not installed"):
            lab.start(["no-such-proxy"])


if __name__ == "__main__":
    unittest.main()
