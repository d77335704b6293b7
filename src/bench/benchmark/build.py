"""Builds what is missing or older than its source."""
import shutil
import sys
from pathlib import Path

from . import processes
from .machine import BENCH, JAR, ROOT, SOURCES, Failure, say

# What the executable jar is made of: that one has the time of the release, whenever it was built.
PLAIN_JAR = JAR.with_name(JAR.name + ".original")
PEERS = BENCH / "peers-built"


def build(needs_jar, needs_peers):
    """Compile the C programs and, if they are needed, the application and the peers in Java with the benchmarks."""
    BENCH.mkdir(parents=True, exist_ok=True)
    for name in ("echo-load", "echo-server", "stall-meter"):
        source = SOURCES / "c" / f"{name}.c"
        if is_stale(BENCH / name, source):
            if shutil.which("gcc") is None:
                raise Failure("no gcc, which compiles the load generator and the meter of stalls")
            run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", str(BENCH / name), str(source)])
    project = [ROOT / "pom.xml", ROOT / "application.yml", ROOT / "src" / "main"]
    if (needs_jar and is_stale(PLAIN_JAR, *project)) or (needs_peers and is_stale(PEERS, *project, SOURCES / "java")):
        run(["mvn", "-q", "-Pbench", "-DskipTests", "package"])
        PEERS.touch()


def is_stale(product, *sources):
    return not product.exists() or product.stat().st_mtime < newest_change(*sources)


def newest_change(*paths):
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    return max((file.stat().st_mtime for file in files), default=0)


def run(command):
    say("building: " + " ".join(Path(word).name for word in command))
    if processes.run(command, cwd=ROOT, stdout=sys.stderr).returncode != 0:
        raise Failure(f"{command[0]} failed")
