"""Puts what matters most of all results into docs/benchmarks.md, between its marks."""
from . import goals
from .goals import ratio_text
from .machine import ROOT
from .report import RESULTS, lost_text, sections, table
from .throughput import BASELINE, WORKLOADS

PAGE = ROOT / "docs" / "benchmarks.md"
FOLDER = "../src/bench/results/"  # from the page
BEGIN = "<!-- From here on written by src/bench/run; changes get lost. -->"
END = "<!-- Up to here. -->"
PEERS = ("netty-nio", "netty-epoll", "c", "stock-nio")
IMAGE = "jdk25-serial"  # the Java runtime and the collector of the image
PLOTS = {"eof-64": "EOF exchange, 64 B, 32 connections", "connections": "Line echo by the number of busy connections"}


def publish():
    head, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n\n{text(sections(RESULTS))}\n{END}{rest.split(END)[1]}")


def text(measured):
    """The part of the page for the reports of one or more Java runtimes."""
    if not measured:
        return ""
    main = next((section for section in measured if section.tag == IMAGE), measured[0])
    parts = [occasion(measured), goals_table(measured), plots(main), rates(main), idle(measured), starts(measured)]
    return "\n".join(part for part in parts if part)


def occasion(measured):
    results = [result for section in measured for result in section.results.values()]
    runs = [result["run"] for result in results]
    versions = {name: version for run in runs for name, version in run["versions"].items()}
    rows = [row for result in results if "summary" in result
            for server, row in result["summary"]["servers"].items() if server != result["summary"]["baseline"]]
    pairs, dropped = (sum(row.get(key, 0) for row in rows) for key in ("pairs", "pairsDropped"))
    return (f"Measured on {listed(run['date'] for run in runs)} on {runs[0]['machine']}, every JVM with {runs[0]['heap']}; "
            + ", ".join(f"{name} {versions[name]}" for name in ("Netty", "Spring Integration") if name in versions)
            + f"; commit {listed(run['commit'] for run in runs)}, by {listed(map(code, runs))}. "
            + (f"Of {pairs + dropped:,} pairs of slices {dropped:,} were disturbed and left out.\n" if pairs + dropped else
               "Disturbed pairs of slices were not yet left out.\n"))


def code(run):
    return f"`{run['command']}`"


def listed(values):
    return " and ".join(dict.fromkeys(values))


def goals_table(measured):
    """One row for each goal, with a column for each Java runtime and collector."""
    rows = {}
    for section in measured:
        for work, goal, figure, reached in goals.rows(section.results):
            rows.setdefault((work, goal), {})[section.tag] = figure if reached else f"**{figure}**"
    if not rows:
        return ""
    return ("## Goals\n\nA ratio of tcp-echo to the other server; in bold what misses its goal.\n\n"
            + table(["what", "goal", *(section.title.removesuffix(" collector") for section in measured)],
                    [[work, goal, *(figures.get(section.tag, "-") for section in measured)]
                     for (work, goal), figures in rows.items()]))


def plots(section):
    shown = [f"![{title}]({FOLDER}{plot}-{section.tag}.svg)\n" for plot, title in PLOTS.items()
             if (section.directory / f"{plot}-{section.tag}.svg").exists()]
    return "\n".join(shown)


def rates(section):
    """One row for each workload: tcp-echo's rate, and that as a multiple of each peer's."""
    names = [name for name in WORKLOADS if name in section.results
             and section.results[name]["summary"]["baseline"] == BASELINE]
    if not names:
        return ""
    titles = {server: title for name in names for server, title in section.results[name]["titles"].items() if server in PEERS}
    rows = []
    for name in names:
        result = section.results[name]
        servers = result["summary"]["servers"]
        rows.append([result["title"], rate(servers[BASELINE], result["sizeBytes"] > 1_000_000),
                     *(rate_ratio(servers.get(peer)) for peer in PEERS if peer in titles)])
    return (f"## Rates: {section.title}\n\ntcp-echo's rate, and its ratio to that of each other server.\n\n"
            + table(["workload", "tcp-echo, a second", *(f"÷ {titles[peer]}" for peer in PEERS if peer in titles)], rows))


def idle(measured):
    """The classic ways; of the first Java runtime that has them."""
    result = next((section.results["classic"] for section in measured if "classic" in section.results), None)
    if result is None:
        return ""
    return ("## The three ways of the classic writings\n\nEach server alone, line echo of 64 B on 32 connections; idle, it has "
            "100 silent connections.\n\n"
            + table(["server", "lines a second", "processor time for one", "processor time while idle"],
                    [[result["titles"][name], f"{row['slice']['rate']:,.0f}",
                      f"{row['slice']['serverCpuMicrosPerExchange']:,.1f} µs", f"{row['idleCpuPercent']:.1f} % of a core"]
                     for name, row in result["classic"].items()]))


def starts(measured):
    rows = []
    for section in measured:
        for name, row in section.results.get("start", {}).get("start", {}).items():
            rows.append([f"first echo, {name}", f"{row['millis']['median'] / 1000:.2f} s", "-", "-"])
        for name, row in section.results.get("commands", {}).get("commands", {}).items():
            rows.append([f"{name}, {section.title.split(',')[0]}", *(f"{row[key]['median'] / 1000:.2f} s" for key in
                                                                      ("jarMillis", "launcherMillis")), ratio_text(row["ratio"])])
    return "" if not rows else "## Start\n\nWhole processes, median.\n\n" + table(
        ["what", "time (commands: from the jar)", "by bin/tcp-echo", "ratio"], rows)


def rate(row, in_bytes):
    if row["errors"]:
        return f"**{lost_text(row)}**"
    return f"{row['megabytesPerSecond']:,.0f} MB" if in_bytes else f"{row['rate']['median']:,.0f}"


def rate_ratio(row):
    if row is None:
        return "-"
    return lost_text(row) if row["errors"] else ratio_text(row["rateRatio"])
