"""Proxies that the prober asks for a connection, by SOCKS5 or by HTTP CONNECT."""
import os

from ..lab import Entry
from ..path import Package, Path
from .forwarders import PROGRAMS
from .tunnels import SSH, start_sshd

SOCKS = "socks5"
CONNECT = "http"


def entry(protocol, port, target):
    return Entry(target, options=("--via", f"{protocol}://127.0.0.1:{port}"))


def ssh(lab, target):
    _, options = start_sshd(lab)
    port = lab.free_port()
    lab.start(["ssh", "-N", *options, "-D", f"127.0.0.1:{port}", "localhost"], port)
    return entry(SOCKS, port, target)


def dante(lab, target):
    port = lab.free_port()
    configuration = lab.file("danted.conf", f"""
logoutput: stderr
internal: 127.0.0.1 port = {port}
external: 127.0.0.1
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
""")
    lab.start(["danted", "-f", configuration, "-p", lab.directory / "danted.pid"], port)
    return entry(SOCKS, port, target)


def microsocks(lab, target):
    port = lab.free_port()
    lab.start(["microsocks", "-i", "127.0.0.1", "-p", port], port)
    return entry(SOCKS, port, target)


def squid(lab, target):
    port = lab.free_port()
    configuration = lab.file("squid.conf", f"""
http_port 127.0.0.1:{port}
http_access allow all
cache deny all
access_log none
cache_log {lab.directory}/squid.log
cache_store_log none
netdb_filename none
pid_filename none
coredump_dir {lab.directory}
pinger_enable off
shutdown_lifetime 0 seconds
visible_hostname localhost
""")
    lab.start(["squid", "-N", "-f", configuration], port)
    return entry(CONNECT, port, target)


def tinyproxy(lab, target):
    port = lab.free_port()
    configuration = lab.file("tinyproxy.conf", f"Port {port}\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\n")
    lab.start(["tinyproxy", "-d", "-c", configuration], port)
    return entry(CONNECT, port, target)


def privoxy(lab, target):
    port = lab.free_port()
    configuration = lab.file("privoxy.conf", f"listen-address 127.0.0.1:{port}\n")
    lab.start(["privoxy", "--no-daemon", configuration], port)
    return entry(CONNECT, port, target)


def apache(lab, target):
    port = lab.free_port()
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                        for name in ("mpm_event", "authz_core", "proxy", "proxy_connect"))
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    configuration = lab.file("apache.conf", f"""
ServerRoot {lab.directory}
ServerName localhost
PidFile {lab.directory}/apache.pid
DefaultRuntimeDir {lab.directory}
ErrorLog /dev/stderr
Listen 127.0.0.1:{port}
{modules}
{user}
ProxyRequests On
AllowCONNECT 1-65535
<Proxy *>
  Require all granted
</Proxy>
""")
    lab.start(["apache2", "-DFOREGROUND", "-f", configuration], port)
    return entry(CONNECT, port, target)


def proxy_chain(lab, target):
    port = lab.free_port()
    lab.start(["node", PROGRAMS / "proxy_chain.mjs", port], port)
    return entry(CONNECT, port, target)


PATHS = (
    Path("ssh-D", (SSH,), "`-D` (SOCKS5)", ssh),
    Path("dante", (Package("Dante", "dante-server"),), "SOCKS5", dante),
    Path("microsocks", (Package("microsocks", "microsocks"),), "SOCKS5", microsocks),
    Path("squid-connect", (Package("Squid", "squid"),), "CONNECT", squid),
    Path("tinyproxy-connect", (Package("tinyproxy", "tinyproxy-bin"),), "CONNECT", tinyproxy),
    Path("privoxy-connect", (Package("Privoxy", "privoxy"),), "CONNECT", privoxy),
    Path("apache-connect", (Package("Apache httpd", "apache2-bin"),), "mod_proxy_connect", apache),
    Path("npm-proxy-chain", (Package("npm proxy-chain", "proxy-chain", "npm"),), "CONNECT", proxy_chain),
)
