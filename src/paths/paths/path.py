"""What the catalogue says of a path, and what was measured through it."""
import json
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from typing import Callable

from .backends import PLAIN
from .machine import SOURCES, TOOLS, Failure


@dataclass(frozen=True)
class Package:
    """A piece of software and the package it comes from: of Debian, of npm, or only taken out of one of Debian."""
    title: str
    name: str
    kind: str = "debian"  # debian | npm | unpacked | system

    def version(self):
        """The version of its authors, without Debian's revision, which changes with each update; None if it is not there."""
        if self.kind == "npm":
            manifest = SOURCES / "npm" / "node_modules" / self.name / "package.json"
            return json.loads(manifest.read_text())["version"] if manifest.exists() else None
        if self.kind == "unpacked":
            note = TOOLS / f"{self.name}.version"
            return upstream(note.read_text().strip()) if note.exists() else None
        result = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", self.name],
                                capture_output=True, text=True)
        status, _, version = result.stdout.partition(" ")
        return upstream(version) if status == "installed" else None

    def described(self):
        return f"{self.title} {self.version()}"


def upstream(version):
    """Of 1:9.2p1-2+deb12u3 the 9.2p1."""
    return version.rpartition(":")[2].rpartition("-")[0].partition("+")[0] or version


@dataclass(frozen=True)
class Path:
    """One way from a client to a server. start(lab, port) starts it before the server's port and returns an Entry."""
    name: str
    packages: tuple
    configuration: str
    start: Callable
    note: str = ""
    backend: str = PLAIN  # what the path sends to the server before the exchange: one of the kinds of backends.py
    namespaces: bool = False  # it makes network namespaces, changes routes, or needs root for it
    races: dict = field(default_factory=dict)  # measurements whose verdicts differ from run to run: all that may be seen

    def missing(self):
        """The names of packages that are not installed."""
        return [package.name for package in self.packages if package.version() is None]

    def described_version(self):
        return ", ".join(package.described() for package in self.packages)


@dataclass
class Row:
    """What was seen of one path: its version, and the verdicts of each measurement; None where it was not made."""
    name: str
    version: str
    configuration: str
    verdicts: dict[str, Counter | None]
    note: str = ""


def require_installed(path):
    missing = path.missing()
    if missing:
        raise Failure(f"not installed: {', '.join(missing)}; src/paths/install brings what Debian has")
