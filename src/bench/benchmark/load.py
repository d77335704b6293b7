"""The two load generators: echo-load, in C, as fast as possible; and tcp-echo's own load."""
import json
import subprocess
import time

from .machine import BENCH, JAR, Failure, machine_cpu_micros, own_cpu_micros
from .processes import run

GRACE_SECONDS = 15  # that tcp-echo load may take beyond its own time: it has to start, and an exchange times out after 10 s
HANG_SECONDS = 4  # that echo-load may take beyond its own time
CONNECTIONS_PER_SECOND = 1_000  # that a server accepts at least
MANY_CONNECTIONS = 1_000
CALM_PERCENT = 5  # of the machine that others may use beside a slice
CALM_STALL_MILLIS = 1  # by which a real-time thread may wake late in 99 of 100 times, where stalls are watched
REST_SECONDS = 1  # before a slice that they disturbed is measured again
END_SECONDS = 1  # in which a server sees many connections end, before the next one is measured
FORKS_END_SECONDS = 5


class Hang(Failure):
    """A server that keeps the load from its end. What it does from then on, it would do to the others."""


def calmly(attempts, measure):
    """Measures again, after a rest, while the machine is not calm. What shows a failure is kept, whatever the machine
    did."""
    for attempt in range(1, attempts + 1):
        report = measure()
        if is_calm(report) or failures(report) or attempt == attempts:
            return report
        time.sleep(REST_SECONDS)


def is_calm(report):
    """Whether others, a hypervisor among them, used little of the machine and did not hold it up. That is told by /proc/stat,
    which has the time that a hypervisor stole, too, and never by the figures themselves."""
    return (report["othersCpuPercent"] <= CALM_PERCENT
            and report.get("stallPercentileMillis", {}).get("99", 0) <= CALM_STALL_MILLIS)


def failures(report):
    """Exchanges that failed and idle connections that were lost, in the report of either generator."""
    counts = report["errors"] if "errors" in report else report["verdicts"]
    idle = report.get("idle", {"opened": 0, "stillOpen": 0})
    return sum(count for kind, count in counts.items() if kind != "OK") + idle["opened"] - idle["stillOpen"]


def as_fast_as_can_be(server, workload, seconds, core):
    """Loads a server with echo-load and returns its report, with the CPU time of everything else added."""
    command = [str(BENCH / "echo-load"), "--port", str(server.port), "--framing", workload.framing,
               "--size", str(workload.size_bytes), "--connections", str(workload.connections),
               "--seconds", str(seconds), "--warmup", str(workload.connections / 10_000),
               "--idle", str(workload.idle), "--server-pid", str(server.process.pid)]
    before = clocks(server)
    allowed_seconds = seconds + HANG_SECONDS + (workload.idle + workload.connections) / CONNECTIONS_PER_SECOND
    try:
        done = run(command, stdout=subprocess.PIPE, text=True, timeout=allowed_seconds, core=core)
    except subprocess.TimeoutExpired:
        raise Hang(f"it hung: echo-load did not end within {allowed_seconds:g} s") from None
    server.check_alive()
    if done.returncode != 0:
        raise Failure(f"echo-load against {server.name} ended with status {done.returncode}")
    report = json.loads(done.stdout)
    if server.forks:
        wait_for_forks_to_end(server)
    after = clocks(server)
    report["othersCpuPercent"] = others_percent(before, after)
    if server.forks:
        # Its processes end with their connections, which is after the load has looked.
        report["serverCpuMicrosPerExchange"] = round((after[0] - before[0]) / max(1, report["exchangesInAll"]), 2)
    report["residentMegabytes"] = server.resident_megabytes()
    if workload.idle or workload.connections >= MANY_CONNECTIONS:
        time.sleep(END_SECONDS)
    return report


def clocks(server):
    return (server.cpu_micros(), own_cpu_micros(), *machine_cpu_micros())


def others_percent(before, after):
    """What neither the server nor the load used of the machine between two readings of clocks()."""
    own, loads, machine, possible = (late - early for late, early in zip(after, before))
    return round(100 * max(0, machine - own - loads) / possible, 1)


def wait_for_forks_to_end(server):
    deadline = time.monotonic() + FORKS_END_SECONDS
    while len(server.processes()) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)


def by_own(jvm, server, framing, size_bytes, connections, rate, warmup_seconds, seconds, core):
    """Loads a server with tcp-echo load, at a fixed rate (open loop) or, without one, as fast as it can; returns its
    report."""
    command = [jvm.tool("java"), "-jar", str(JAR), "load", "--json", "--framing", framing, "--size", f"{size_bytes}B",
               *(["--rate", str(rate)] if rate else []), "--connections", str(connections),
               "--warmup", f"{warmup_seconds}s", "--duration", f"{seconds}s", f"127.0.0.1:{server.port}"]
    before = clocks(server)
    allowed_seconds = warmup_seconds + seconds + GRACE_SECONDS
    try:
        done = run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=BENCH, timeout=allowed_seconds,
                   core=core)
    except subprocess.TimeoutExpired:
        raise Hang(f"it hung: tcp-echo load did not end within {allowed_seconds:g} s") from None
    server.check_alive()
    if not done.stdout:
        raise Failure(f"tcp-echo load against {server.name} ended with status {done.returncode}")
    return {**json.loads(done.stdout), "othersCpuPercent": others_percent(before, clocks(server))}
