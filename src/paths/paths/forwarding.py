"""Carries bytes, half-closes and resets between two sockets, faithfully or with one fault."""
import select
import socket
import struct
import time

CHUNK_BYTES = 65_536
BUFFER_BYTES = 262_144


class Direction:
    """What goes from one socket to the other: the bytes on their way, and whether the end has come and gone."""

    def __init__(self, source, sink, bits_per_second=None):
        self.source = source
        self.sink = sink
        self.buffer = bytearray()
        self.ended = False
        self.shut = False
        self.bits_per_second = bits_per_second
        self.not_before = 0.0

    def wants_bytes(self):
        return not self.ended and len(self.buffer) < BUFFER_BYTES

    def may_write(self, now):
        return bool(self.buffer) and now >= self.not_before

    def read(self):
        data = self.source.recv(CHUNK_BYTES)
        self.buffer += data
        self.ended = not data

    def write(self, now):
        limit = len(self.buffer) if self.bits_per_second is None else max(1_448, self.bits_per_second // 800)
        sent = self.sink.send(self.buffer[:limit])
        del self.buffer[:sent]
        if self.bits_per_second is not None:
            self.not_before = max(now, self.not_before) + sent * 8 / self.bits_per_second

    def pass_end_on(self):
        """Half-close the sink when everything before the end is gone; return whether that was done now."""
        if not self.ended or self.buffer or self.shut:
            return False
        self.sink.shutdown(socket.SHUT_WR)
        self.shut = True
        return True


class Forwarding:
    """One connection that is carried on, on the thread that calls run(); it closes both sockets.

    Without a fault a FIN comes out as a FIN and a reset as a reset. idle_seconds: after so long without a byte both are reset.
    reset_as_fin: a reset by the server comes out as a FIN. reset_after_fin_seconds: so long after the server's FIN was passed on
    the client is reset.
    """

    def __init__(self, client, server, idle_seconds=None, reset_as_fin=False, reset_after_fin_seconds=None,
                 bits_per_second=None):
        self.client = client
        self.server = server
        self.idle_seconds = idle_seconds
        self.reset_as_fin = reset_as_fin
        self.reset_after_fin_seconds = reset_after_fin_seconds
        self.request = Direction(client, server, bits_per_second)
        self.reply = Direction(server, client, bits_per_second)

    def run(self):
        for each in (self.client, self.server):
            each.setblocking(False)
        try:
            self.carry()
        except OSError:
            reset(self.client)
            reset(self.server)
        self.client.close()
        self.server.close()

    def carry(self):
        last_byte = time.monotonic()
        while not (self.request.shut and self.reply.shut):
            ready = self.wait(last_byte)
            now = time.monotonic()
            if not ready and self.idle_seconds is not None and now - last_byte >= self.idle_seconds:
                raise TimeoutError(f"no byte for {self.idle_seconds} s")
            for direction in (self.request, self.reply):
                if (direction.source, select.POLLIN) in ready:
                    if not self.read(direction):
                        return
                    last_byte = now
                if direction.may_write(now):
                    self.write(direction, now)
                self.pass_end_on(direction)

    def wait(self, last_byte):
        """Wait until something can be read or written; return pairs of a socket and what it is ready for."""
        now = time.monotonic()
        poll = select.poll()
        sockets = {each.fileno(): each for each in (self.client, self.server)}
        events = {number: 0 for number in sockets}
        deadlines = [] if self.idle_seconds is None else [last_byte + self.idle_seconds]
        for direction in (self.request, self.reply):
            if direction.wants_bytes():
                events[direction.source.fileno()] |= select.POLLIN
            if direction.may_write(now):
                events[direction.sink.fileno()] |= select.POLLOUT
            elif direction.buffer:
                deadlines.append(direction.not_before)
        for number, wanted in events.items():
            if wanted:
                poll.register(number, wanted)
        wait_millis = max(0.0, min(deadlines) - now) * 1000 + 1 if deadlines else None
        ready = set()
        for number, happened in poll.poll(wait_millis):
            for kind in (select.POLLIN, select.POLLOUT):
                if events[number] & kind and happened & (kind | select.POLLERR | select.POLLHUP):
                    ready.add((sockets[number], kind))
        return ready

    def read(self, direction):
        """Read what has come; return False if that was a reset that has been turned into a FIN, which ends all."""
        try:
            direction.read()
        except BlockingIOError:
            return True
        except OSError:
            if self.reset_as_fin and direction is self.reply:
                return False
            raise
        return True

    def write(self, direction, now):
        try:
            direction.write(now)
        except BlockingIOError:
            pass

    def pass_end_on(self, direction):
        if direction.pass_end_on() and direction is self.reply and self.reset_after_fin_seconds is not None:
            time.sleep(self.reset_after_fin_seconds)
            raise ConnectionResetError("a reset behind the FIN, as was asked for")


def reset(connection):
    """Close with RST."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    connection.close()
