"""Lets the prober, which speaks neither SOCKS nor HTTP, through a proxy that wants to be asked first."""
import socket
import struct

from .acceptor import Acceptor
from .forwarding import Forwarding, reset

PATIENCE_SECONDS = 20
HEADER_BYTES = 16_384


class Refused(OSError):
    """The proxy did not connect to where it was asked to."""


def receive_exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise Refused("the proxy closed before it had answered")
        data += more
    return data


def ask_socks(connection, port):
    """SOCKS5 without a login, to a port of 127.0.0.1."""
    connection.sendall(b"\x05\x01\x00")
    if receive_exactly(connection, 2) != b"\x05\x00":
        raise Refused("the proxy wants a login")
    connection.sendall(b"\x05\x01\x00\x01" + socket.inet_aton("127.0.0.1") + struct.pack(">H", port))
    answer = receive_exactly(connection, 4)
    if answer[1] != 0:
        raise Refused(f"the proxy answered {answer[1]}")
    address_bytes = {1: 4, 4: 16}.get(answer[3]) or receive_exactly(connection, 1)[0]
    receive_exactly(connection, address_bytes + 2)


def ask_connect(connection, port):
    """HTTP CONNECT to a port of 127.0.0.1. The answer is read byte by byte, so that nothing behind it is taken."""
    connection.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    header = b""
    while not header.endswith(b"\r\n\r\n"):
        header += receive_exactly(connection, 1)
        if len(header) > HEADER_BYTES:
            raise Refused(f"the proxy's answer has more than {HEADER_BYTES} bytes")
    if header.split(b" ", 2)[1] != b"200":
        raise Refused(f"the proxy answered {header.splitlines()[0]!r}")


def adapter(lab, ask, proxy_port, target_port):
    """Start an adapter in front of a proxy and return its port. It resets a connection that the proxy does not make."""
    def serve(client):
        try:
            server = socket.create_connection(("127.0.0.1", proxy_port), timeout=PATIENCE_SECONDS)
            ask(server, target_port)
        except OSError:
            reset(client)
            return
        Forwarding(client, server).run()

    acceptor = Acceptor(serve)
    lab.callback(acceptor.close)
    return acceptor.port
