"""The servers behind a path: tcp-echo itself, and scripted ones that answer late or end badly."""
import socket
import time

from .acceptor import Acceptor
from .forwarding import reset
from .machine import JAR, Failure, free_port, java
from .processes import JVM_READY_SECONDS

SLOW_SECONDS = 2
BEFORE_RESET_SECONDS = 0.3
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


def serve_slowly(connection):
    message = read_to_end(connection)
    time.sleep(SLOW_SECONDS)
    connection.sendall(message)


def reset_in_reply(connection):
    message = read_to_end(connection)
    connection.sendall(message[:len(message) // 2])
    time.sleep(BEFORE_RESET_SECONDS)
    reset(connection)


def end_in_reply(connection):
    message = read_to_end(connection)
    connection.sendall(message[:len(message) // 2])


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


SCRIPTED = {"slow": serve_slowly, "reset": reset_in_reply, "end": end_in_reply}
ECHO = "echo"
LINE = "line"
REFUSE = "refuse"


class Backends:
    """All backends, started once for a run and shared by its paths."""

    def __init__(self, lab, address="127.0.0.1"):
        self.ports = {}
        self.start_product(lab, address)
        for name, serve in SCRIPTED.items():
            acceptor = Acceptor(serve, address)
            lab.callback(acceptor.close)
            self.ports[name] = acceptor.port
        refusing = RefusingPort(address)
        lab.callback(refusing.close)
        self.ports[REFUSE] = refusing.port

    def start_product(self, lab, address):
        """Start tcp-echo with a listener for each framing that is measured; it gets memory for messages of 10 MB."""
        self.ports[ECHO], self.ports[LINE] = free_port(), free_port()
        lab.start([java(), "-XX:+UseSerialGC", "-Xmx2g", "-jar", JAR, "serve", "--server.port=0",
                   "--tcp-echo.max-buffered=500MB", *listener("eof", address, self.ports[ECHO]),
                   *listener("line", address, self.ports[LINE])],
                  self.ports[ECHO], ready_seconds=JVM_READY_SECONDS)
        lab.processes.wait_until(lambda: accepts(self.ports[LINE]), f"listen on port {self.ports[LINE]}")

    def port(self, name):
        if name not in self.ports:
            raise Failure(f"{name}: none of the backends {', '.join(self.ports)}")
        return self.ports[name]


def listener(name, address, port):
    """The options of a listener of tcp-echo."""
    key = f"--tcp-echo.listeners.{name}"
    return [f"{key}.enabled=true", f"{key}.address={address}", f"{key}.port={port}", f"{key}.max-message-size=16MB"]


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
