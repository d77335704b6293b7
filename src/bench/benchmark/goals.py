"""What tcp-echo has to reach, each as a ratio within one run, and what a run shows of it."""
from .throughput import ratio_between, rate, p99

# The first echo with a class cache on JDK 25 took 3.11 s before the start was mended; 0.45 of it.
FIRST_ECHO_MILLIS = 1_400
HEAP_OF_SILENT_BYTES = 1_700
IN_MID_MESSAGE_IN_GIB = 160_000
LIMIT_BELOW_C = 0.02


def rows(results):
    """Rows (work, goal, measured, reached) for what was measured."""
    return [row for row in all_rows(results) if row[2] is not None]


def all_rows(results):
    for workload, title in (("eof-64", "EOF exchange, 64 B"), ("eof-5000", "EOF exchange, 5,000 B")):
        yield from against_netty(results, workload, title, 1.1, 0.9)
    yield at_least("EOF exchange, 64 B: rate ÷ Netty epoll", 1.0, of_peer(results, "eof-64", "netty-epoll", "rateRatio"))
    before_25 = feature_of(results) < 25
    work, _, measured, reached = at_least("EOF exchange, 10 MB × 4: rate ÷ Netty NIO", 0.8 if before_25 else 1.0,
                                          of_peer(results, "eof-10m", "netty-nio", "rateRatio"))
    yield work, "≥ 1.0; JDK 17: ≥ 0.8", measured, reached
    work, _, measured, reached = at_most("EOF exchange, 10 MB × 4: server CPU ÷ Netty NIO", 1.25 if before_25 else 1.0,
                                         of_peer(results, "eof-10m", "netty-nio", "cpuRatio"))
    yield work, "≤ 1.0; JDK 17: ≤ 1.25", measured, reached
    for workload, connections in (("line-64", "32"), ("line-64-1000", "1,000"), ("line-64-5000", "5,000")):
        yield from against_netty(results, workload, f"line echo, 64 B, {connections} connections", 1.0, 1.0)
    yield beside_idle(results)
    for workload, title in (("tls-handshake", "TLS 1.3, handshakes"), ("tls-line-64", "TLS 1.3, kept-open line, 64 B")):
        yield at_least(f"{title}: rate ÷ Netty, JDK's provider", 1.0, of_peer(results, workload, "netty-nio", "rateRatio"))
    yield at_most("line echo beside 100 TLS handshakes a second: p99 ÷ without", 1.5,
                  of_work(results, "line-64-handshakes", "line-64-beside", p99, "tcp-echo"))
    memory = results.get("memory", {}).get("memory", {}).get("tcp-echo", {})
    silent, half = memory.get("silent", {}).get("heapBytes"), memory.get("mid-message", {}).get("heapBytes")
    yield ("heap for each silent connection", f"≤ {HEAP_OF_SILENT_BYTES:,} B", silent and f"{silent:,} B",
           silent and silent <= HEAP_OF_SILENT_BYTES)
    yield ("connections in mid-message in a GiB of heap", f"≥ {IN_MID_MESSAGE_IN_GIB:,}", half and f"{2**30 // half:,}",
           half and 2**30 // half >= IN_MID_MESSAGE_IN_GIB)
    ways = results.get("start", {}).get("start", {})
    name = next((way for way in ways if way.endswith("AOT cache")), None)
    first = name and ways[name]["millis"]
    yield ("start to first echo, extracted, AOT cache", f"≤ {FIRST_ECHO_MILLIS / 1000} s",
           first and f"{first['median'] / 1000:.2f} s ({first['low'] / 1000:.2f}–{first['high'] / 1000:.2f})",
           first and first["median"] <= FIRST_ECHO_MILLIS)
    commands = results.get("commands", {}).get("commands", {})
    for command in ("probe --help", "probe, one exchange"):
        yield at_most(f"{command}: launcher ÷ jar", 0.5, commands.get(command, {}).get("ratio"))


def feature_of(results):
    return min((int(result["run"]["jdk"].split(".")[0]) for result in results.values() if "run" in result), default=0)


def against_netty(results, workload, title, least_rate, most_cpu):
    yield at_least(f"{title}: rate ÷ Netty NIO", least_rate, of_peer(results, workload, "netty-nio", "rateRatio"))
    yield at_most(f"{title}: server CPU ÷ Netty NIO", most_cpu, of_peer(results, workload, "netty-nio", "cpuRatio"))


def beside_idle(results):
    """Judged by the C server, which shows what the machine makes of it."""
    idle = f"{results.get('eof-64-idle', {}).get('idleConnections', 0):,} idle connections"
    own, limit = (of_work(results, "eof-64-idle", "eof-64", rate, server) for server in ("tcp-echo", "c"))
    return (f"EOF exchange beside {idle}: rate ÷ without", f"≥ C's - {LIMIT_BELOW_C}",
            f"{ratio_text(own)}; C: {ratio_text(limit)}" if own and limit else None,
            own and limit and own["median"] >= limit["median"] - LIMIT_BELOW_C)


def of_peer(results, workload, peer, figure):
    if workload not in results or results[workload]["summary"]["baseline"] != "tcp-echo":
        return None
    servers = results[workload]["summary"]["servers"]
    return servers[peer][figure] if peer in servers else None


def of_work(results, workload, other, figure, server):
    if workload not in results or other not in results:
        return None
    slices, others = (results[name]["slices"].get(server) for name in (workload, other))
    return ratio_between(slices, others, figure) if slices and others else None


def at_least(work, goal, measured):
    return work, f"≥ {goal}", measured and ratio_text(measured), measured and measured["median"] >= goal


def at_most(work, goal, measured):
    return work, f"≤ {goal}", measured and ratio_text(measured), measured and measured["median"] <= goal


def ratio_text(ratio):
    """A ratio with its smallest and largest value."""
    return f"{ratio['median']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f})" if ratio else "-"
