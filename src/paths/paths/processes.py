"""The processes that a path consists of: each in a group of its own, waited for until it listens, and ended at the end."""
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

from .machine import Failure, find_program

READY_SECONDS = 30
JVM_READY_SECONDS = 180
STOP_SECONDS = 2
LOG_LINES = 12
PR_SET_PDEATHSIG = 1
LISTEN_STATE = "0A"
_libc = ctypes.CDLL(None)


def die_with_parent():
    """In a child, before it becomes its program: it does not outlive this script."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def holds_port(process_id, port, udp=False):
    """Whether a socket of the process's network namespace listens on a TCP port, or is bound to a UDP port.

    Looks at the kernel's table: a connection to try it would be one that the proxy has to answer for.
    """
    for table in ("udp", "udp6") if udp else ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/{process_id}/net/{table}").read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port and (udp or fields[3] == LISTEN_STATE):
                return True
    return False


class Processes:
    """Processes that were started together; close() ends them, the last one first."""

    def __init__(self, directory):
        self.directory = directory
        self.started = []

    def start(self, command, port=None, udp=False, prefix=(), env=None, ready_seconds=READY_SECONDS,
              **options):
        """Start a program in the foreground; with a port return when it listens there, in its own namespace."""
        program = find_program(command[0])
        if program is None:
            raise Failure(f"{command[0]} is not installed")
        log = self.directory / f"{len(self.started)}-{Path(command[0]).name}.log"
        with open(log, "wb") as output:
            process = subprocess.Popen([*prefix, program, *map(str, command[1:])], stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=output, cwd=self.directory, start_new_session=True,
                                       preexec_fn=die_with_parent, env={**os.environ, **(env or {})}, **options)
        self.started.append((process, log))
        if port is not None:
            self.wait_until(lambda: holds_port(process.pid, port, udp), f"listen on port {port}", ready_seconds)
        return process

    def wait_until(self, condition, what, seconds=READY_SECONDS):
        deadline = time.monotonic() + seconds
        while not condition():
            self.check_alive()
            if time.monotonic() > deadline:
                raise Failure(f"{self.name(-1)} did not {what} within {seconds} s: {self.log_of(-1)}")
            time.sleep(0.02)

    def check_alive(self):
        for index, (process, _) in enumerate(self.started):
            if process.poll() is not None:
                raise Failure(f"{self.name(index)} ended with status {process.returncode}: {self.log_of(index)}")

    def name(self, index):
        return self.started[index][1].stem.partition("-")[2]

    def log_of(self, index):
        lines = self.started[index][1].read_text(errors="replace").splitlines()[-LOG_LINES:]
        return "\n".join(lines) or "it printed nothing"

    def close(self):
        for process, _ in reversed(self.started):
            end_group(process)
        self.started.clear()


def end_group(process):
    """End a process and those of its group that are left; it led a session, so the group is its own."""
    signal_group(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    signal_group(process.pid, signal.SIGKILL)
    process.wait()


def signal_group(group, number):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass
