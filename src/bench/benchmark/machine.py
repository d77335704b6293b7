"""What the benchmarks run on: directories, JDKs, cores, and the clocks of the CPU."""
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "src" / "bench"
JAR = ROOT / "target" / "tcp-echo.jar"
BENCH = ROOT / "target" / "bench"
CLASSES = BENCH / "classes"

COLLECTORS = {"serial": "-XX:+UseSerialGC", "g1": "-XX:+UseG1GC", "parallel": "-XX:+UseParallelGC"}
COLLECTOR_NAMES = {"serial": "Serial", "g1": "G1", "parallel": "Parallel"}
HEAP = "-Xmx1g"
CLOCK_TICK_MICROS = 1e6 / os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """What ends the run, or leaves a server out of it, with a message."""


def say(text):
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Jvm:
    home: Path
    version: str
    collector: str

    @property
    def feature(self):
        return int(self.version.split(".")[0])

    @property
    def tag(self):
        """What the files of a run with this JVM have in their names."""
        return f"jdk{self.feature}-{self.collector}"

    @property
    def title(self):
        return f"JDK {self.version}, {COLLECTOR_NAMES[self.collector]} collector"

    def tool(self, name):
        return str(self.home / "bin" / name)

    def command(self, *arguments):
        return [self.tool("java"), COLLECTORS[self.collector], HEAP, *arguments]

    def peer(self, *arguments):
        return self.command("-cp", f"{CLASSES}:{BENCH}/lib/*", *arguments)


def find_jvm(home, collector):
    """The JVM of a JDK's directory, or of JAVA_HOME, or of the java in PATH."""
    home = home or os.environ.get("JAVA_HOME")
    if not home:
        java = shutil.which("java")
        if java is None:
            raise Failure("no java in PATH, no JAVA_HOME and no --java")
        home = Path(java).resolve().parents[1]
    return Jvm(Path(home), java_version(Path(home)), collector)


def find_newer_jvm(jvm, least_feature):
    """This JVM if it has the release at least, else the newest one of the usual places that has; None without one."""
    if jvm.feature >= least_feature:
        return jvm
    newest = max(jvms(jvm.collector), key=lambda candidate: candidate.feature, default=jvm)
    return newest if newest.feature >= least_feature else None


def find_jvm_of(feature, collector):
    """A JVM of this release: of JAVA_HOME, the path or the usual places."""
    found = [jvm for jvm in [find_jvm(None, collector), *jvms(collector)] if jvm.feature == feature]
    if not found:
        raise Failure(f"no JDK {feature} was found")
    return found[0]


def jvms(collector):
    """Those of the usual places."""
    homes = [home for place in ("/usr/lib/jvm", "/opt/java", "/opt") if Path(place).is_dir()
             for home in Path(place).iterdir() if (home / "bin" / "javac").exists()]
    return [Jvm(home, java_version(home), collector) for home in homes if not home.is_symlink()]


@lru_cache(maxsize=None)
def java_version(home):
    java = home / "bin" / "java"
    if not os.access(java, os.X_OK):
        raise Failure(f"no java in {home}")
    output = subprocess.run([java, "-version"], stderr=subprocess.PIPE, text=True, check=True).stderr
    return re.search(r'version "([^"]+)"', output).group(1)


def cores(pin):
    """The servers' core and the load generator's, or None twice."""
    available = sorted(os.sched_getaffinity(0))
    return (available[0], available[1]) if pin and len(available) > 1 else (None, None)


def description():
    """The machine, in a line."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (f"{len(os.sched_getaffinity(0))} cores ({model}), {memory_bytes / 2**30:.0f} GiB, "
            f"{platform.system()} {'.'.join(platform.release().split('.')[:2])} {platform.machine()}")


def own_cpu_micros():
    """CPU time of this script's children that have ended: the load generators."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (children.ru_utime + children.ru_stime) * 1e6


def machine_cpu_micros():
    """CPU time that the machine has used, but for that of nice processes, which yield; and that it could have used."""
    ticks = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    free_ticks = ticks[1] + ticks[3] + ticks[4]
    return (sum(ticks) - free_ticks) * CLOCK_TICK_MICROS, sum(ticks) * CLOCK_TICK_MICROS


def allow_descriptors():
    """Let this script, and what it starts, have as many descriptors as the system allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
