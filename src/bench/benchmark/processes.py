"""Child processes that end with what started them: none is left behind, however the run ends."""
import ctypes
import os
import signal
import subprocess

PR_SET_PDEATHSIG = 1


def child_setup(core=None):
    """What a child does before it becomes its program: it is pinned, and does not outlive this script."""
    def setup():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if core is not None:
            os.sched_setaffinity(0, {core})
    return setup


def run(command, timeout=None, core=None, **options):
    """Runs a program in a session of its own, and returns how it ended, as subprocess.run does.

    If it takes too long, or the run is interrupted, the whole session is killed at once: a process that the program has started,
    such as a server, ends with it.
    """
    process = start(command, core, **options)
    try:
        output, errors = process.communicate(timeout=timeout)
    except BaseException:
        kill_session(process)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def start(command, core=None, **options):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=child_setup(core), **options)


def kill_session(process):
    """Kills a process and what it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
