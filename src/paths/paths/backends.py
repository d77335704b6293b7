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
# What a path sends to the server first: a listener takes one of them, and nothing else.
PLAIN = "plain"
TLS = "tls"
PROXY_HEADER = "proxy-header"
KINDS = {PLAIN: {}, TLS: {"tls.bundle": "paths"}, PROXY_HEADER: {"proxy-protocol.mode": "required"}}
# Listeners that answer late or end badly, by faults (docs/faults.md): the last two in the middle of a reply of 64 KB.
FAULTS = {"slow": {"type": "latency", "latency": "2s"},
          "reset": {"type": "reset_peer", "after": "32KB", "timeout": "300ms"},
          "end": {"type": "limit_data", "bytes": "32KB"}}
FAULTS_LAST = "24h"


class Backends:
    """All backends, started once for a run and shared by its paths."""

    def __init__(self, lab, address="127.0.0.1"):
        self.ports = {(name, kind): free_port() for name in (ECHO, LINE, *FAULTS) for kind in KINDS}
        self.start_product(lab, address)
        refusing = RefusingPort(address)
        lab.callback(refusing.close)
        self.ports.update(((REFUSE, kind), refusing.port) for kind in KINDS)

    def start_product(self, lab, address):
        """Start tcp-echo with a listener for each framing, fault and kind; it gets memory for messages of 10 MB."""
        management = Management(free_port())
        certificate = lab.certificate()
        listeners = [option for (name, kind), port in self.ports.items()
                     for option in listener(listener_name(name, kind), LINE if name == LINE else "eof", address, port, KINDS[kind])]
        lab.start([java(), "-XX:+UseSerialGC", "-Xmx2g", "-jar", JAR, "serve", *management.options(),
                   "--tcp-echo.max-buffered=500MB", f"--tcp-echo.faults.max-time={FAULTS_LAST}",
                   f"--spring.ssl.bundle.pem.paths.keystore.certificate=file:{certificate}",
                   f"--spring.ssl.bundle.pem.paths.keystore.private-key=file:{certificate}",
                   *listeners],
                  self.ports[ECHO, PLAIN], ready_seconds=JVM_READY_SECONDS)
        for port in self.ports.values():
            lab.processes.wait_until(lambda port=port: accepts(port), f"listen on port {port}")
        for name, fault in FAULTS.items():
            for kind in KINDS:
                management.set_fault(listener_name(name, kind), fault)

    def port(self, name, kind):
        if (name, kind) not in self.ports:
            raise Failure(f"{name}, {kind}: none of the backends {', '.join(map(' '.join, self.ports))}")
        return self.ports[name, kind]


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


def listener_name(name, kind):
    return f"{name}-{kind}"


def listener(name, framing, address, port, more):
    """The options of a listener of tcp-echo."""
    values = {"enabled": "true", "framing": framing, "address": address, "port": port, "max-message-size": "16MB", **more}
    return [f"--tcp-echo.listeners.{name}.{key}={value}" for key, value in values.items()]


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
