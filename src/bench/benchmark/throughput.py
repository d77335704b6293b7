"""As many exchanges as can be: slices of load on all servers in turn, and ratios within each round.

All servers of a group of workloads run at once and idle, each is warmed up, and then every round measures each server
on each workload for one slice. Ratios are formed within a round, so that the drift of a noisy machine cancels out.
"""
from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import median

from .load import Hang, as_fast_as_can_be, calmly, failures, is_calm
from .machine import Failure, cores, say
from .servers import JAVA, Server, Service

BASELINE = "tcp-echo"
# Slices on which to warm up: code that only runs as a load ends would else be compiled, and deoptimise other code,
# in round 1.
WARMUP_PARTS = 4


@dataclass(frozen=True)
class Workload:
    framing: str
    size_bytes: int
    connections: int = 32
    idle: int = 0
    all_servers: bool = False  # also those that are known to be slow

    @property
    def title(self):
        exchange = {"eof": "EOF exchange", "line": "line echo"}[self.framing]
        size = ("empty: connection rate" if self.size_bytes == 0 else f"{self.size_bytes // 1_000_000} MB"
                if self.size_bytes >= 1_000_000 else f"{self.size_bytes:,} B")
        connections = f"{self.connections:,} connection{'s' if self.connections > 1 else ''}"
        return f"{exchange}, {size}, {connections}" + (f" beside {self.idle:,} idle ones" if self.idle else "")

    @property
    def service(self):
        """What a server needs for it; workloads with the same service share the servers."""
        return Service(self.framing, max_message_bytes=max(self.size_bytes, 5_120), max_connections=12_000)


WORKLOADS = {
    "eof-0": Workload("eof", 0),
    "eof-64": Workload("eof", 64, all_servers=True),
    "eof-64-idle": Workload("eof", 64, idle=10_000),
    "eof-5000": Workload("eof", 5_000, all_servers=True),
    "eof-10m": Workload("eof", 10_000_000, connections=4, all_servers=True),
    "line-64-1": Workload("line", 64, connections=1),
    "line-64": Workload("line", 64, all_servers=True),
    "line-64-1000": Workload("line", 64, connections=1_000, all_servers=True),
    "line-64-5000": Workload("line", 64, connections=5_000),
}
MAIN_SERVERS = ("tcp-echo", "netty-nio", "netty-epoll", "c")
MAIN_LINE_SERVERS = ("stock-nio",)
OTHER_SERVERS = ("stock-nio", "stock-net", "virtual-threads", "python-asyncio", "python-threads", "socat")


def changed(workload, connections, idle):
    """The workload with what the command line says otherwise."""
    return replace(workload, connections=connections or workload.connections, idle=idle or workload.idle)


def servers_of(workload, wanted):
    """The servers that a workload is measured with, in the order of a round: (in all rounds, in some only)."""
    if wanted:
        return tuple(wanted), ()
    main = MAIN_SERVERS + (MAIN_LINE_SERVERS if workload.framing == "line" else ())
    others = tuple(name for name in OTHER_SERVERS if name not in main) if workload.all_servers else ()
    return main, others


def measure(workloads, jvm, options, notes, finished):
    """Measures workloads, group by group, and tells finished(name, workload, slices by server) of each."""
    groups = {}
    for name, workload in workloads.items():
        groups.setdefault(workload.service, {})[name] = workload
    for service, group in groups.items():
        slices = {name: {} for name in group}
        for fork in range(options.forks):
            measure_fork(service, group, jvm, options, fork, slices, notes)
        for name, workload in group.items():
            if slices[name]:
                finished(name, workload, slices[name])


def measure_fork(service, group, jvm, options, fork, slices, notes):
    server_core, load_core = cores(options.pin)
    plan = {name: servers_of(workload, options.servers) for name, workload in group.items()}
    wanted = list(dict.fromkeys(server for main, others in plan.values() for server in main + others))
    say(f"{', '.join(group)}: {', '.join(wanted)}")
    with ExitStack() as stack:
        running = {}
        for name in wanted:
            with Leaving(name, running, notes):
                server = stack.enter_context(Server(name, jvm, service, server_core))
                server.wait_until_ready()
                running[name] = server
        for name in list(running):
            with Leaving(name, running, notes, running):
                warm_up(running[name], next(iter(group.values())), options.warmup, load_core)
        # For each workload: a server that fails at one may well do another.
        able = {workload: [{name: running[name] for name in names if name in running} for names in main_and_others]
                for workload, main_and_others in plan.items()}
        for number in range(1, options.rounds + 1):
            for workload_name, workload in group.items():
                main, others = able[workload_name]
                for servers in (main, others) if number <= options.other_rounds else (main,):
                    for name in [name for name in servers if name in running]:
                        with Leaving(name, servers, notes, running):
                            done = calmly(options.attempts, lambda: as_fast_as_can_be(
                                servers[name], workload, options.seconds, load_core))
                            slices[workload_name].setdefault(name, []).append({"fork": fork, "round": number, **done})
                say(f"  round {number} of {options.rounds}, {workload_name}: "
                    + ", ".join(f"{name} {own[-1]['rate']:,.0f}/s" for name, own in slices[workload_name].items()
                                if own[-1]["round"] == number))


class Leaving:
    """Takes a server that fails out of some work, and notes why, so that the others go on. One that hangs is stopped at once,
    and taken out of all work."""

    def __init__(self, name, servers, notes, running=None):
        self.name, self.servers, self.notes = name, servers, notes
        self.running = {} if running is None else running

    def __enter__(self):
        return self

    def __exit__(self, kind, failure, traceback):
        if not isinstance(failure, Failure):
            return False
        say(f"  {self.name}: {failure}")
        self.servers.pop(self.name, None)
        if isinstance(failure, Hang) and self.name in self.running:
            self.running.pop(self.name).kill()
        self.notes.append((self.name, str(failure).splitlines()[0]))
        return True


def warm_up(server, workload, seconds, core):
    parts = WARMUP_PARTS if seconds > 1 else 1
    calm = replace(workload, connections=min(workload.connections, 32), idle=0)
    for _ in range(parts):
        as_fast_as_can_be(server, calm, (seconds if server.name in JAVA else seconds / 8) / parts, core)


def summarise(slices):
    """The figures of each server: medians over the rounds, ratios formed within each round. A pair of slices of which one was
    disturbed counts for no ratio, and a disturbed slice for no median, unless there is no other."""
    baseline = BASELINE if BASELINE in slices else next(iter(slices))
    base = by_round(slices[baseline])
    summary = {}
    for name, whole in slices.items():
        errors = sum(map(failures, whole))
        answered = sum(each["exchanges"] for each in whole)
        pairs, dropped = calm_pairs([(base[key], each) for key, each in by_round(whole).items() if key in base])
        own = list(filter(is_calm, whole)) or whole
        summary[name] = {
            "pairs": len(pairs),
            "pairsDropped": dropped,
            "answeredPercent": 100 * answered / ((answered + errors) or 1),
            "errors": errors,
            "rate": spread(map(rate, own)),
            "megabytesPerSecond": median(each["megabytesPerSecond"] for each in own),
            "p50Micros": median(each["latencyMicros"]["p50"] for each in own),
            "p99Micros": median(map(p99, own)),
            "serverCpuMicros": spread(map(server_cpu, own)),
            "loadCpuMicros": median(each["loadCpuMicrosPerExchange"] for each in own),
            "residentMegabytes": median(each["residentMegabytes"] for each in own),
            "rateRatio": ratio(pairs, rate),
            "cpuRatio": ratio(pairs, server_cpu),
        }
    return {"baseline": baseline, "servers": summary}


def calm_pairs(pairs):
    """The pairs in which nothing disturbed either side, and the number of the others."""
    calm = [pair for pair in pairs if all(map(is_calm, pair))]
    return calm, len(pairs) - len(calm)


def by_round(slices):
    return {(each["fork"], each["round"]): each for each in slices}


def spread(values):
    values = list(values)
    return {"median": round(median(values), 3), "low": min(values), "high": max(values)}


def ratio(pairs, figure):
    """The first one's figure divided by the second one's, pair by pair; None where there is none."""
    ratios = [figure(first) / figure(second) for first, second in pairs if figure(second)]
    return {key: round(value, 3) for key, value in spread(ratios).items()} if ratios else None


def ratio_between(slices, other_slices, figure):
    """The ratio of a server's figures in two workloads of the same rounds."""
    first, second = by_round(slices), by_round(other_slices)
    return ratio(calm_pairs([(first[key], second[key]) for key in first if key in second])[0], figure)


def rate(report):
    return report["rate"]


def server_cpu(report):
    return report["serverCpuMicrosPerExchange"]


def p99(report):
    return report["latencyMicros"]["p99"]
