"""From the start of a process to the end of its first complete echo, by bin/Start.java, in turn."""
import os
import re
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from statistics import median

from . import processes
from .machine import BENCH, JAR, ROOT, Failure, find_newer_jvm, say
from .servers import free_port
from .throughput import Leaving

STARTER = BENCH / "start"


def measure(jvm, options, notes):
    """Returns for each way to start the milliseconds on the clock and of processor time."""
    subprocess.run([jvm.tool("javac"), "-d", str(STARTER), str(ROOT / "bin" / "Start.java")], check=True)
    ways = {}
    for each in dict.fromkeys([jvm, find_newer_jvm(jvm, 25)]):
        if each is None:
            notes.append(("start with an AOT cache", "no JDK 25 or later was found"))
            continue
        each = replace(each, collector="serial")
        ways[f"JDK {each.version}, the jar"] = [each.tool("java"), "-XX:+UseSerialGC", "-jar", str(JAR)]
        with Leaving("start", {}, notes):
            cache = "AOT cache" if each.feature >= 25 else "CDS archive"
            ways[f"JDK {each.version}, extracted, {cache}"] = trained(each)
    samples = {name: [] for name in ways}
    for number in range(1, options.starts + 1):
        for name, command in ways.items():
            with Leaving("start", {}, notes):
                samples[name].append(start(jvm, command))
        say(f"  start {number} of {options.starts}: "
            + ", ".join(f"{name} {own[-1]['millis']:,} ms" for name, own in samples.items() if own))
    return {name: {"millis": figures(own, "millis"), "cpuMillis": figures(own, "cpuMillis"), "samples": own}
            for name, own in samples.items() if own}


def figures(samples, key):
    values = [sample[key] for sample in samples]
    return {"median": median(values), "low": min(values), "high": max(values)}


def trained(jvm):
    """Lays out the jar with a cache of classes, and returns the command that uses it."""
    say(f"  training a cache for JDK {jvm.version}")
    environment = {**os.environ, "JAVA_HOME": str(jvm.home), "PORT": str(free_pair_of_ports())}
    done = run([str(ROOT / "bin" / "train"), str(BENCH / f"app-{jvm.feature}")], environment)
    return done.splitlines()[-1].split()


def free_pair_of_ports():
    """The first of two free ports in a row, as bin/train needs."""
    while True:
        first = free_port()
        try:
            with socket.socket() as second:
                second.bind(("", first + 1))
                return first
        except (OSError, OverflowError):
            pass


def start(jvm, command):
    port = free_port()
    output = run([jvm.tool("java"), "-cp", str(STARTER), "Start", "1", "1", str(port), "0", *command,
                  f"--tcp-echo.listeners.eof.port={port}", "--server.port=0"], os.environ)
    millis, cpu_millis = re.search(r"first echo after (\d+) ms, (\d+) ms", output).groups()
    return {"millis": int(millis), "cpuMillis": int(cpu_millis)}


def run(command, environment):
    done = processes.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=BENCH, env=environment)
    if done.returncode != 0:
        raise Failure(f"{Path(command[0]).name} ended with status {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout
