"""The three ways of the classic writings to serve many clients, in Python, beside tcp-echo and the server in C: the processor
time that each takes while nothing arrives, and how much it serves.

Each runs alone, because one that polls takes a whole core from the others.
"""
import socket
import time

from .load import Hang, as_fast_as_can_be, clocks, others_percent
from .machine import cores, say
from .servers import Server, Service
from .throughput import Leaving, Workload, warm_up

SERVERS = ("tcp-echo", "c", "python-polling", "python-one-thread-each", "python-threads")
IDLE_CONNECTIONS = 100
WORKLOAD = Workload("line", 64)
SETTLE_SECONDS = 2  # in which a JVM ends what the warm-up has begun


def measure(jvm, options, notes):
    """Returns for each server the share of a core that it takes while idle, and its slice of lines."""
    result = {}
    server_core, load_core = cores(options.pin)
    for name in options.servers or SERVERS:
        with Leaving(name, {}, notes), Server(name, jvm, Service(WORKLOAD.framing), server_core) as server:
            server.wait_until_ready()
            warm_up(server, WORKLOAD, options.warmup / 2, load_core)
            result[name] = {**idle(server, options.seconds),
                            "slice": as_fast_as_can_be(server, WORKLOAD, options.seconds, load_core)}
            say(f"  {name}: {result[name]['idleCpuPercent']:.1f} % of a core while idle, "
                f"{result[name]['slice']['rate']:,.0f} lines/s")
    return result


def idle(server, seconds):
    connections = []
    try:
        for _ in range(IDLE_CONNECTIONS):
            connections.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
        time.sleep(SETTLE_SECONDS)
        before = clocks(server)
        began = time.monotonic()
        time.sleep(seconds)
        elapsed_micros = (time.monotonic() - began) * 1e6
        after = clocks(server)
    except OSError as failure:
        raise Hang(f"it does not accept connections: {failure}") from None
    finally:
        for connection in connections:
            connection.close()
    return {"idleConnections": IDLE_CONNECTIONS, "idleCpuPercent": round(100 * (after[0] - before[0]) / elapsed_micros, 2),
            "idleOthersCpuPercent": others_percent(before, after)}
