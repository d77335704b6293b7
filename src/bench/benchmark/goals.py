"""What tcp-echo has to reach, each as a ratio within one run, and what a run shows of it."""
from .throughput import ratio_between, rate, p99


def rows(results):
    """Rows (work, goal, measured, reached) for what was measured."""
    return [row for row in all_rows(results) if row[2] is not None]


def all_rows(results):
    for workload, title in (("eof-64", "EOF exchange, 64 B"), ("eof-5000", "EOF exchange, 5,000 B")):
        yield at_least(f"{title}: rate ÷ Netty NIO", 1.0, of_peer(results, workload, "netty-nio", "rateRatio"))
        yield at_most(f"{title}: server CPU ÷ Netty NIO", 1.0, of_peer(results, workload, "netty-nio", "cpuRatio"))
        yield at_least(f"{title}: rate ÷ C", 0.95, of_peer(results, workload, "c", "rateRatio"))
    yield at_least("EOF exchange, 10 MB × 4: rate ÷ Netty NIO", 1.0,
                   of_peer(results, "eof-10m", "netty-nio", "rateRatio"))
    yield at_least("line echo, 64 B: rate ÷ Netty NIO", 0.85, of_peer(results, "line-64", "netty-nio", "rateRatio"))
    yield at_least("line echo, 64 B: rate ÷ stock Spring Integration, NIO", 8.0,
                   of_peer(results, "line-64", "stock-nio", "rateRatio"))
    idle = f"beside {results.get('eof-64-idle', {}).get('idleConnections', 0):,} idle connections"
    yield between(results, at_least, f"{idle}: rate ÷ without them", 0.95, "eof-64-idle", "eof-64", rate)
    yield between(results, at_most, f"{idle}: p99 ÷ without them", 1.2, "eof-64-idle", "eof-64", p99)
    for count in (1_000, 5_000):
        yield between(results, at_least, f"line echo, {count:,} busy connections: rate ÷ 32 of them", 0.9,
                      f"line-64-{count}", "line-64", rate)
    generator = results.get("generator", {}).get("generator", {})
    yield at_least("load generator, EOF exchange, 64 B, two cores: rate ÷ C generator", 0.7,
                   generator.get("eof", {}).get("shared", {}).get("ratio"))
    memory = results.get("memory", {}).get("memory", {}).get("tcp-echo", {})
    silent, half = memory.get("silent", {}).get("heapBytes"), memory.get("mid-message", {}).get("heapBytes")
    yield ("heap for each silent connection", "≤ 4,096 B", silent and f"{silent:,} B", silent and silent <= 4_096)
    yield ("connections in mid-message in a GiB of heap", "≥ 20,000", half and f"{2**30 // half:,}",
           half and 2**30 // half >= 20_000)
    for start, goal_millis in (("JDK 17", 2_500), ("JDK 25", 1_300)):
        ways = results.get("start", {}).get("start", {})
        name = next((way for way in ways if way.startswith(start) and way.endswith("the jar" if start == "JDK 17"
                                                                                  else "AOT cache")), None)
        measured = name and ways[name]["millis"]
        yield (f"start to first echo, {name}", f"≤ {goal_millis / 1000} s",
               measured and f"{measured['median'] / 1000:.2f} s ({measured['low'] / 1000:.2f}–"
                            f"{measured['high'] / 1000:.2f})", measured and measured["median"] <= goal_millis)


def of_peer(results, workload, peer, figure):
    if workload not in results or results[workload]["summary"]["baseline"] != "tcp-echo":
        return None
    servers = results[workload]["summary"]["servers"]
    return servers[peer][figure] if peer in servers else None


def between(results, judge, name, goal, workload, other, figure):
    """Judges the ratio of two workloads, and says what the C server's is: what the machine makes of it."""
    work, goal, measured, reached = judge(name, goal, of_work(results, workload, other, figure, "tcp-echo"))
    limit = of_work(results, workload, other, figure, "c")
    return work, goal, measured and measured + (f"; C: {ratio_text(limit)}" if limit else ""), reached


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
