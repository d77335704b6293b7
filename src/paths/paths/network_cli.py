"""Runs a command as the client of a network with one fault, in namespaces that end with it. It needs root.

  slow-link   the router's link passes 2 Mbit/s (--rate) with a queue of 500 ms, as `tc ... tbf` makes it
  black-hole  the router's link has an MTU of 1400 bytes (--mtu), and its ICMP, which would say so, is dropped
  plain       has no fault

--towards says on which side of the router the fault is. In the command {eof} and {line} are replaced by ADDRESS:PORT of
tcp-echo's listeners of these framings on the server, {address} by the server's address.

  src/paths/network black-hole -- java -jar target/tcp-echo.jar probe --size 64B,2KB,64KB --timeout 3s {eof}

Where the kernel has no tbf (module sch_tbf), slow-link says so and ends with status 3; `src/paths/relay slow` stands in
for it. Otherwise the exit status is that of the command.
"""
import argparse
import subprocess

from . import isolation
from .backends import ECHO, LINE, Backends
from .lab import Lab
from .machine import ROOT, SOURCES, Failure, require_jar, say
from .namespaces import RoutedNetwork
from .processes import die_with_parent, end_group
from .relay_cli import rate_of, seconds_of

KINDS = ("slow-link", "black-hole", "plain")
EXIT_UNAVAILABLE = 3
SMALLEST_MTU, LARGEST_MTU = 576, 1500


def mtu_of(text):
    if not text.isdigit() or not SMALLEST_MTU <= int(text) <= LARGEST_MTU:
        raise argparse.ArgumentTypeError(f"{text}: not an MTU from {SMALLEST_MTU} to {LARGEST_MTU} bytes")
    return int(text)


def parse_options(arguments):
    parser = argparse.ArgumentParser(prog="src/paths/network", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("kind", choices=KINDS, help="a name of the list above")
    add("command", nargs="+", metavar="COMMAND", help="what runs in the client's namespace, behind --")
    add("--towards", choices=("client", "server"), default="server", help="which way the fault lies; default server")
    add("--rate", type=rate_of, metavar="RATE", default=2_000_000, help="of slow-link; default 2mbit")
    add("--mtu", type=mtu_of, metavar="BYTES", default=1400, help="of black-hole; default 1400")
    add("--for", type=seconds_of, metavar="TIME", default=300.0, dest="seconds",
        help="the longest time that the command may take; default 300s")
    return parser.parse_args(arguments)


class Unavailable(Failure):
    """The kernel lacks what the fault is made with."""


def limit_rate(network, towards, bits_per_second):
    interface = network.server_link.left_interface if towards == "server" else network.client_link.right_interface
    try:
        network.router.run("tc", "qdisc", "add", "dev", interface, "root", "tbf", "rate", f"{bits_per_second}bit",
                           "burst", "10k", "latency", "500ms")
    except Failure as failure:
        raise Unavailable(f"this kernel has no tbf, which limits the rate: {failure}") from failure


def drop_icmp(network):
    network.router.run("nft", "add table ip paths; "
                              "add chain ip paths out { type filter hook output priority 0; }; "
                              "add rule ip paths out icmp type destination-unreachable drop")


def build(lab, options):
    """Set the network up and return it."""
    mtu = {f"{options.towards}_mtu": options.mtu} if options.kind == "black-hole" else {}
    network = RoutedNetwork(lab, **mtu)
    if options.kind == "slow-link":
        limit_rate(network, options.towards, options.rate)
    elif options.kind == "black-hole":
        drop_icmp(network)
    return network


def run_client(network, ports, options):
    address = network.server_address
    values = {"{eof}": f"{address}:{ports.port(ECHO)}", "{line}": f"{address}:{ports.port(LINE)}", "{address}": address}
    command = []
    for argument in options.command:
        for placeholder, value in values.items():
            argument = argument.replace(placeholder, value)
        command.append(argument)
    process = subprocess.Popen([*network.client.prefix, *command], cwd=ROOT, stdin=subprocess.DEVNULL,
                               start_new_session=True, preexec_fn=die_with_parent)
    try:
        return process.wait(options.seconds)
    except subprocess.TimeoutExpired:
        raise Failure(f"the command did not end within {options.seconds:.0f} s") from None
    finally:
        end_group(process)


def main(arguments):
    options = parse_options(arguments)
    try:
        require_jar()
        if not isolation.is_isolated():
            if not isolation.may_isolate():
                raise Failure("network namespaces need root, unshare and ip")
            return isolation.run_isolated(SOURCES / "network", arguments)
        isolation.bring_loopback_up()
        with Lab() as lab:
            network = build(lab, options)
            return run_client(network, Backends(lab, "0.0.0.0"), options)
    except Failure as failure:
        say(f"src/paths/network: {failure}")
        return EXIT_UNAVAILABLE if isinstance(failure, Unavailable) else 2
    except KeyboardInterrupt:
        return 130
