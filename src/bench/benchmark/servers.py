"""The servers: the command that starts each one, and the running process."""
import resource
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .machine import BENCH, CLOCK_TICK_MICROS, JAR, SOURCES, Failure, find_newer_jvm
from .processes import kill_session
from .processes import start as start_process

READY_SECONDS = 60
STOP_SECONDS = 5


@dataclass(frozen=True)
class Service:
    """What a server has to do."""
    framing: str
    max_message_bytes: int = 5_120
    max_connections: int = 0  # beyond a server's own default, 0: that is enough
    patient: bool = False  # does not end connections that are silent


# Each function makes the command that serves on a port; None where this machine lacks what it needs.

def tcp_echo(jvm, service, port):
    listener = f"--tcp-echo.listeners.{service.framing}"
    arguments = ["--server.port=0", f"{listener}.port={port}",
                 f"{listener}.max-message-size={service.max_message_bytes}B"]
    if service.framing != "eof":
        arguments += [f"{listener}.enabled=true", f"{listener}.framing={service.framing}",
                      "--tcp-echo.listeners.eof.enabled=false"]
    if service.max_message_bytes > 1_000_000:
        arguments.append("--tcp-echo.max-buffered=400MB")
    if service.max_connections:
        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1] * 9 // 10
        arguments.append(f"{listener}.max-connections={min(service.max_connections, allowed)}")
    if service.patient:
        arguments += [f"{listener}.timeouts.idle=10m", f"{listener}.timeouts.message=10m"]
    return jvm.command("-jar", str(JAR), *arguments)


def tcp_echo_unmetered(jvm, service, port):
    """tcp-echo whose meters do nothing, to see what they cost."""
    return [*tcp_echo(jvm, service, port), "--management.metrics.enable.tcp.echo=false"]


def netty(transport):
    def command(jvm, service, port):
        flags = ["-Dio.netty.leakDetection.level=disabled"]
        if jvm.feature >= 24:
            flags += ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
        return jvm.peer(*flags, "io.tcpecho.bench.NettyEcho", str(port), service.framing, transport)
    return command


def stock(factory):
    def command(jvm, service, port):
        # Allocated anew for each message; with lines, Spring Integration's default.
        max_message_bytes = service.max_message_bytes if service.framing == "eof" else 2_048
        return jvm.peer("io.tcpecho.bench.StockSpringEcho", str(port), service.framing, factory,
                        str(max_message_bytes))
    return command


def virtual_threads(jvm, service, port):
    newer = find_newer_jvm(jvm, 21)
    return newer and newer.peer("io.tcpecho.bench.VirtualThreadEcho", str(port), service.framing)


def c_server(jvm, service, port):
    return [str(BENCH / "echo-server"), str(port), service.framing]


def python(program):
    def command(jvm, service, port):
        return [sys.executable, str(SOURCES / "python" / program), str(port), service.framing]
    return command


def socat(jvm, service, port):
    """Echoes bytes as they come, whatever the framing, in a process for each connection."""
    address = f"TCP-LISTEN:{port},fork,reuseaddr,backlog=1024,nodelay"
    # Of more bytes at once it would wait for ever: a pipe that is writable may have room for 4,096 only.
    return shutil.which("socat") and ["socat", "-t", "10", "-b", "4096", address, "PIPE"]


SERVERS = {
    "tcp-echo": tcp_echo,
    "tcp-echo-unmetered": tcp_echo_unmetered,
    "netty-nio": netty("nio"),
    "netty-epoll": netty("epoll"),
    "c": c_server,
    "stock-nio": stock("nio"),
    "stock-net": stock("net"),
    "virtual-threads": virtual_threads,
    "python-asyncio": python("asyncio_echo.py"),
    "python-threads": python("socketserver_echo.py"),
    "socat": socat,
}
TITLES = {
    "tcp-echo": "tcp-echo",
    "tcp-echo-unmetered": "tcp-echo without meters",
    "netty-nio": "Netty 4.2, NIO",
    "netty-epoll": "Netty 4.2, epoll",
    "c": "C, epoll, one thread",
    "stock-nio": "stock Spring Integration, NIO",
    "stock-net": "stock Spring Integration, Net",
    "virtual-threads": "Java, virtual threads",
    "python-asyncio": "Python asyncio",
    "python-threads": "Python socketserver, threads",
    "socat": "socat, fork",
}
FORKING = {"socat"}
OWN = {"tcp-echo", "tcp-echo-unmetered"}
JAVA = OWN | {"netty-nio", "netty-epoll", "stock-nio", "stock-net", "virtual-threads"}


def title(name, jvm):
    newer = find_newer_jvm(jvm, 21) if name == "virtual-threads" else None
    return TITLES[name] + (f" (JDK {newer.version})" if newer and newer != jvm else "")


class Server:
    """A running server, in a session of its own; as a context manager it is stopped, or killed when an exception passes."""

    def __init__(self, name, jvm, service, core):
        self.name = name
        self.port = free_port()
        self.forks = name in FORKING
        self.log = BENCH / f"{name}.log"
        command = SERVERS[name](jvm, service, self.port)
        if not command:
            raise Failure("this machine lacks what it needs")
        with open(self.log, "wb") as log:
            # In target/bench, lest tcp-echo take an application.yml of the current directory.
            self.process = start_process(command, core, stdout=log, stderr=log, cwd=BENCH)

    def __enter__(self):
        return self

    def __exit__(self, kind, failure, traceback):
        if kind is None:
            self.stop()
        else:
            self.kill()
        return False

    def wait_until_ready(self):
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise Failure(f"it did not listen within {READY_SECONDS} s")

    def check_alive(self):
        if self.process.poll() is not None:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise Failure(f"it ended with status {self.process.returncode}:\n{tail}")

    def processes(self):
        """The ids of the process, and of those that it has forked."""
        own = self.process.pid
        return [pid for pid in all_processes() if session_of(pid) == own] if self.forks else [own]

    def cpu_micros(self):
        return sum(map(cpu_ticks_of, self.processes())) * CLOCK_TICK_MICROS

    def resident_megabytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
        return round(int(kilobytes) / 1024, 1)

    def kill(self):
        """Ends it and what it has forked at once."""
        kill_session(self.process)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        self.kill()


def all_processes():
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def stat_of(pid):
    """The fields of /proc/PID/stat behind the name; zeros for a process that has ended."""
    try:
        return [int(field) for field in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1:15]]
    except OSError:
        return [0] * 14


def session_of(pid):
    return stat_of(pid)[2]


def cpu_ticks_of(pid):
    """User and system time, of the process and of the children that it has waited for."""
    return sum(stat_of(pid)[10:14])


def free_port():
    with socket.socket() as probe:
        probe.bind(("", 0))
        return probe.getsockname()[1]
