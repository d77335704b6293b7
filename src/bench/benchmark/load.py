"""The two load generators: echo-load, in C, as fast as can be; and tcp-echo's own load."""
import json
import subprocess
import time

from .machine import BENCH, JAR, Failure, machine_cpu_micros, own_cpu_micros
from .servers import child_setup

GRACE_SECONDS = 60  # beyond its own time, which its exchange timeout of 10 s and idle connections prolong
MANY_CONNECTIONS = 1_000
END_SECONDS = 1  # in which a server sees many connections end, before the next one is measured
FORKS_END_SECONDS = 5


def as_fast_as_can_be(server, workload, seconds, core):
    """Loads a server with echo-load and returns its report, with the CPU time of everything else added."""
    command = [str(BENCH / "echo-load"), "--port", str(server.port), "--framing", workload.framing,
               "--size", str(workload.size_bytes), "--connections", str(workload.connections),
               "--seconds", str(seconds), "--warmup", str(workload.connections / 10_000),
               "--idle", str(workload.idle), "--server-pid", str(server.process.pid)]
    before = clocks(server)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=seconds + GRACE_SECONDS,
                          preexec_fn=child_setup(core))
    server.check_alive()
    if done.returncode != 0:
        raise Failure(f"echo-load against {server.name} ended with status {done.returncode}")
    report = json.loads(done.stdout)
    if server.forks:
        wait_for_forks_to_end(server)
    own, loads, machine, possible = (after - start for after, start in zip(clocks(server), before))
    if server.forks:
        # Its processes end with their connections, which is after the load has looked.
        report["serverCpuMicrosPerExchange"] = round(own / max(1, report["exchangesInAll"]), 2)
    report["othersCpuPercent"] = round(100 * max(0, machine - own - loads) / possible, 1)
    report["residentMegabytes"] = server.resident_megabytes()
    if workload.idle or workload.connections >= MANY_CONNECTIONS:
        time.sleep(END_SECONDS)
    return report


def clocks(server):
    return (server.cpu_micros(), own_cpu_micros(), *machine_cpu_micros())


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
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=BENCH,
                          timeout=warmup_seconds + seconds + GRACE_SECONDS, preexec_fn=child_setup(core))
    server.check_alive()
    if not done.stdout:
        raise Failure(f"tcp-echo load against {server.name} ended with status {done.returncode}")
    return json.loads(done.stdout)
