"""The machine's own stalls while something is measured: how late a real-time thread wakes, which waits for no other thread. The
meter also keeps the cores awake."""
import math
import os
import subprocess

from .machine import BENCH, cores

TICKS_PER_SECOND = 1_000
PERCENTILES = (0, 10, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.8, 99.9)


def watched(options, seconds, measure):
    """Measures, and adds to the report how late the meter's threads woke in its last seconds, one on each core in use:
    percentiles in milliseconds, none where nobody may have real-time priority."""
    own = [core for core in cores(options.pin) if core is not None] or sorted(os.sched_getaffinity(0))
    meter = subprocess.Popen([str(BENCH / "stall-meter"), *map(str, own)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        report = measure()
        late_micros = meter.communicate()[0].split() if meter.poll() is None else []
    finally:
        meter.kill()
        meter.wait()
    return {**report, "stallPercentileMillis": percentile_millis(list(map(int, late_micros))[-seconds * TICKS_PER_SECOND:])}


def percentile_millis(late_micros):
    ordered = sorted(late_micros)
    return {f"{percent:g}": ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] / 1_000
            for percent in PERCENTILES} if ordered else {}
