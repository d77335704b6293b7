"""What a run does when a server hangs, and when it is interrupted. Needs gcc and a JDK, which compile and start nothing of Java."""
import os
import signal
import subprocess
import sys
import time
import unittest
import uuid
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

sys.dont_write_bytecode = True
BENCH_SOURCES = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCH_SOURCES))

from benchmark import build, load, servers, throughput  # noqa: E402

SILENT_SERVER = """
import signal, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
signal.pause()
"""
BOUND_SECONDS = 60
MARK = "TCP_ECHO_BENCHMARK_MARK"


def silent(jvm, service, port, front_port):
    return [sys.executable, "-c", SILENT_SERVER, str(port)]


def marked_processes(mark):
    """The processes that have the mark in their environment, as all have that a marked one started."""
    found = []
    for pid in servers.all_processes():
        try:
            if mark.encode() in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(pid)
        except OSError:
            pass  # it has ended, or is ending
    return found


class HangTest(unittest.TestCase):

    def test_a_server_that_hangs_loses_its_slice_and_the_others_none(self):
        build.build(needs_jar=False, needs_peers=False)
        options = SimpleNamespace(pin=False, servers=["silent", "c"], forks=1, rounds=2, other_rounds=1, attempts=1, seconds=0.2,
                                  warmup=0.1)
        workloads = {name: throughput.Workload("line", 64, connections=2) for name in ("first", "second")}
        notes, slices = [], {}
        with mock.patch.dict(servers.SERVERS, {"silent": silent}), mock.patch.object(load, "HANG_SECONDS", 0.5), \
                mock.patch.object(throughput, "warm_up"):
            throughput.measure(workloads, None, options, notes, lambda name, workload, own: slices.update({name: own}))
        self.assertEqual([(name, why.split(":")[0]) for name, why in notes], [("silent", "it hung")])
        self.assertEqual({name: {server: len(own) for server, own in by_server.items()} for name, by_server in slices.items()},
                         {"first": {"c": 2}, "second": {"c": 2}})
        self.assertEqual(sum(load.failures(each) for own in slices.values() for each in own["c"]), 0)


class InterruptionTest(unittest.TestCase):

    def run_until_it_measures(self, mark):
        """Starts a run of ten minutes that would otherwise not end, and waits for its load."""
        run = subprocess.Popen([str(BENCH_SOURCES / "run"), "--workload", "line-64", "--servers", "c", "--seconds", "600",
                                "--warmup", "0.1", "--rounds", "1"], env={**os.environ, MARK: mark}, stderr=subprocess.DEVNULL)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        deadline = time.monotonic() + BOUND_SECONDS
        while run.poll() is None and not any(b"600.0" in command_of(pid).split(b"\0") for pid in marked_processes(mark)):
            self.assertLess(time.monotonic(), deadline, "it does not measure")
        self.assertIsNone(run.poll(), "it ended before it measured")
        return run

    def test_an_interrupted_run_ends_and_leaves_no_process(self):
        for sent, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(sent.name):
                mark = str(uuid.uuid4())
                run = self.run_until_it_measures(mark)
                self.assertGreaterEqual(len(marked_processes(mark)), 3)  # the run, the server, the load
                run.send_signal(sent)
                self.assertEqual(run.wait(BOUND_SECONDS), status)
                self.assertEqual(marked_processes(mark), [])


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    unittest.main()
