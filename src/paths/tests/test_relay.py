"""What a client sees through the relay in each mode, and of a port that refuses, over real sockets."""
import select
import socket
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from paths import backends  # noqa: E402
from paths.acceptor import Acceptor  # noqa: E402
from paths.forwarding import reset  # noqa: E402
from paths.relay_cli import relay  # noqa: E402

PATIENCE_SECONDS = 20
BEFORE_RESET_SECONDS = 0.1
MESSAGE = b"0123456789abcdef" * 4


class Client:
    """A connection that is read to its end."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)

    def send(self, message):
        self.socket.sendall(message)
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def read(self):
        """Everything that came, and how it ended: "FIN" or "RST"."""
        received = bytearray()
        with self.socket:
            try:
                while data := self.socket.recv(65_536):
                    received += data
            except ConnectionResetError:
                return bytes(received), "RST"
        return bytes(received), "FIN"


def reset_in_reply(connection):
    message = backends.read_to_end(connection)
    connection.sendall(message[:len(message) // 2])
    time.sleep(BEFORE_RESET_SECONDS)
    reset(connection)


class RelayTest(unittest.TestCase):

    def server(self, serve):
        acceptor = Acceptor(serve)
        self.addCleanup(acceptor.close)
        return acceptor.port

    def through(self, mode, serve=backends.echo, **options):
        acceptor = relay(mode, ("127.0.0.1", self.server(serve)), **options)
        self.addCleanup(acceptor.close)
        return Client(acceptor.port)

    def test_plain_passes_a_half_close_and_the_reply_behind_it(self):
        self.assertEqual(self.through("plain").send(MESSAGE).half_close().read(), (MESSAGE, "FIN"))

    def test_plain_passes_a_large_message_both_ways(self):
        message = bytes(range(256)) * 8_192
        self.assertEqual(self.through("plain").send(message).half_close().read(), (message, "FIN"))

    def test_plain_passes_a_reset_in_mid_reply(self):
        received, end = self.through("plain", reset_in_reply).send(MESSAGE).half_close().read()
        self.assertEqual((received, end), (MESSAGE[:32], "RST"))

    def test_close_first_sends_fin_before_a_byte_has_come(self):
        self.assertEqual(self.through("close-first").read(), (b"", "FIN"))

    def test_proxy_header_stands_before_the_message(self):
        client = self.through("proxy-header")
        (_, port), (_, relay_port) = client.socket.getsockname(), client.socket.getpeername()
        received, end = client.send(MESSAGE).half_close().read()
        self.assertEqual(received, f"PROXY TCP4 127.0.0.1 127.0.0.1 {port} {relay_port}\r\n".encode() + MESSAGE)
        self.assertEqual(end, "FIN")

    def test_reset_to_fin_hides_the_servers_reset(self):
        received, end = self.through("reset-to-fin", reset_in_reply).send(MESSAGE).half_close().read()
        self.assertEqual((received, end), (MESSAGE[:32], "FIN"))

    def test_idle_reset_resets_a_silent_connection(self):
        self.assertEqual(self.through("idle-reset", idle_seconds=0.1).send(MESSAGE).read(), (b"", "RST"))

    def test_fin_then_reset_brings_the_whole_reply_before_both(self):
        client = self.through("fin-then-reset").send(MESSAGE).half_close()
        self.assertEqual(client.socket.recv(len(MESSAGE), socket.MSG_WAITALL), MESSAGE)
        self.assertEqual(client.socket.recv(1), b"")
        hang_up = select.poll()
        hang_up.register(client.socket, 0)
        # The hang-up of the RST is told besides the end of the stream, which POLLERR and POLLHUP alone do not show.
        self.assertTrue(hang_up.poll(PATIENCE_SECONDS * 1000))
        client.socket.close()

    def test_slow_passes_everything(self):
        message = bytes(20_000)
        self.assertEqual(self.through("slow", bits_per_second=4_000_000).send(message).half_close().read(), (message, "FIN"))

    def test_a_server_that_is_missing_becomes_a_reset(self):
        refusing = backends.RefusingPort("127.0.0.1")
        self.addCleanup(refusing.close)
        acceptor = relay("plain", ("127.0.0.1", refusing.port))
        self.addCleanup(acceptor.close)
        self.assertEqual(Client(acceptor.port).read(), (b"", "RST"))


class BackendTest(unittest.TestCase):

    def test_a_refusing_port_refuses(self):
        refusing = backends.RefusingPort("127.0.0.1")
        self.addCleanup(refusing.close)
        with self.assertRaises(ConnectionRefusedError):
            Client(refusing.port)


if __name__ == "__main__":
    unittest.main()
