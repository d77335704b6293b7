"""Relays connections with one fault, until --for has passed or it is ended.

  close-first     A  closes each connection at once, as a proxy whose backend refused
  proxy-header    B  sends a PROXY header, version 1, before the client's bytes
  reset-to-fin    C  turns the server's reset into a FIN
  idle-reset      D  resets both sides after 2 s without a byte (--idle)
  fin-then-reset  E  sends RST 50 ms behind the server's FIN
  slow               passes 2 Mbit/s each way (--rate): stands in for `src/paths/network slow-link` without root
  plain              has no fault

It prints "listening ADDRESS:PORT" when it accepts connections.
"""
import argparse
import socket
import threading

from .acceptor import Acceptor
from .forwarding import Forwarding, reset

LETTERS = {"A": "close-first", "B": "proxy-header", "C": "reset-to-fin", "D": "idle-reset", "E": "fin-then-reset"}
MODES = (*LETTERS.values(), "slow", "plain")
RESET_AFTER_FIN_SECONDS = 0.05
CONNECT_SECONDS = 10
RATE_UNITS = {"kbit": 1_000, "mbit": 1_000_000, "gbit": 1_000_000_000}
LONGEST_SECONDS = 86_400


def mode_of(text):
    mode = LETTERS.get(text, text)
    if mode not in MODES:
        raise argparse.ArgumentTypeError(f"{text}: none of {', '.join(MODES)}, {', '.join(LETTERS)}")
    return mode


def target_of(text):
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or not 1 <= int(port) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text}: not HOST:PORT with a port from 1 to 65535")
    return host.strip("[]"), int(port)


def port_of(text):
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text}: not a port from 0 to 65535")
    return int(text)


def seconds_of(text):
    number = text.removesuffix("s")
    try:
        seconds = float(number)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text}: not a time such as 2s, above 0s and at most {LONGEST_SECONDS}s")
    return seconds


def rate_of(text):
    for unit, factor in RATE_UNITS.items():
        number = text.removesuffix(unit)
        if number != text and number.isdigit() and int(number) > 0:
            return int(number) * factor
    raise argparse.ArgumentTypeError(f"{text}: not a rate such as 500kbit, 2mbit or 1gbit")


def proxy_header(client):
    """The PROXY header of a connection, for the server."""
    (source, source_port), (destination, destination_port) = client.getpeername()[:2], client.getsockname()[:2]
    return f"PROXY TCP4 {source} {destination} {source_port} {destination_port}\r\n".encode()


def relay(mode, target, port=0, idle_seconds=2.0, bits_per_second=2_000_000):
    """Start a relay on 127.0.0.1 and return its Acceptor."""
    faults = {
        "reset-to-fin": {"reset_as_fin": True},
        "idle-reset": {"idle_seconds": idle_seconds},
        "fin-then-reset": {"reset_after_fin_seconds": RESET_AFTER_FIN_SECONDS},
        "slow": {"bits_per_second": bits_per_second},
    }

    def serve(client):
        if mode == "close-first":
            return  # The acceptor closes it, with FIN as nothing has been received.
        try:
            server = socket.create_connection(target, timeout=CONNECT_SECONDS)
        except OSError:
            reset(client)
            return
        if mode == "proxy-header":
            server.sendall(proxy_header(client))
        Forwarding(client, server, **faults.get(mode, {})).run()

    return Acceptor(serve, port=port)


def parse_options(arguments):
    parser = argparse.ArgumentParser(prog="src/paths/relay", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("mode", type=mode_of, metavar="MODE", help="a name or letter of the list above")
    add("target", type=target_of, metavar="HOST:PORT", help="where the server listens")
    add("--listen", type=port_of, metavar="PORT", default=0, help="port on 127.0.0.1; default 0: a free one")
    add("--idle", type=seconds_of, metavar="TIME", default=2.0, help="limit of idle-reset; default 2s")
    add("--rate", type=rate_of, metavar="RATE", default=2_000_000, help="of slow, each way; default 2mbit")
    add("--for", type=seconds_of, metavar="TIME", default=600.0, dest="seconds", help="how long it serves; default 600s")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse_options(arguments)
    with relay(options.mode, options.target, options.listen, options.idle, options.rate) as acceptor:
        print(f"listening 127.0.0.1:{acceptor.port}", flush=True)
        try:
            threading.Event().wait(options.seconds)
        except KeyboardInterrupt:
            pass
    return 0
