"""Paths through network namespaces: the kernel's NAT, user-mode networks, and a proxy that takes the client's address.

The server's namespace is always the one that this script runs in, where the backends listen on every address.
"""
import json
import os
import socket

from ..lab import Entry
from ..machine import Failure
from ..namespaces import Here, Link, Namespace, RoutedNetwork
from ..path import Package, Path
from .balancers import HAPROXY, start_haproxy

NFTABLES = Package("nftables", "nftables")


def kernel_nat(lab, target):
    network = RoutedNetwork(lab)
    router_address = network.client_link.right_address
    port = lab.free_port()
    network.router.run("nft", f"""
table ip paths {{
  chain before {{ type nat hook prerouting priority dstnat;
    tcp dport {port} dnat to {network.server_address}:{target}; }}
  chain after {{ type nat hook postrouting priority srcnat;
    oifname {network.server_link.left_interface} masquerade; }}
}}""")
    return Entry(port, router_address, network.client.prefix)


def slirp4netns(lab, target):
    """The host is a namespace of its own; slirp4netns gives the namespace of the script a network, and the host a port."""
    host = Namespace(lab)
    api = lab.directory / "slirp.sock"
    lab.start(["slirp4netns", "--configure", "--mtu=65520", "--disable-dns", "--api-socket", api, os.getpid(), "tap-path"],
              prefix=host.prefix)
    lab.processes.wait_until(lambda: api.exists() and "tap-path" in lab.run("ip", "address", "show", "up"), "make its interface")
    port = lab.free_port()
    ask_slirp(api, {"execute": "add_hostfwd", "arguments": {
        "proto": "tcp", "host_addr": "127.0.0.1", "host_port": port, "guest_addr": "10.0.2.100", "guest_port": target}})
    return Entry(port, prefix=host.prefix)


def ask_slirp(api, request):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(api))
        connection.sendall(json.dumps(request).encode())
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65_536).decode()
    if "error" in answer:
        raise Failure(f"slirp4netns answered {answer}")


def pasta(lab, target):
    host = Namespace(lab)
    # It copies the addresses of an interface with a default route, and does not start without one.
    outside = Link(lab, host, Namespace(lab))
    host.run("ip", "route", "add", "default", "via", outside.right_address)
    # It opens the namespace when it no longer may look into /proc of this script.
    here = lab.file("namespace", "")
    lab.run("mount", "--bind", f"/proc/{os.getpid()}/ns/net", here)
    lab.callback(lab.run, "umount", "--lazy", here)
    port = lab.free_port()
    lab.start(["pasta", "--foreground", "--runas", "0", "--netns", here, "--stderr",
               "-t", f"127.0.0.1/{port}:{target}", "-u", "none", "-T", "none", "-U", "none"], port, prefix=host.prefix)
    return Entry(port, prefix=host.prefix)


def go_mmproxy(lab, target):
    """The client's address comes by HAProxy's header; go-mmproxy uses it as its own, so that replies need a route to it."""
    client = Namespace(lab)
    link = Link(lab, client, Here(lab))
    middle, port = lab.free_port(), lab.free_port()
    lab.run("ip", "rule", "add", "from", "127.0.0.1/8", "iif", "lo", "table", "123")
    lab.callback(lab.run, "ip", "rule", "del", "from", "127.0.0.1/8", "iif", "lo", "table", "123")
    lab.run("ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", "123")
    lab.callback(lab.run, "ip", "route", "flush", "table", "123")
    lab.start(["go-mmproxy", "-l", f"127.0.0.1:{middle}", "-4", f"127.0.0.1:{target}", "-6", f"[::1]:{target}"], middle)
    start_haproxy(lab, f"{link.right_address}:{port}", f"127.0.0.1:{middle} send-proxy")
    return Entry(port, link.right_address, client.prefix)


def path(name, packages, configuration, start, note="", races=None):
    return Path(name, packages, configuration, start, note, namespaces=True, races=races or {})


PATHS = (
    path("kernel-nat", (NFTABLES,), "`dnat` and `masquerade` in a router's namespace", kernel_nat),
    path("slirp4netns", (Package("slirp4netns", "slirp4netns"),), "`add_hostfwd`, server in the namespace", slirp4netns),
    path("pasta", (Package("passt", "passt"),), "`-t`, spliced, server in the namespace", pasta,
         note="At times the end of a large reply is lost: that of 4 in 20 replies of 10 MB.",
         races={"10-megabytes": frozenset({"OK", "TRUNCATED"})}),
    path("go-mmproxy", (Package("go-mmproxy", "go-mmproxy"), HAPROXY), "behind HAProxy `send-proxy`, routes as its README says",
         go_mmproxy),
)
