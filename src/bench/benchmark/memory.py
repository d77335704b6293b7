"""Memory for each connection: silent ones, and ones that hold a message without its end."""
import re
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

from .machine import Failure, cores, say
from .servers import JAVA, Server, Service
from .throughput import Leaving

SERVERS = ("tcp-echo", "netty-nio", "virtual-threads", "c", "stock-nio")
FIRST_CONNECTIONS = 100
THREADED_CONNECTIONS = 1_000  # of a server with a thread for each unfinished message
MESSAGE_BYTES = 5_000
STATES = {"silent": b"", "mid-message": bytes(MESSAGE_BYTES)}
SETTLE_SECONDS = 1
ALL_SENT_SECONDS = 30
ALL_READ_SECONDS = 60


def measure(jvm, options, notes):
    """Returns for each server and state the bytes that a connection takes."""
    result = {}
    core = cores(options.pin)[0]
    for name in options.servers or SERVERS:
        connections = min(options.memory_connections, THREADED_CONNECTIONS if name.startswith("stock") else 10**9)
        for state, part in STATES.items():
            with ExitStack() as stack, Leaving(name, {}, notes):
                service = Service("eof", max_connections=connections + 100, patient=True)
                server = stack.enter_context(Server(name, jvm, service, core))
                server.wait_until_ready()
                # The first ones load the classes that serve connections, and wait until the start is over.
                first = open_connections(server, FIRST_CONNECTIONS, part)
                wait_until_read(server)
                close(first)
                memory_of(server, jvm)
                before = memory_of(server, jvm)
                opened = open_connections(server, connections, part)
                wait_until_read(server)
                after = memory_of(server, jvm)
                lost = close(opened)
                figures = {key: None if before[key] is None else round((after[key] - before[key]) / connections)
                           for key in before}
                result.setdefault(name, {})[state] = {"connections": connections, "lost": lost, **figures}
                say(f"  {name}, {connections:,} {state}: {figures}")
    return result


def open_connections(server, count, part):
    opened = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=ALL_SENT_SECONDS)
        opened.append(connection)
        if part:
            connection.sendall(part)
    return opened


def wait_until_read(server):
    """Waits until the server has accepted what is in its queue, and read what has arrived."""
    deadline = time.monotonic() + ALL_READ_SECONDS
    while waiting_in_kernel(server.port) > 0:
        if time.monotonic() > deadline:
            raise Failure(f"it did not read within {ALL_READ_SECONDS} s")
        time.sleep(0.1)


def waiting_in_kernel(port):
    """The connections in a port's accept queue and the bytes in its receive buffers."""
    waiting = 0
    for table in filter(Path.exists, (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))):
        for line in table.read_text().splitlines()[1:]:
            _, local, _, _, queues = line.split()[:5]
            if int(local.rpartition(":")[2], 16) == port:
                waiting += int(queues.partition(":")[2], 16)
    return waiting


def close(connections):
    """Returns how many connections the server had ended."""
    lost = 0
    for connection in connections:
        connection.setblocking(False)
        try:
            connection.recv(1)
            lost += 1
        except BlockingIOError:
            pass
        except OSError:
            lost += 1
        connection.close()
    time.sleep(SETTLE_SECONDS)
    return lost


def memory_of(server, jvm):
    """The live objects of a JVM after a full collection, and the resident pages of the process."""
    time.sleep(SETTLE_SECONDS)
    server.check_alive()
    heap = live_heap_bytes(server, jvm) if server.name in JAVA else None
    return {"heapBytes": heap, "residentBytes": server.resident_megabytes() * 2**20}


def live_heap_bytes(server, jvm):
    histogram = subprocess.run([jvm.tool("jcmd"), str(server.process.pid), "GC.class_histogram"],
                               stdout=subprocess.PIPE, text=True, check=True).stdout
    return int(re.search(r"^Total\s+\d+\s+(\d+)", histogram, re.MULTILINE).group(1))
