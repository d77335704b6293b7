"""Measures tcp-echo beside its peers, in turn, and writes tables and plots.

Without arguments it measures everything, which takes more than half an hour. It writes the raw figures, plots and all
tables to src/bench/results, and the most important tables into docs/benchmarks.md. --quick tries everything briefly. A
part (--quick, --study, --workload, --servers) goes to target/bench/report, unless --save is given.

Servers are pinned to one core and the load generator to another. A slice in which others used more than a twentieth of the
machine, or, where latency is measured, in which the machine held up real-time threads, is measured again, unless exchanges
failed. Where that was so each time, the pairs of this slice and others count for no ratio; the report says how many. A server
that hangs is stopped, and left out from then on. Ctrl-C ends a run at once, and all that it started.

Exit status: 0, or 1 if an exchange of tcp-echo failed, or if it, a study or a server named by --servers did not run.
"""
import argparse
import json
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date

from . import classic, commands, generator, jmh, latency, memory, page, record, report, start, throughput
from .build import build
from .load import CALM_PERCENT
from .machine import BENCH, COLLECTORS, HEAP, ROOT, Failure, allow_descriptors, cores, description, find_jvm, \
    find_jvm_of, say
from .servers import JAVA, OWN, SERVERS, title
from .throughput import WORKLOADS

STUDIES = ("throughput", "generator", "latency", "memory", "start", "commands", "classic", "jmh")
QUICK = {"rounds": 1, "other_rounds": 1, "seconds": 0.3, "warmup": 0.8, "attempts": 1, "latency_rounds": 1,
         "latency_seconds": 1, "latency_warmup": 1, "memory_connections": 1_000, "starts": 1,
         "jmh": "-f 1 -wi 1 -w 100ms -i 1 -r 100ms"}
IDLE_CONNECTIONS_OF_QUICK = 1_000


def names_of(known):
    def parse(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name}: none of {', '.join(known)}")
        return names
    return parse


def parse_options(arguments):
    parser = argparse.ArgumentParser(prog="src/bench/run", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--quick", action="store_true", help="everything once and briefly, to see that it works")
    add("--study", type=names_of(STUDIES), metavar="NAME,...", help=f"of {', '.join(STUDIES)}; default all")
    add("--workload", type=names_of(WORKLOADS), metavar="NAME,...",
        help=f"of the study throughput: of {', '.join(WORKLOADS)}; default all")
    add("--servers", type=names_of(SERVERS), metavar="NAME,...", help=f"of {', '.join(SERVERS)}; in all rounds")
    add("--rounds", type=int, default=5, help="of the studies throughput and generator, default 5")
    add("--other-rounds", type=int, default=2, help="in so many of them the slow servers take part, default 2")
    add("--forks", type=int, default=1, help="times to do all rounds, with fresh servers; default 1")
    add("--seconds", type=float, default=2, help="length of a slice, default 2")
    add("--warmup", type=float, default=8, help="seconds of load on each server before round 1, default 8")
    add("--attempts", type=int, default=3,
        help=f"times to measure a slice while others use more than {CALM_PERCENT} %% of the machine, or while it "
             f"stalls; default 3")
    add("--connections", type=int, help="exchanges in flight, in place of a workload's own")
    add("--idle", type=int, help="silent connections beside the load, in place of a workload's own")
    add("--latency-rounds", type=int, default=2, help="of the study latency, default 2")
    add("--latency-seconds", type=int, default=4, help="measured time at each rate, default 4")
    add("--latency-warmup", type=int, default=15,
        help="seconds before it, for the load to warm up and to make up for what it is late by then; default 15")
    add("--memory-connections", type=int, default=10_000, help="of the study memory, default 10,000")
    add("--starts", type=int, default=5, help="of the study start, in each way; default 5")
    add("--jmh", default="-f 1 -wi 3 -w 1s -i 5 -r 1s", metavar="OPTIONS",
        help="what JMH is told, default '-f 1 -wi 3 -w 1s -i 5 -r 1s'")
    add("--java", metavar="HOME", help="a JDK; default JAVA_HOME, else the java in PATH")
    add("--gc", choices=COLLECTORS, default="serial", help="collector of every JVM; default serial")
    add("--no-pin", dest="pin", action="store_false", help="let the scheduler choose the cores")
    add("--record", action="store_true",
        help="measure every goal with JDK 25 and 17, the serial collector and G1, in at most 25 minutes of a quiet machine, and "
             "replace all results and the tables of docs/benchmarks.md; takes no other option")
    add("--save", action="store_true", help="write to src/bench/results, though it is a part")
    add("--report-only", action="store_true", help="measure nothing: make the tables and plots of src/bench/results anew")
    options = parser.parse_args(arguments)
    if options.record and len(arguments) > 1:
        parser.error("--record takes no other option")
    if options.quick:
        parser.set_defaults(**QUICK)
        options = parser.parse_args(arguments)
    if min(options.rounds, options.forks, options.seconds, options.warmup, options.attempts, options.latency_rounds,
           options.latency_seconds, options.latency_warmup, options.memory_connections, options.starts) <= 0:
        parser.error("numbers must be positive")
    return options


def main(arguments):
    options = parse_options(arguments)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell had it ignored
    signal.signal(signal.SIGTERM, terminated)
    try:
        if options.report_only:
            report.write(report.RESULTS)
            page.publish()
            return 0
        if options.record:
            return record_goals()
        return Run(options, arguments).measure()
    except Failure as failure:
        say(f"run: {failure}")
        return 1
    except KeyboardInterrupt:
        say("run: interrupted")
        return 130


def terminated(*_):
    say("run: terminated")
    sys.exit(143)


def record_goals():
    """Replaces all results."""
    runs = [(find_jvm_of(feature, "serial"), arguments) for feature, arguments in record.RUNS]
    for old in [*report.RESULTS.glob("*-jdk*-*.json"), *report.RESULTS.glob("*-jdk*-*.svg")]:
        old.unlink()
    statuses = []
    for jvm, arguments in runs:
        say(f"==== JDK {jvm.version}: {' '.join(arguments)}")
        options = parse_options(["--java", str(jvm.home), "--save", *arguments])
        statuses.append(Run(options, ["--record"]).measure())
    return max(statuses)


class Run:
    """One call of the command."""

    def __init__(self, options, arguments):
        self.options = options
        self.jvm = find_jvm(options.java, options.gc)
        self.studies = options.study or (["throughput"] if options.workload else list(STUDIES))
        part = options.quick or options.study or options.workload or options.servers
        self.directory = report.RESULTS if options.save or not part else BENCH / "report"
        self.command = " ".join(["src/bench/run", *arguments])
        self.notes = []
        self.lost = 0

    def measure(self):
        began = time.monotonic()
        allow_descriptors()
        java = JAVA & set(self.options.servers or JAVA)
        load_or_start = {"generator", "latency", "start", "commands", "classic", "jmh"} & set(self.studies)
        build(needs_jar=OWN & java or load_or_start, needs_peers=java - OWN or "jmh" in self.studies)
        if self.directory != report.RESULTS:
            shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        for study in self.studies:
            say(f"== {study}")
            try:
                getattr(self, study)()
            except Failure as failure:
                say(f"run: {failure}")
                self.notes.append((study, str(failure).splitlines()[0]))
        report.write(self.directory)
        if self.directory == report.RESULTS:
            page.publish()
        say(f"after {(time.monotonic() - began) / 60:.1f} minutes: {self.directory / 'README.md'}")
        required = {"tcp-echo", *STUDIES, *(self.options.servers or ())}
        return 1 if self.lost or any(name in required for name, _ in self.notes) else 0

    def throughput(self):
        chosen = {name: throughput.changed(WORKLOADS[name], self.options.connections, self.idle(name))
                  for name in self.options.workload or WORKLOADS}
        throughput.measure(chosen, self.jvm, self.options, self.notes, self.throughput_finished)

    def idle(self, name):
        if self.options.quick and WORKLOADS[name].idle:
            return IDLE_CONNECTIONS_OF_QUICK
        return self.options.idle

    def throughput_finished(self, name, workload, slices):
        summary = throughput.summarise(slices)
        say(f"  {name}: {report.dropped_text(summary['servers'], summary['baseline']) or 'nothing disturbed a pair of slices.'}")
        self.lost += summary["servers"].get("tcp-echo", {"errors": 0})["errors"]
        self.save(name, {"title": workload.title, "framing": workload.framing, "sizeBytes": workload.size_bytes,
                         "connections": workload.connections, "idleConnections": workload.idle,
                         "titles": self.titles(slices), "summary": summary}, slices)

    def generator(self):
        result = generator.measure(self.jvm, self.options)
        self.lost += sum(each["failed"] for placements in result.values() for each in placements.values())
        self.save("generator", {"generator": result})

    def latency(self):
        result = latency.measure(self.jvm, self.options, self.notes)
        self.lost += sum(servers["tcp-echo"]["failed"] for servers in result.values() if "tcp-echo" in servers)
        self.save("latency", {"titles": self.titles(name for servers in result.values() for name in servers),
                              "latency": result})

    def memory(self):
        result = memory.measure(self.jvm, self.options, self.notes)
        self.lost += sum(row["lost"] for row in result.get("tcp-echo", {}).values())
        self.save("memory", {"titles": self.titles(result), "memory": result})

    def start(self):
        self.save("start", {"start": start.measure(self.jvm, self.options, self.notes)})

    def commands(self):
        self.save("commands", {"commands": commands.measure(self.jvm, self.options)})

    def classic(self):
        result = classic.measure(self.jvm, self.options, self.notes)
        self.save("classic", {"titles": self.titles(result), "classic": result})

    def jmh(self):
        self.save("jmh", {"jmh": jmh.measure(self.jvm, self.options)})

    def titles(self, names):
        return {name: title(name, self.jvm) for name in names}

    def save(self, name, result, slices=None):
        """Writes the figures of a study, with one line for each slice."""
        text = json.dumps({"run": self.about(), **result}, indent=1)
        if slices is not None:
            lists = [f'  {json.dumps(server)}: [\n   ' + ",\n   ".join(map(json.dumps, own)) + "\n  ]"
                     for server, own in slices.items()]
            text = text.removesuffix("\n}") + ',\n "slices": {\n' + ",\n".join(lists) + "\n }\n}"
        (self.directory / f"{name}-{self.jvm.tag}.json").write_text(text + "\n")

    def about(self):
        options = self.options
        return {
            "date": date.today().isoformat(), "commit": commit(), "command": self.command, "machine": description(),
            "jdk": self.jvm.version, "collector": self.jvm.collector, "heap": HEAP,
            "pinned": cores(options.pin)[0] is not None, "rounds": options.rounds, "otherRounds": options.other_rounds,
            "forks": options.forks, "secondsPerSlice": options.seconds, "warmupSeconds": options.warmup,
            "attempts": options.attempts,
            "latencyRounds": options.latency_rounds, "latencySeconds": options.latency_seconds,
            "versions": versions(), "notes": list(self.notes),
        }


def commit():
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True).stdout.strip()
    changed = git("status", "--porcelain", "--", "src/main", "application.yml", "pom.xml")
    return (git("rev-parse", "--short=10", "HEAD") or "unknown") + (" with changes" if changed else "")


def versions():
    """What the peers are made of."""
    found = {"Python": platform.python_version()}
    for name, command, pattern in (("gcc", ["gcc", "-dumpfullversion"], r"(.+)"),
                                   ("socat", ["socat", "-V"], r"socat version (\S+)")):
        if shutil.which(name):
            output = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout
            found[name] = re.search(pattern, output).group(1)
    for name, jar in (("Netty", "netty-transport-4*.jar"), ("Spring Integration", "spring-integration-ip-*.jar")):
        for file in (BENCH / "lib").glob(jar):
            found[name] = re.search(r"-(\d[\d.]*\d)", file.stem).group(1)
    return found
