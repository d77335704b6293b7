"""Tunnels: a client and a server of the same software, with a protocol of theirs between."""
import json
from pathlib import Path as FilePath

from ..lab import Entry
from ..path import Package, Path
from .forwarders import MODULES

SSH = Package("OpenSSH", "openssh-server")
STUNNEL = Package("stunnel", "stunnel4")
STUNNEL_RACES = {"10-megabytes": frozenset({"OK", "TRUNCATED"})}
SECRET = "only-for-this-run"


def start_sshd(lab):
    """An SSH server for a key of this run; return its port and the client's options."""
    for name in ("host", "client"):
        lab.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.directory / f"{name}-key")
    port = lab.free_port()
    FilePath("/run/sshd").mkdir(exist_ok=True)
    configuration = lab.file("sshd.conf", f"""
ListenAddress 127.0.0.1:{port}
HostKey {lab.directory}/host-key
AuthorizedKeysFile {lab.directory}/authorized
StrictModes no
UsePAM no
PidFile none
MaxStartups 100
PermitRootLogin prohibit-password
""")
    lab.file("authorized", (lab.directory / "client-key.pub").read_text())
    lab.start(["sshd", "-D", "-e", "-f", configuration], port)
    return port, ["-F", "none", "-i", lab.directory / "client-key", "-p", port, "-o", "StrictHostKeyChecking=no",
                  "-o", f"UserKnownHostsFile={lab.directory}/known", "-o", "ExitOnForwardFailure=yes", "-o", "BatchMode=yes"]


def ssh(option, forwarding="127.0.0.1:{port}:127.0.0.1:{target}"):
    def start(lab, target):
        _, options = start_sshd(lab)
        port = lab.free_port()
        client = ["ssh", "-N", *options, option, forwarding.format(port=port, target=target), "localhost"]
        lab.start(client, port)  # With -R the SSH server listens, which is in the same namespace.
        return Entry(port)
    return start


def dropbear(lab, target):
    sshd_port, _ = start_sshd(lab)
    key = lab.directory / "dropbear-key"
    lab.run("dropbearkey", "-t", "ed25519", "-f", key)
    public = next(line for line in lab.run("dropbearkey", "-y", "-f", key).splitlines() if line.startswith("ssh-"))
    lab.file("authorized", public + "\n")
    port = lab.free_port()
    lab.start(["dbclient", "-N", "-T", "-y", "-y", "-i", key, "-p", sshd_port, "-L", f"127.0.0.1:{port}:127.0.0.1:{target}",
               "127.0.0.1"], port, env={"HOME": str(lab.directory)})
    return Entry(port)


def wstunnel(lab, target):
    program = MODULES / "wstunnel" / "bin" / "wstt.js"
    middle, port = lab.free_port(), lab.free_port()
    lab.start(["node", program, "-s", f"127.0.0.1:{middle}"], middle)
    lab.start(["node", program, "-t", f"127.0.0.1:{port}:127.0.0.1:{target}", f"ws://127.0.0.1:{middle}"], port)
    return Entry(port)


def httptunnel(lab, target):
    middle, port = lab.free_port(), lab.free_port()
    lab.start(["hts", "-w", "-F", f"127.0.0.1:{target}", f"127.0.0.1:{middle}"], middle)
    lab.start(["htc", "-w", "-F", port, f"127.0.0.1:{middle}"], port)
    return Entry(port)


def kcptun(lab, target):
    middle, port = lab.free_port(), lab.free_port()
    lab.start(["kcptun-server", "-l", f"127.0.0.1:{middle}", "-t", f"127.0.0.1:{target}", "--key", SECRET], middle, udp=True)
    lab.start(["kcptun-client", "-r", f"127.0.0.1:{middle}", "-l", f"127.0.0.1:{port}", "--key", SECRET], port)
    return Entry(port)


def shadowsocks(lab, target):
    middle, port = lab.free_port(), lab.free_port()
    common = ["-s", "127.0.0.1", "-p", middle, "-k", SECRET, "-m", "aes-256-gcm"]
    lab.start(["ss-server", *common], middle)
    lab.start(["ss-tunnel", *common, "-b", "127.0.0.1", "-l", port, "-L", f"127.0.0.1:{target}"], port)
    return Entry(port)


def trojan(lab, target):
    middle, port = lab.free_port(), lab.free_port()
    certificate = lab.certificate()
    server = lab.file("server.json", json.dumps({
        "run_type": "server", "local_addr": "127.0.0.1", "local_port": middle, "remote_addr": "127.0.0.1", "remote_port": target,
        "password": [SECRET], "ssl": {"cert": certificate, "key": certificate}}))
    client = lab.file("client.json", json.dumps({
        "run_type": "forward", "local_addr": "127.0.0.1", "local_port": port, "remote_addr": "127.0.0.1", "remote_port": middle,
        "target_addr": "127.0.0.1", "target_port": target, "password": [SECRET],
        "ssl": {"verify": False, "verify_hostname": False}}))
    lab.start(["trojan", "-c", server], middle)
    lab.start(["trojan", "-c", client], port)
    return Entry(port)


def v2ray(lab, target):
    port = lab.free_port()
    configuration = lab.file("v2ray.json", json.dumps({
        "log": {"loglevel": "warning"},
        "inbounds": [{"listen": "127.0.0.1", "port": port, "protocol": "dokodemo-door",
                      "settings": {"address": "127.0.0.1", "port": target, "network": "tcp"}}],
        "outbounds": [{"protocol": "freedom"}]}))
    lab.start(["v2ray", "-config", configuration], port)
    return Entry(port)


def start_stunnel(lab, name, accept, connect, lines):
    configuration = lab.file(f"{name}.conf", f"""
foreground = yes
pid =
syslog = no
[path]
accept = 127.0.0.1:{accept}
connect = 127.0.0.1:{connect}
{lines}
""")
    lab.start(["stunnel4", configuration], accept)


def stunnel_client(lab, connect):
    """Start a stunnel that speaks TLS to a port; return the port on which it speaks plain TCP."""
    port = lab.free_port()
    start_stunnel(lab, "stunnel-client", port, connect, "client = yes")
    return port


def stunnel_pair(lab, target):
    middle = lab.free_port()
    start_stunnel(lab, "stunnel-server", middle, target, f"cert = {lab.certificate()}")
    return Entry(stunnel_client(lab, middle))


def spiped(lab, target):
    middle, port = lab.free_port(), lab.free_port()
    key = lab.file("spiped.key", SECRET)
    for mode, listen, connect in (("-d", middle, target), ("-e", port, middle)):
        lab.start(["spiped", mode, "-F", "-p", lab.directory / f"spiped{mode}.pid", "-s", f"[127.0.0.1]:{listen}",
                   "-t", f"[127.0.0.1]:{connect}", "-k", key], listen)
    return Entry(port)


PATHS = (
    Path("ssh-L", (SSH,), "`-L`", ssh("-L")),
    Path("ssh-R", (SSH,), "`-R`", ssh("-R")),
    Path("dropbear-L", (Package("Dropbear", "dropbear-bin"), SSH), "`dbclient -L`, OpenSSH as the server", dropbear),
    Path("npm-wstunnel", (Package("npm wstunnel", "wstunnel", "npm"),), "`-s` and `-t`", wstunnel),
    Path("httptunnel", (Package("httptunnel", "httptunnel"),), "hts, htc", httptunnel,
         note="One connection at a time. Both ends exit after the backend has refused, so that the next exchange finds nothing."),
    Path("kcptun", (Package("kcptun", "kcptun"),), "client, server", kcptun),
    Path("shadowsocks-libev", (Package("shadowsocks-libev", "shadowsocks-libev"),), "ss-tunnel, ss-server", shadowsocks),
    Path("trojan", (Package("trojan", "trojan"),), "`forward`, server", trojan),
    Path("v2ray-dokodemo", (Package("V2Ray", "v2ray"),), "dokodemo-door, freedom", v2ray,
         note="It does not pass FIN on, and gives up 1.0 s after it."),
    Path("spiped-pair", (Package("spiped", "spiped"),), "`-e` and `-d`", spiped),
    Path("stunnel-pair", (STUNNEL,), "client and server (TLS between)", stunnel_pair,
         note="At times the end of a reply of 10 MB is lost between the two.",
         races=STUNNEL_RACES),
)
