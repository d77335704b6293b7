"""Where things are on this machine, what it runs, and which ports are free."""
import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "src" / "paths"
TOOLS = SOURCES / "tools"
JAR = ROOT / "target" / "tcp-echo.jar"
OUTPUT = ROOT / "target" / "paths"
DOCUMENT = ROOT / "docs" / "compatibility.md"

_issued_ports = set()


class Failure(Exception):
    """What ends the run, or leaves a path out of it, with a message."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def java():
    """The java of JAVA_HOME, or the one in PATH."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin" if home else None)
    if found is None:
        raise Failure(f"no java in JAVA_HOME ({home})" if home else "no java in PATH and no JAVA_HOME")
    return found


def require_jar():
    if not JAR.exists():
        raise Failure(f"{JAR.relative_to(ROOT)} is missing: mvn -DskipTests package makes it")


def product_version():
    """What the jar calls itself, as "tcp-echo 1.2.3"."""
    output = subprocess.run([java(), "-jar", str(JAR), "--version"], capture_output=True, text=True, timeout=60, check=True)
    return output.stdout.partition(",")[0].strip()


def jdk_version():
    output = subprocess.run([java(), "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    return output.split('"')[1]


def system():
    """The distribution and its kernel, without what changes with every update of them."""
    release = platform.freedesktop_os_release()
    kernel = ".".join(platform.release().split(".")[:2])
    return f"{release.get('NAME', 'Linux')} {release.get('VERSION_ID', '')}, kernel {kernel}"


def find_program(name):
    """The path of a program: of those that src/paths/install took out of a package, or in PATH and the sbin directories."""
    places = [str(TOOLS / "bin"), os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"]
    return shutil.which(name, path=":".join(places))


def free_port():
    """A TCP port of 127.0.0.1 that nothing uses and that this run has not given out before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _issued_ports:
            _issued_ports.add(port)
            return port
