"""Superservers that start or hand over to a forwarder for each connection."""
from ..lab import Entry
from ..path import Package, Path
from .forwarders import command

UCSPI = Package("ucspi-tcp", "ucspi-tcp")
IPSVD = Package("ipsvd", "ipsvd")
NETCAT = Package("OpenBSD nc", "netcat-openbsd")
NCAT = Package("ncat", "ncat")


def xinetd(lab, target):
    port = lab.free_port()
    configuration = lab.file("xinetd.conf", f"""
service path
{{
  type = UNLISTED
  socket_type = stream
  protocol = tcp
  wait = no
  user = root
  bind = 127.0.0.1
  port = {port}
  redirect = 127.0.0.1 {target}
  cps = 1000 1
}}
""")
    lab.start(["xinetd", "-dontfork", "-pidfile", lab.directory / "xinetd.pid", "-f", configuration], port)
    return Entry(port)


PATHS = (
    Path("xinetd-redirect", (Package("xinetd", "xinetd"),), "`redirect`", xinetd),
    Path("systemd-socket-proxyd", (Package("systemd", "systemd"),), "default, by `systemd-socket-activate`",
         command("systemd-socket-activate", "-l", "127.0.0.1:{port}", "/lib/systemd/systemd-socket-proxyd",
                 "127.0.0.1:{target}")),
    Path("ncat-sh-exec", (NCAT,), "`-l -k --sh-exec 'ncat HOST PORT'`",
         command("ncat", "-l", "-k", "--sh-exec", "exec ncat 127.0.0.1 {target}", "127.0.0.1", "{port}")),
    Path("tcpserver-nc", (UCSPI, NETCAT), "`tcpserver … nc -N`",
         command("tcpserver", "-H", "-R", "-l", "localhost", "127.0.0.1", "{port}", "nc.openbsd", "-N", "127.0.0.1", "{target}")),
    Path("tcpsvd-nc-noN", (IPSVD, NETCAT), "`tcpsvd … nc` (no `-N`)",
         command("tcpsvd", "-l", "localhost", "-c", "100", "127.0.0.1", "{port}", "nc.openbsd", "127.0.0.1", "{target}")),
    Path("tcpsvd-ncat", (IPSVD, NCAT), "`tcpsvd … ncat`",
         command("tcpsvd", "-l", "localhost", "-c", "100", "127.0.0.1", "{port}", "ncat", "127.0.0.1", "{target}")),
)
