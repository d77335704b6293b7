"""Runs the prober of the jar and counts its verdicts."""
import json
import subprocess
from collections import Counter

from .machine import JAR, Failure, java
from .processes import die_with_parent, end_group

INTERVAL = "50ms"
START_SECONDS = 60  # of the JVM, on a machine that is busy
SIZE_UNITS = {"B": 1, "KB": 1_024, "MB": 1_048_576}


def probe(entry, group):
    """Make the exchanges of measurements that share a run; return the verdicts of each by its name."""
    first = group[0]
    command = [*entry.prefix, java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(JAR), "probe", "--json",
               "--count", str(first.count), "--interval", INTERVAL, "--timeout", first.timeout, "--framing", first.framing,
               "--size", ",".join(measurement.size for measurement in group)]
    if first.half_close_delay != "0s":
        command += ["--half-close-delay", first.half_close_delay]
    output = run([*command, *entry.options, entry.target], limit_seconds(group))
    return verdicts_of(output, group)


def run(command, seconds):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True, preexec_fn=die_with_parent)
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Failure(f"the prober did not end within {seconds:.0f} s") from None
    finally:
        end_group(process)
    if not output:
        raise Failure(f"the prober ended with status {process.returncode}: {errors.strip()}")
    return output


def limit_seconds(group):
    """What the exchanges may take at most, and a JVM to start."""
    return START_SECONDS + sum(measurement.count * (1 + seconds_of(measurement.timeout)) for measurement in group)


def seconds_of(duration):
    return float(duration.removesuffix("ms")) / 1000 if duration.endswith("ms") else float(duration.removesuffix("s"))


def bytes_of(size):
    number = size.rstrip("BKM")
    return int(number) * SIZE_UNITS[size[len(number):]]


def verdicts_of(output, group):
    """The verdicts in the prober's JSON lines, of each measurement by its size; other lines than exchanges are skipped."""
    names = {bytes_of(measurement.size): measurement.name for measurement in group}
    counts = {measurement.name: Counter() for measurement in group}
    for line in output.splitlines():
        record = json.loads(line)
        if "verdict" in record and "size" in record:
            counts[names[record["size"]]][record["verdict"]] += 1
    for measurement in group:
        seen = sum(counts[measurement.name].values())
        if seen != measurement.count:
            raise Failure(f"the prober made {seen} of {measurement.count} exchanges of {measurement.size}")
    return counts
