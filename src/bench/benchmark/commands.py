"""How long the commands take as whole processes: from the jar, and by the launcher with its class cache."""
import os
import shutil
import time

from . import processes
from .load import others_percent
from .machine import BENCH, JAR, ROOT, Failure, machine_cpu_micros, own_cpu_micros, say
from .servers import Server, Service
from .throughput import ratio, spread

LAUNCHER = ROOT / "bin" / "tcp-echo"
CACHES = BENCH / "caches"
CACHE_SECONDS = 120
COMMAND_SECONDS = 60
CALM_PERCENT = 10  # of the machine: of less than a second /proc/stat tells little


def commands_of(port):
    return {"probe --help": ["probe", "--help"], "probe, one exchange": ["probe", f"127.0.0.1:{port}"],
            "load, 0.1 s": ["load", "--warmup", "0s", "--duration", "100ms", f"127.0.0.1:{port}"]}


def measure(jvm, options):
    """Returns for each command the milliseconds of both ways, and the launcher's as a share of the jar's."""
    with Server("c", jvm, Service("eof"), None) as server:
        server.wait_until_ready()
        commands = commands_of(server.port)
        environment = {**os.environ, "JAVA_HOME": str(jvm.home), "XDG_CACHE_HOME": str(CACHES)}
        make_cache(commands["probe --help"], environment)
        ways = {"jar": [jvm.tool("java"), "-jar", str(JAR)], "launcher": [str(LAUNCHER)]}
        samples = {name: [] for name in commands}
        for number in range(1, options.starts + 1):
            for name, arguments in commands.items():
                samples[name].append({way: timed([*command, *arguments], environment) for way, command in ways.items()})
            say(f"  round {number} of {options.starts}: " + ", ".join(
                f"{name} {own[-1]['jar']['millis']:,} ms, launcher {own[-1]['launcher']['millis']:,} ms"
                for name, own in samples.items()))
    return {name: summarise(own) for name, own in samples.items()}


def make_cache(arguments, environment):
    """Has the launcher make its cache, which it does behind the first command."""
    shutil.rmtree(CACHES, ignore_errors=True)
    CACHES.mkdir(parents=True)
    timed([str(LAUNCHER), *arguments], environment)
    deadline = time.monotonic() + CACHE_SECONDS
    while not any(CACHES.glob("tcp-echo/java-*/classes")):
        if time.monotonic() > deadline:
            raise Failure(f"bin/tcp-echo made no class cache within {CACHE_SECONDS} s")
        time.sleep(0.1)


def timed(command, environment):
    machine_before, own_before, began = machine_cpu_micros(), own_cpu_micros(), time.monotonic()
    done = processes.run(command, stdout=processes.DEVNULL, stderr=processes.DEVNULL, cwd=BENCH, env=environment,
                         timeout=COMMAND_SECONDS)
    millis = round((time.monotonic() - began) * 1_000)
    own = own_cpu_micros() - own_before
    if done.returncode != 0:
        raise Failure(f"{' '.join(command[-3:])} ended with status {done.returncode}")
    before, after = (0, 0, *machine_before), (own, 0, *machine_cpu_micros())
    return {"millis": millis, "cpuMillis": round(own / 1_000), "othersCpuPercent": others_percent(before, after)}


def summarise(samples):
    """Medians, and the ratio of the calm pairs."""
    calm = [each for each in samples if all(way["othersCpuPercent"] <= CALM_PERCENT for way in each.values())]
    return {"jarMillis": spread(each["jar"]["millis"] for each in calm or samples),
            "launcherMillis": spread(each["launcher"]["millis"] for each in calm or samples),
            "ratio": ratio([(each["launcher"], each["jar"]) for each in calm], lambda way: way["millis"]),
            "pairs": len(calm), "pairsDropped": len(samples) - len(calm), "samples": samples}
