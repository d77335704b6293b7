"""The servers behind a path: tcp-echo, also with faults that let it answer late or end badly, and a port that refuses."""
import base64
import json
import secrets
import socket
import urllib.error
import urllib.request

from .machine import JAR, Failure, free_port, java
from .processes import JVM_READY_SECONDS

MESSAGE_BYTES = 32_000_000
PATIENCE_SECONDS = 30


def read_to_end(connection):
    """Read a message that ends with the client's half-close, of at most MESSAGE_BYTES."""
    connection.settimeout(PATIENCE_SECONDS)
    message = bytearray()
    while data := connection.recv(65_536):
        message += data
        if len(message) > MESSAGE_BYTES:
            raise OSError(f"the message has more than {MESSAGE_BYTES} bytes")
    return message


def echo(connection):
    connection.sendall(read_to_end(connection))


class RefusingPort:
    """A port that is taken, so that nothing else gets it, and refuses connections, as nothing listens."""

    def __init__(self, address):
        self.socket = socket.socket()
        self.socket.bind((address, 0))
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()


ECHO = "echo"
LINE = "line"
REFUSE = "refuse"
# Listeners that answer late or end badly, by faults (docs/faults.md): the last two in the middle of a reply of 64 KB.
FAULTS = {"slow": {"type": "latency", "latency": "2s"},
          "reset": {"type": "reset_peer", "after": "32KB", "timeout": "300ms"},
          "end": {"type": "limit_data", "bytes": "32KB"}}
FAULTS_LAST = "24h"


class Backends:
    """All backends, started once for a run and shared by its paths."""

    def __init__(self, lab, address="127.0.0.1"):
        self.ports = {name: free_port() for name in (ECHO, LINE, *FAULTS)}
        self.start_product(lab, address)
        refusing = RefusingPort(address)
        lab.callback(refusing.close)
        self.ports[REFUSE] = refusing.port

    def start_product(self, lab, address):
        """Start tcp-echo with a listener for each framing and fault; it gets memory for messages of 10 MB."""
        management = Management(free_port())
        lab.start([java(), "-XX:+UseSerialGC", "-Xmx2g", "-jar", JAR, "serve", *management.options(),
                   "--tcp-echo.max-buffered=500MB", f"--tcp-echo.faults.max-time={FAULTS_LAST}",
                   *listener("eof", address, self.ports[ECHO]), *listener("line", address, self.ports[LINE]),
                   *(option for name in FAULTS for option in listener(name, address, self.ports[name]))],
                  self.ports[ECHO], ready_seconds=JVM_READY_SECONDS)
        for name in (LINE, *FAULTS):
            lab.processes.wait_until(lambda port=self.ports[name]: accepts(port), f"listen on port {self.ports[name]}")
        for name, fault in FAULTS.items():
            management.set_fault(name, fault)

    def port(self, name):
        if name not in self.ports:
            raise Failure(f"{name}: none of the backends {', '.join(self.ports)}")
        return self.ports[name]


class Management:
    """The management of tcp-echo, with an operator who may set faults."""

    def __init__(self, port):
        self.port = port
        self.password = secrets.token_urlsafe()

    def options(self):
        return [f"--server.port={self.port}", "--server.address=127.0.0.1",
                f"--spring.security.user.password={self.password}", "--tcp-echo.faults.enabled=true"]

    def set_fault(self, name, fault):
        credentials = base64.b64encode(f"operator:{self.password}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/actuator/faults/{name}", method="PUT",
            data=json.dumps({"faults": [fault], "for": FAULTS_LAST}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Basic {credentials}"})
        try:
            urllib.request.urlopen(request, timeout=PATIENCE_SECONDS).close()
        except urllib.error.HTTPError as error:
            raise Failure(f"the fault of {name} is refused: {error.read().decode()}") from error


def listener(name, address, port):
    """The options of a listener of tcp-echo."""
    key = f"--tcp-echo.listeners.{name}"
    return [f"{key}.enabled=true", f"{key}.address={address}", f"{key}.port={port}", f"{key}.max-message-size=16MB"]


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
