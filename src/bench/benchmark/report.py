"""Turns the raw figures of a directory into tables and plots.

It reads nothing but the JSON files there, NAME-jdkN-COLLECTOR.json, so that the report can be made anew at any time.
"""
import json
import math
import re

from . import goals, latency, svg
from .goals import ratio_text
from .load import CALM_PERCENT, CALM_STALL_MILLIS, is_calm
from .machine import COLLECTOR_NAMES, ROOT
from .throughput import WORKLOADS

PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "src" / "bench" / "results"
FOLDER = "../src/bench/results/"  # from the page
BEGIN = "<!-- From here on written by src/bench/run; changes get lost. -->"
END = "<!-- Up to here. -->"
INTRODUCTION = ("Written by `src/bench/run`; changes get lost. The method is in [docs/benchmarks.md]"
                "(../../../docs/benchmarks.md), and what was measured by hand in [by-hand.md](by-hand.md).")
TAG = re.compile(r"-(jdk(\d+)-(\w+))\.json$")

# Colours that colour-blind readers can tell apart, after Okabe and Ito.
COLOURS = {"tcp-echo": "#0072b2", "tcp-echo-unmetered": "#56b4e9", "netty-nio": "#d55e00", "netty-epoll": "#e69f00",
           "c": "#4d4d4d", "stock-nio": "#cc79a7", "stock-net": "#9b4f79", "virtual-threads": "#009e73",
           "python-asyncio": "#8a6d3b", "python-threads": "#b09a64", "socat": "#999999"}
PEERS_OF_PAGE = ("netty-nio", "c", "virtual-threads", "stock-nio")
STALLS, STALL_COLOUR = "the machine's own stalls", "#999999"


def write(directory):
    """Writes the plots and README.md, with all tables, beside the figures."""
    text = "\n".join(section.text() for section in sections(directory))
    (directory / "README.md").write_text(f"# Results\n\n{INTRODUCTION}\n\n{text}")


def sections(directory):
    tags = sorted({match.group(1) for match in map(TAG.search, map(str, directory.glob("*.json"))) if match})
    read_of = {tag: read(directory, tag) for tag in tags}
    return [Section(directory, tag, results) for tag, results in read_of.items() if results]


def read(directory, tag):
    names = [*WORKLOADS, "generator", "memory", "start", "latency", "jmh"]
    files = {name: directory / f"{name}-{tag}.json" for name in names}
    results = {name: json.loads(file.read_text()) for name, file in files.items() if file.exists()}
    return {name: result for name, result in results.items() if "run" in result}


def publish():
    """Puts what matters most of the results into the page, between its marks."""
    text = "\n".join(section.summary() for section in sections(RESULTS))
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{tail}")


class Section:
    """The report of the runs with one JVM."""

    def __init__(self, directory, tag, results):
        self.directory, self.tag, self.results = directory, tag, results
        self.run = next(iter(results.values()))["run"]
        self.title = f"JDK {self.run['jdk']}, {COLLECTOR_NAMES[self.run['collector']]} collector"

    def text(self):
        parts = [f"## Measured with {self.title}\n", self.machine(), self.goals(), self.throughput(), self.growth(),
                 self.generator(), self.latency(), self.memory(), self.start(), self.jmh()]
        return "\n".join(part for part in parts if part)

    def summary(self):
        parts = [f"## {self.title}\n", self.occasion(), self.goals(), self.rates(), self.percentiles(), self.small_tables()]
        return "\n".join(part for part in parts if part)

    def occasion(self):
        runs = [result["run"] for result in self.results.values()]
        dates = list(dict.fromkeys(run["date"] for run in runs))
        versions = {name: version for run in runs for name, version in run["versions"].items()}
        return (f"Measured on {' and '.join(dates)} on {self.run['machine']}, every JVM with {self.run['heap']}; "
                + ", ".join(f"{name} {versions[name]}" for name in ("Netty", "Spring Integration") if name in versions)
                + f". The commits and commands are in the [full tables]({FOLDER}README.md).\n")

    def rates(self):
        """One row for each workload: tcp-echo's rate, and that as a multiple of each peer's."""
        names = [name for name in WORKLOADS if name in self.results]
        if not names:
            return ""
        titles = {server: title for name in names for server, title in self.results[name]["titles"].items()
                  if server in PEERS_OF_PAGE}
        rows = []
        for name in names:
            result = self.results[name]
            servers = result["summary"]["servers"]
            own = servers[result["summary"]["baseline"]]
            rows.append([result["title"], rate_of_page(own, result["sizeBytes"] > 1_000_000),
                         *(rate_ratio_of_page(servers.get(peer)) for peer in PEERS_OF_PAGE if peer in titles)])
        heads = ["workload", "tcp-echo, a second", *(f"÷ {titles[peer]}" for peer in PEERS_OF_PAGE if peer in titles)]
        return (f"### Rates\n\n{self.shown('eof-64', 'EOF exchange, 64 B, 32 connections')}"
                "tcp-echo's rate, and its ratio to that of each other server.\n\n" + table(heads, rows))

    def percentiles(self):
        """One row for each rate: p50 and p99 of each server."""
        if "latency" not in self.results:
            return ""
        result = self.results["latency"]
        titles = {server: title for server, title in result["titles"].items() if server in ("tcp-echo", *PEERS_OF_PAGE)}
        rows = []
        for key, servers in result["latency"].items():
            framing, rate = key.rsplit("-", 1)
            rows.append([f"{framing}, {int(rate):,} a second"]
                        + [p50_and_p99(servers[server]) if server in servers else "-" for server in titles])
        return (f"### Latency at fixed rates\n\n"
                f"{self.shown('latency-eof-4000', 'Latency at 4,000 exchanges a second, framing eof')}"
                "The p50 and the p99 of an exchange of 64 B, in ms.\n\n"
                + table(["load", *titles.values()], rows))

    def small_tables(self):
        rows = []
        for server, states in self.results.get("memory", {}).get("memory", {}).items():
            silent, half = (states.get(state, {}).get("heapBytes") for state in ("silent", "mid-message"))
            if silent and half:
                rows.append([self.results["memory"]["titles"][server], f"{silent:,} B", f"{half:,} B"])
        text = "" if not rows else ("### Heap for a connection\n\n" + table(
            ["server", "silent", "with 5,000 bytes of a message"], rows) + "\n")
        starts = self.results.get("start", {}).get("start", {})
        return text + ("" if not starts else "### Start to first echo\n\n" + table(
            ["start", "time", "processor time"],
            [[name, *(f"{row[key]['median'] / 1000:.2f} s" for key in ("millis", "cpuMillis"))]
             for name, row in starts.items()]))

    def shown(self, plot, title):
        file = f"{plot}-{self.tag}.svg"
        return f"![{title}]({FOLDER}{file})\n\n" if (self.directory / file).exists() else ""

    def plot(self, name, picture, title):
        file = f"{name}-{self.tag}.svg"
        (self.directory / file).write_text(picture)
        return f"![{title}]({file})\n"

    def figures(self, *names):
        present = [f"[{name}]({name}-{self.tag}.json)" for name in names if name in self.results]
        return "Raw figures: " + ", ".join(present) + ".\n"

    def machine(self):
        runs = [result["run"] for result in self.results.values()]
        commands = list(dict.fromkeys(run["command"] for run in runs))
        commits = list(dict.fromkeys(run["commit"] for run in runs))
        dates = list(dict.fromkeys(run["date"] for run in runs))
        left_out = list(dict.fromkeys(f"{name}: {why}" for run in runs for name, why in run["notes"]))
        versions = {name: version for run in runs for name, version in run["versions"].items()}
        pinned = ("servers pinned to one core, load generators to the other" if self.run["pinned"]
                  else "nothing pinned")
        lines = [f"{', '.join(dates)}; commit {', '.join(commits)}; {self.run['machine']}; loopback; {pinned}; every JVM "
                 f"with {self.run['heap']} and the same collector. "
                 + "; ".join(f"{name} {version}" for name, version in versions.items()) + ".",
                 "", "```sh", *commands, "```", ""]
        return "\n".join(lines + [f"Left out: {reason}.\n" for reason in left_out])

    def goals(self):
        rows = goals.rows(self.results)
        if not rows:
            return ""
        return "### Goals\n\n" + table(["what", "goal", "measured", "reached"],
                                       [[work, goal, measured, "yes" if reached else "**no**"]
                                        for work, goal, measured, reached in rows])

    def throughput(self):
        names = [name for name in WORKLOADS if name in self.results]
        if not names:
            return ""
        return ("### As many exchanges as can be\n\n"
                "The load is `echo-load`, in C. Rates and ratios are medians, with the smallest and the largest slice or "
                "round behind them; a server that lost exchanges has their share in place of a rate. "
                + self.slices(names) + "\n" + "\n".join(map(self.workload, names)) + "\n" + self.figures(*names))

    def slices(self, names):
        run = self.results[names[0]]["run"]
        few = any(len(own) < run["rounds"] * run["forks"]
                  for name in names for own in self.results[name]["slices"].values())
        return (f"Slices of {run['secondsPerSlice']:g} s, {run['rounds'] * run['forks']} rounds"
                + (f"; the servers that are known to be slow take part in {run['otherRounds'] * run['forks']} of them"
                   if few else "") + ".\n")

    def workload(self, name):
        result = self.results[name]
        baseline, servers = result["summary"]["baseline"], result["summary"]["servers"]
        titles = result["titles"]
        in_bytes = result["sizeBytes"] > 1_000_000
        rows = []
        for server, row in servers.items():
            lossless = not row["errors"]
            rows.append([
                titles[server],
                rate_text(row, in_bytes) if lossless else f"**{lost_text(row)}**",
                f"{row['serverCpuMicros']['median']:,.1f} µs" if row["answeredPercent"] else "-",
                f"{row['p99Micros']:,.0f} µs" if row["answeredPercent"] else "-",
                f"{row['residentMegabytes']:,.0f} MB",
                f"{row['errors']:,}",
                *("1" if server == baseline else ratio_text(row[ratio] if lossless else None)
                  for ratio in ("rateRatio", "cpuRatio"))])
        heads = ["server", "MB/s each way" if in_bytes else "exchanges/s", "server CPU for one", "p99", "resident",
                 "errors", f"rate: {baseline} ÷ this", f"CPU: {baseline} ÷ this"]
        others = max(each["othersCpuPercent"] for own in result["slices"].values() for each in own)
        text = f"#### {result['title']}\n\n"
        if name in ("eof-64", "eof-5000", "eof-10m", "line-64"):
            text += self.plot(name, self.bars(result, in_bytes), result["title"]) + "\n"
        return (text + table(heads, rows) + "\n" + others_text(others, result["run"]) + " "
                + dropped_text(servers, baseline) + "\n")

    def bars(self, result, in_bytes):
        servers, titles = result["summary"]["servers"], result["titles"]
        rates, cpu = {}, {}
        for server, row in servers.items():
            label = titles[server]
            scale = result["sizeBytes"] / 1e6 if in_bytes else 1
            values = [row["rate"][key] * scale for key in ("median", "low", "high")]
            rates[label] = ((*values, f"{values[0]:,.0f}") if not row["errors"]
                            else (None, None, None, lost_text(row)))
            if not row["errors"]:
                values = [row["serverCpuMicros"][key] for key in ("median", "low", "high")]
                cpu[label] = (*values, f"{values[0]:,.1f}" if values[0] < 100 else f"{values[0]:,.0f}")
        by_title = {titles[server]: COLOURS[server] for server in servers}
        return svg.bars(result["title"], f"{self.title}; median, smallest and largest slice",
                        [("MB a second, each way" if in_bytes else "exchanges a second", rates),
                         ("server CPU for one, µs", cpu)],
                        list(rates), by_title.get)

    def growth(self):
        counts = {1: "line-64-1", 32: "line-64", 1_000: "line-64-1000", 5_000: "line-64-5000"}
        measured = {count: self.results[name] for count, name in counts.items() if name in self.results}
        if len(measured) < 2:
            return ""
        last = measured[max(measured)]["summary"]["servers"]
        titles = measured[max(measured)]["titles"]
        series = {titles[server]: [(count, result["summary"]["servers"][server]["rate"]["median"])
                                   for count, result in measured.items() if server in result["summary"]["servers"]]
                  for server in last}
        by_title = {titles[server]: COLOURS[server] for server in last}
        picture = svg.lines("Line echo, 64 B, by the number of busy connections", f"{self.title}; medians", series,
                            by_title.get, [(count, f"{count:,}") for count in measured], "connections",
                            "exchanges a second", math.log10)
        return "### Busy connections\n\n" + self.plot("connections", picture, "Rate by connections")

    def generator(self):
        if "generator" not in self.results:
            return ""
        studied = self.results["generator"]["generator"]
        each_row = [(framing, placement, each) for framing, placements in studied.items()
                    for placement, each in placements.items()]
        placed = {"apart": "a core each", "shared": "two cores shared with the server"}
        rows = [[framing, placed[placement],
                 *(f"{each[name]['median']:,.0f} ({each[name]['low']:,.0f}–{each[name]['high']:,.0f})"
                   for name in ("own", "c")), ratio_text(each["ratio"]),
                 *(f"{each[name]:,.1f} µs" for name in ("ownCpuMicros", "cCpuMicros"))]
                for framing, placement, each in each_row]
        others = max(each["othersCpuPercent"] for _, _, each in each_row)
        return ("### The load generator\n\n"
                "`tcp-echo load` and `echo-load`, in C, in turn, against the same tcp-echo; 64 B, 32 connections; "
                "exchanges a second, and processor time of the generator's thread. The goal speaks of two cores.\n\n"
                + table(["framing", "placement", "tcp-echo load", "C", "ratio", "CPU for one, tcp-echo load", "C"], rows, 2)
                + "\n" + others_text(others, self.results["generator"]["run"]) + "\n\n" + self.figures("generator"))

    def latency(self):
        if "latency" not in self.results:
            return ""
        result = self.results["latency"]
        titles = result["titles"]
        text = ("### Latency at fixed rates\n\n"
                "Open loop, 64 B: exchanges are due at fixed times, whatever the server does, and are measured from then. "
                f"The load is `tcp-echo load`; {result['run']['latencyRounds']} rounds of "
                f"{result['run']['latencySeconds']:g} s, medians of each percentile over the rounds.")
        slices = [report for servers in result["latency"].values() for row in servers.values()
                  for report in row["reports"]]
        if any(report.get("stallPercentileMillis") for report in slices):
            text += (" The machine's own stalls: how late real-time threads woke meanwhile, the later of one on each core; "
                     "figures near these say nothing of a server. Threads of the lowest priority kept the cores awake.")
        text += "\n\n"
        rows = []
        for key, servers in result["latency"].items():
            framing, rate = key.rsplit("-", 1)
            series = {}
            for server, row in servers.items():
                percentiles = {float(percent): millis for percent, millis in row["percentileMillis"].items()}
                rows.append([f"{framing}, {int(rate):,}/s", titles[server], f"{row['rate']:,.0f}/s",
                             *percentile_texts(percentiles),
                             f"{row['failed'] + row['notBegun']:,}"])
                if percentiles:
                    series[titles[server]] = drawn(percentiles)
            stalls = latency.medians([report for row in servers.values() for report in row["reports"]],
                                     "stallPercentileMillis")
            if stalls:
                stalls = {float(percent): millis for percent, millis in stalls.items()}
                rows.append([f"{framing}, {int(rate):,}/s", STALLS, "-", *percentile_texts(stalls), "-"])
                series[STALLS] = drawn(stalls)
            if series:
                by_title = {STALLS: STALL_COLOUR, **{titles[server]: COLOURS[server] for server in servers}}
                title = f"Latency at {int(rate):,} exchanges a second, framing {framing}"
                picture = svg.lines(title, f"{self.title}; 64 B; the time that this share of exchanges did not exceed",
                                    series, by_title.get, [(0, "0 %"), (50, "50 %"), (90, "90 %"), (99, "99 %"),
                                                           (99.9, "99.9 %")],
                                    "share of exchanges", "ms", lambda percent: -math.log10(1 - percent / 100), y_log=True)
                text += self.plot(f"latency-{key}", picture, title) + "\n"
        return (text + table(["load", "server", "answered", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "failed or not begun"],
                            rows, left=2) + "\n" + calm_text(slices, result["run"]) + "\n\n"
                + self.figures("latency"))

    def memory(self):
        if "memory" not in self.results:
            return ""
        result = self.results["memory"]
        rows = []
        for server, states in result["memory"].items():
            for state, row in states.items():
                heap, resident = row["heapBytes"], row["residentBytes"]
                rows.append([result["titles"][server], state, f"{row['connections']:,}", f"{row['lost']:,}",
                             "-" if heap is None else f"{heap:,} B", f"{resident:,} B",
                             "-" if not heap or heap < 0 else f"{2**30 // heap:,}"])
        return ("### Memory\n\n"
                "Framing eof. Of silent connections nothing has arrived; of those in mid-message 5,000 bytes, and no FIN. "
                "Heap: live objects after a full collection, less those before; resident: pages of the process, likewise. "
                "The kernel's own buffers are in neither.\n\n"
                + table(["server", "connections", "how many", "lost", "heap for each", "resident for each",
                         "in a GiB of heap"], rows, left=2) + "\n" + self.figures("memory"))

    def start(self):
        if "start" not in self.results:
            return ""
        rows = [[name, *(f"{row[key]['median'] / 1000:.2f} s ({row[key]['low'] / 1000:.2f}–"
                         f"{row[key]['high'] / 1000:.2f})" for key in ("millis", "cpuMillis"))]
                for name, row in self.results["start"]["start"].items()]
        return ("### Start\n\nFrom the start of the process to the end of the first complete echo, by `bin/Start.java`; "
                "management HTTP included, serial collector, not pinned, in turn.\n\n"
                + table(["start", "time on the clock", "processor time"], rows) + "\n" + self.figures("start"))

    def jmh(self):
        if "jmh" not in self.results:
            return ""
        rows = [[each["benchmark"], " ".join(each["parameters"].values()), f"{each['score']:,.1f} {each['unit']}",
                 "-" if each["error"] in (None, "NaN") else f"± {float(each['error']):,.1f}",
                 "-" if each["allocatedBytes"] is None else f"{each['allocatedBytes']:,.0f} B"]
                for each in self.results["jmh"]["jmh"]]
        return ("### The hot pieces\n\nBy JMH, with `-prof gc`: what one operation takes and allocates, no socket "
                "involved.\n\n" + table(["benchmark", "of", "time", "99.9 % error", "allocated"], rows, left=2)
                + "\n" + self.figures("jmh"))


def rate_text(row, in_bytes):
    rate = row["rate"]
    if in_bytes:
        scale = row["megabytesPerSecond"] / rate["median"] if rate["median"] else 0
        return f"{row['megabytesPerSecond']:,.0f} ({rate['low'] * scale:,.0f}–{rate['high'] * scale:,.0f})"
    return f"{rate['median']:,.0f} ({rate['low']:,.0f}–{rate['high']:,.0f})"


def rate_of_page(row, in_bytes):
    if row["errors"]:
        return f"**{lost_text(row)}**"
    return f"{row['megabytesPerSecond']:,.0f} MB" if in_bytes else f"{row['rate']['median']:,.0f}"


def rate_ratio_of_page(row):
    if row is None:
        return "-"
    return lost_text(row) if row["errors"] else ratio_text(row["rateRatio"])


def p50_and_p99(row):
    percentiles = {float(percent): millis for percent, millis in row["percentileMillis"].items()}
    return f"{percentiles[50]:.2f} / {percentiles[99]:.2f}" if percentiles else "-"


def lost_text(row):
    percent = row["answeredPercent"]
    return f"{percent:.0f} % answered" if percent < 99 else f"{row['errors']:,} lost"


def others_text(percent, run):
    again = f"; what more than {CALM_PERCENT} % disturbed was measured up to {run['attempts']} times" \
        if run.get("attempts", 1) > 1 else ""
    return f"Others, a hypervisor among them, used up to {percent:.0f} % of the machine{again}."


def dropped_text(servers, baseline):
    """Says how many pairs were dropped; results of before this was done have none."""
    others = [row for server, row in servers.items() if server != baseline]
    dropped = sum(row.get("pairsDropped", 0) for row in others)
    pairs = dropped + sum(row.get("pairs", 0) for row in others)
    return f"Of {pairs} pairs of slices {dropped} {'was' if dropped == 1 else 'were'} disturbed, and " \
        f"{'counts' if dropped == 1 else 'count'} for no ratio." if dropped else ""


def calm_text(slices, run):
    return (f"Calm: {sum(map(is_calm, slices))} of {len(slices)} slices, in which others used at most {CALM_PERCENT} % of the "
            f"machine and the p99 of its own stalls was at most {CALM_STALL_MILLIS} ms; what was not calm was measured up "
            f"to {run['attempts']} times, and the last one counts.")


def drawn(percentiles):
    return sorted((percent, millis) for percent, millis in percentiles.items() if percent <= 99.9)


def percentile_texts(percentiles):
    return [f"{percentiles[percent]:.2f}" if percentiles else "-" for percent in (50, 90, 99, 99.9)]


def table(heads, rows, left=1):
    aligns = ["---"] * left + ["---:"] * (len(heads) - left)
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [heads, aligns, *rows]) + "\n"
