"""Runs this script once more in namespaces of its own, so that nothing it starts can be reached, reach out, or be left over."""
import os
import shutil
import subprocess
import sys

from .processes import die_with_parent

ISOLATED = "TCP_ECHO_PATHS_ISOLATED"
OWN_ADDRESS = "10.77.0.1"


def may_isolate():
    """Whether this process may make namespaces: it is root in a place that allows it."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run(unshare("true"), stdin=subprocess.DEVNULL, capture_output=True, timeout=30).returncode == 0


def unshare(*command):
    """The command in a new network, where only it is, with process ids of its own: when it ends, the kernel ends the rest."""
    return ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *command]


def is_isolated():
    return os.environ.get(ISOLATED) == "yes"


def run_isolated(script, arguments):
    """Run the script in namespaces; return its exit status."""
    command = unshare(sys.executable, str(script), *arguments)
    process = subprocess.Popen(command, env={**os.environ, ISOLATED: "yes"}, preexec_fn=die_with_parent)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()  # The terminal has interrupted the script, too; it cleans up.


def bring_loopback_up():
    """Loopback is the only interface. The address beside 127.0.0.1 is for resolvers, which take a machine without one for one
    without IPv4 (AI_ADDRCONFIG)."""
    for arguments in ("link set lo up", f"address add {OWN_ADDRESS}/32 dev lo"):
        subprocess.run(["ip", *arguments.split()], check=True, timeout=30)
