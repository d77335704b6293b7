"""The hot pieces on their own, by JMH, with what they allocate (-prof gc)."""
import json
import subprocess

from .machine import BENCH, CLASSES, ROOT, Failure, say
from .processes import run


def measure(jvm, options):
    """Returns for each benchmark the nanoseconds and the allocated bytes of an operation."""
    output = BENCH / "jmh.json"
    output.unlink(missing_ok=True)
    command = jvm.command("-cp", f"{CLASSES}:{ROOT}/target/classes:{BENCH}/lib/*", "org.openjdk.jmh.Main",
                          "-foe", "true", "-prof", "gc", "-rf", "json", "-rff", str(output), *options.jmh.split())
    say("JMH: " + options.jmh)
    with open(BENCH / "jmh.log", "w") as log:
        done = run(command, cwd=BENCH, stdout=log, stderr=subprocess.STDOUT)
    if done.returncode != 0 or not output.exists():
        raise Failure(f"JMH ended with status {done.returncode}; see target/bench/jmh.log")
    return [summarise(each) for each in json.loads(output.read_text())]


def summarise(result):
    score, allocated = result["primaryMetric"], result["secondaryMetrics"].get("gc.alloc.rate.norm")
    figures = {
        "benchmark": ".".join(result["benchmark"].split(".")[-2:]),
        "parameters": result.get("params", {}),
        "score": score["score"], "error": score["scoreError"], "unit": score["scoreUnit"],
        "allocatedBytes": allocated and allocated["score"],
    }
    parameters = " ".join(figures["parameters"].values())
    say(f"  {figures['benchmark']} {parameters}: {figures['score']:,.1f} {figures['unit']}")
    return figures
