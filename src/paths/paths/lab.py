"""The place where one path is set up: its directory, ports, processes, namespaces and certificate."""
import contextlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .machine import Failure, find_program, free_port
from .processes import Processes


@dataclass(frozen=True)
class Entry:
    """Where the prober enters a path: an address and port, the command that a prober elsewhere runs behind, and the
    prober's options for TLS, a PROXY header, or a proxy that is asked for the connection."""
    port: int
    address: str = "127.0.0.1"
    prefix: tuple = ()
    options: tuple = ()

    @property
    def target(self):
        return f"{self.address}:{self.port}"


class Lab(contextlib.ExitStack):
    """Everything that is started or made through it is ended when the `with` block is left, the last first."""

    def __init__(self):
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="tcp-echo-paths-"))
        self.callback(shutil.rmtree, self.directory, ignore_errors=True)
        # Some of the proxies change to a user of their own before they read or write there.
        self.directory.chmod(0o777)
        self.processes = Processes(self.directory)
        self.callback(self.processes.close)
        self.start = self.processes.start
        self.free_port = free_port

    def file(self, name, text, mode=0o644):
        """Write a file for a proxy and return its path as text."""
        path = self.directory / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def run(self, *command, **options):
        """Run a command that ends by itself."""
        program = find_program(command[0])
        if program is None:
            raise Failure(f"{command[0]} is not installed")
        result = subprocess.run([program, *map(str, command[1:])], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                timeout=60, cwd=self.directory, **options)
        if result.returncode != 0:
            raise Failure(f"{' '.join(map(str, command))} ended with status {result.returncode}: "
                          f"{(result.stderr or result.stdout).strip()}")
        return result.stdout

    def certificate(self):
        """The path of a PEM file with a new key and its self-signed certificate for localhost."""
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                 "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                 "-keyout", self.directory / "key.pem", "-out", self.directory / "certificate.pem")
        pem = (self.directory / "key.pem").read_text() + (self.directory / "certificate.pem").read_text()
        return self.file("both.pem", pem)
