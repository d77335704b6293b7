"""Network namespaces beside the one this script runs in, and the pairs of interfaces between them."""
import itertools
import os
import time

from .machine import Failure

_subnets = itertools.count(1)
HOLD_SECONDS = 86_400


class Namespace:
    """A network namespace without a name: it lives as long as the process that holds it, which the lab ends."""

    def __init__(self, lab):
        self.lab = lab
        self.holder = lab.start(["unshare", "--net", "sleep", HOLD_SECONDS])
        self.prefix = ("nsenter", "--net", "--target", str(self.holder.pid))
        deadline = time.monotonic() + 10
        while same_network(self.holder.pid, os.getpid()):
            if time.monotonic() > deadline:
                raise Failure("no network namespace was made within 10 s")
            time.sleep(0.01)
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *command):
        return self.lab.run(*self.prefix, *command)


class Here:
    """The namespace that this script runs in, with the same questions as a Namespace."""

    def __init__(self, lab):
        self.lab = lab
        self.prefix = ()
        self.holder = None

    def run(self, *command):
        return self.lab.run(*command)


def same_network(one, other):
    return os.readlink(f"/proc/{one}/ns/net") == os.readlink(f"/proc/{other}/ns/net")


class Link:
    """A pair of interfaces between two namespaces, with an address on each end: "left" and "right"."""

    def __init__(self, lab, left, right, mtu=1500):
        number = next(_subnets)
        self.left_interface, self.right_interface = f"left{number}", f"right{number}"
        self.left_address, self.right_address = f"10.77.{number}.1", f"10.77.{number}.2"
        self.network = f"10.77.{number}.0/24"
        lab.run("ip", "link", "add", self.left_interface, "type", "veth", "peer", "name", self.right_interface)
        for side, interface, address in ((left, self.left_interface, self.left_address),
                                         (right, self.right_interface, self.right_address)):
            if side.holder is None:
                lab.callback(lab.run, "sh", "-c", f"ip link del {interface} 2>/dev/null || true")
            else:
                lab.run("ip", "link", "set", interface, "netns", str(side.holder.pid))
            side.run("ip", "address", "add", f"{address}/24", "dev", interface)
            side.run("ip", "link", "set", interface, "mtu", mtu, "up")


class RoutedNetwork:
    """A client, a router and a server in a row. The server is the namespace that this script runs in.

    server_mtu, client_mtu: of the router's interface on that side only, so that larger packets have to be dropped there.
    """

    def __init__(self, lab, server_mtu=1500, client_mtu=1500):
        self.client = Namespace(lab)
        self.router = Namespace(lab)
        self.server = Here(lab)
        self.client_link = Link(lab, self.client, self.router)
        self.server_link = Link(lab, self.router, self.server)
        self.router.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        self.client.run("ip", "route", "add", "default", "via", self.client_link.right_address)
        self.server.run("ip", "route", "add", self.client_link.network, "via", self.server_link.left_address)
        self.router.run("ip", "link", "set", self.server_link.left_interface, "mtu", server_mtu)
        self.router.run("ip", "link", "set", self.client_link.right_interface, "mtu", client_mtu)

    @property
    def server_address(self):
        return self.server_link.right_address
