"""The project's own load generator and the one in C, in turn, against the same tcp-echo."""
from statistics import median

from .load import as_fast_as_can_be, by_own, calmly, failures
from .machine import cores, say
from .servers import Server, Service
from .throughput import Workload, calm_pairs, rate, ratio, spread, warm_up

FRAMINGS = ("eof", "line")
# Each round starts its own JVM, which has to compile first, on one core.
WARMUP_FACTOR = 2


def measure(jvm, options):
    """Returns for each framing and placement the slices of both, and the ratio of their rates."""
    placements = {"apart": cores(options.pin), "shared": (None, None)}
    return {framing: {name: compare(jvm, options, framing, name, *placement) for name, placement in placements.items()}
            for framing in FRAMINGS}


def compare(jvm, options, framing, name, server_core, load_core):
    """Lets both load one server in turn."""
    workload = Workload(framing, 64)
    seconds = max(1, round(2 * options.seconds))
    pairs = []
    with Server("tcp-echo", jvm, Service(framing), server_core) as server:
        server.wait_until_ready()
        warm_up(server, workload, options.warmup, load_core)
        for number in range(1, options.rounds + 1):
            own = calmly(options.attempts, lambda: by_own(
                jvm, server, framing, workload.size_bytes, workload.connections, None,
                max(1, round(WARMUP_FACTOR * options.warmup)), seconds, load_core))
            pairs.append((own, calmly(options.attempts, lambda: as_fast_as_can_be(server, workload, seconds, load_core))))
            say(f"  round {number} of {options.rounds}, {framing}, {name}: tcp-echo load {rate(own):,.0f}/s, "
                f"C {rate(pairs[-1][1]):,.0f}/s")
    return summarise(pairs)


def summarise(pairs):
    """Medians over the rounds; the ratio is formed within a round, of which neither side was disturbed."""
    calm, dropped = calm_pairs(pairs)
    return {
        "pairsDropped": dropped,
        "own": spread(rate(own) for own, _ in pairs),
        "c": spread(rate(c) for _, c in pairs),
        "ratio": ratio(calm, rate),
        "ownCpuMicros": median(1e6 * own["generatorCores"] / rate(own) for own, _ in pairs),
        "cCpuMicros": median(c["loadCpuMicrosPerExchange"] for _, c in pairs),
        "failed": sum(failures(own) for own, _ in pairs),
        "othersCpuPercent": max(c["othersCpuPercent"] for _, c in pairs),
        "rounds": [{"own": own, "c": c} for own, c in pairs],
    }
