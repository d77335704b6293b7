"""Latency at fixed rates (open loop): how long an exchange takes from when it was due, by tcp-echo's own load."""
from contextlib import ExitStack
from statistics import median

from .load import by_own, calmly, failures
from .machine import cores, say
from .servers import Server, Service
from .throughput import Leaving, Workload, warm_up

SIZE_BYTES = 64
CONNECTIONS = 256
RATES = {"eof": (1_000, 4_000), "line": (5_000, 15_000)}
SERVERS = {"eof": ("tcp-echo", "netty-nio", "c"), "line": ("tcp-echo", "netty-nio", "c", "stock-nio")}


def measure(jvm, options, notes):
    """Returns for each framing and rate, and for each server, the load's reports."""
    reports = {}
    for framing, rates in RATES.items():
        with ExitStack() as stack:
            running = start_servers(framing, jvm, options, stack, notes)
            for number in range(1, options.latency_rounds + 1):
                for rate in rates:
                    own = reports.setdefault(f"{framing}-{rate}", {})
                    for name in list(running):
                        with Leaving(name, running, notes):
                            done = calmly(options.attempts, lambda: by_own(
                                jvm, running[name], framing, SIZE_BYTES, CONNECTIONS, rate, options.latency_warmup,
                                options.latency_seconds, cores(options.pin)[1]))
                            own.setdefault(name, []).append(done)
                    say(f"  round {number} of {options.latency_rounds}, {framing} at {rate:,}/s, p99: "
                        + ", ".join(f"{name} {each[-1]['exchangeMillis']['p99']:.2f} ms" for name, each in own.items()
                                    if each[-1]["exchangeMillis"]))
    return {key: {name: summarise(own) for name, own in servers.items()} for key, servers in reports.items()}


def start_servers(framing, jvm, options, stack, notes):
    server_core, load_core = cores(options.pin)
    workload = Workload(framing, SIZE_BYTES)
    running = {}
    for name in options.servers or SERVERS[framing]:
        with Leaving(name, running, notes):
            server = Server(name, jvm, Service(framing), server_core)
            stack.callback(server.stop)
            server.wait_until_ready()
            running[name] = server
            warm_up(server, workload, options.warmup / 2, load_core)
    return running


def summarise(reports):
    """Medians over the rounds."""
    measured = [report for report in reports if report["exchangeMillis"]]
    percentiles = measured[0]["exchangePercentileMillis"] if measured else {}
    return {
        "rate": median(report["rate"] for report in reports),
        "failed": sum(map(failures, reports)),
        "notBegun": sum(report["notBegun"] for report in reports),
        "percentileMillis": {percent: median(report["exchangePercentileMillis"][percent] for report in measured)
                             for percent in percentiles},
        "reports": reports,
    }
