"""Latency at fixed rates (open loop): how long an exchange takes from when it was due, by tcp-echo's own load."""
from contextlib import ExitStack
from statistics import median

from .load import by_own, calmly, failures, is_calm
from .machine import cores, say
from .servers import Server, Service
from .stalls import watched
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
                        with Leaving(name, running, notes, running):
                            done = calmly(options.attempts, lambda: watched(
                                options, options.latency_seconds, lambda: at_rate(
                                    rate, jvm, running[name], framing, options)))
                            own.setdefault(name, []).append(done)
                    say(f"  round {number} of {options.latency_rounds}, {framing} at {rate:,}/s, p99 in ms (of the "
                        "machine's own stalls): " + ", ".join(f"{name} {p99(each[-1], 'exchangePercentileMillis')} "
                                                              f"({p99(each[-1], 'stallPercentileMillis')})"
                                                              for name, each in own.items()))
    return {key: {name: summarise(own) for name, own in servers.items()} for key, servers in reports.items()}


def at_rate(rate, jvm, server, framing, options):
    return by_own(jvm, server, framing, SIZE_BYTES, CONNECTIONS, rate, options.latency_warmup,
                  options.latency_seconds, cores(options.pin)[1])


def start_servers(framing, jvm, options, stack, notes):
    server_core, load_core = cores(options.pin)
    workload = Workload(framing, SIZE_BYTES)
    running = {}
    for name in options.servers or SERVERS[framing]:
        with Leaving(name, running, notes):
            server = stack.enter_context(Server(name, jvm, Service(framing), server_core))
            server.wait_until_ready()
            running[name] = server
            warm_up(server, workload, options.warmup / 2, load_core)
    return running


def p99(report, key):
    return f"{report[key]['99']:.2f}" if report.get(key) else "-"


def summarise(reports):
    """Medians over the rounds."""
    return {
        "rate": median(report["rate"] for report in reports),
        "failed": sum(map(failures, reports)),
        "notBegun": sum(report["notBegun"] for report in reports),
        "percentileMillis": medians(reports, "exchangePercentileMillis"),
        "stallPercentileMillis": medians(reports, "stallPercentileMillis"),
        "calm": sum(map(is_calm, reports)),
        "reports": reports,
    }


def medians(reports, key):
    """The medians of each percentile, of the reports that have some."""
    measured = [report[key] for report in reports if report.get(key)]
    return {percent: median(percentiles[percent] for percentiles in measured)
            for percent in (measured[0] if measured else ())}
