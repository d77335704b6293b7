"""Programs that forward a port: relays, port forwarders, protocol multiplexers and intercepting proxies."""
from ..lab import Entry
from ..machine import SOURCES
from ..path import Package, Path

PROGRAMS = SOURCES / "programs"
MODULES = SOURCES / "npm" / "node_modules"
SOCAT = Package("socat", "socat")
SSLH = Package("sslh", "sslh")
NODE = Package("Node.js", "nodejs")


def command(*arguments):
    """A path that is one command, in which {port} and {target} are ports and {directory} is the lab's directory."""
    def start(lab, target):
        port = lab.free_port()
        values = {"port": port, "target": target, "directory": lab.directory}
        lab.start([argument.format(**values) for argument in arguments], port)
        return Entry(port)
    return start


def rinetd(lab, target):
    port = lab.free_port()
    configuration = lab.file("rinetd.conf", f"127.0.0.1 {port} 127.0.0.1 {target}\n")
    lab.start(["rinetd", "-f", "-c", configuration], port)
    return Entry(port)


def sslh(program):
    return command(program, "-f", "-n", "-u", "nobody", "-P", "{directory}/sslh.pid", "-p", "127.0.0.1:{port}",
                   "--anyprot", "127.0.0.1:{target}")


def docker_proxy(lab, target):
    port = lab.free_port()
    # It tells its parent on descriptor 3 that it has begun.
    lab.start(["sh", "-c", 'exec "$@" 3>/dev/null', "sh", SOURCES / "tools" / "bin" / "docker-proxy", "-proto", "tcp",
               "-host-ip", "127.0.0.1", "-host-port", port, "-container-ip", "127.0.0.1", "-container-port", target], port)
    return Entry(port)


PATHS = (
    Path("socat", (SOCAT,), "TCP-LISTEN,fork to TCP (`-t 0.5` is the default)",
         command("socat", "TCP-LISTEN:{port},bind=127.0.0.1,fork,backlog=64", "TCP:127.0.0.1:{target}")),
    Path("socat-t60", (SOCAT,), "`-t 60`",
         command("socat", "-t", "60", "TCP-LISTEN:{port},bind=127.0.0.1,fork,backlog=64", "TCP:127.0.0.1:{target}")),
    Path("stone", (Package("stone", "stone"),), "default", command("stone", "127.0.0.1:{target}", "127.0.0.1:{port}")),
    Path("docker-proxy", (Package("docker-proxy of docker.io", "docker.io", "unpacked"),), "as Docker starts it", docker_proxy),
    Path("redir", (Package("redir", "redir"),), "default", command("redir", "-n", "127.0.0.1:{port}", "127.0.0.1:{target}")),
    Path("rinetd", (Package("rinetd", "rinetd"),), "default", rinetd),
    Path("sslh-fork", (SSLH,), "`sslh --anyprot`", sslh("sslh")),
    Path("sslh-select", (SSLH,), "`sslh-select --anyprot`", sslh("sslh-select")),
    Path("6tunnel", (Package("6tunnel", "6tunnel"),), "`-4`",
         command("6tunnel", "-4", "-d", "-l", "127.0.0.1", "{port}", "127.0.0.1", "{target}")),
    Path("simpleproxy", (Package("simpleproxy", "simpleproxy"),), "default",
         command("simpleproxy", "-L", "127.0.0.1:{port}", "-R", "127.0.0.1:{target}")),
    Path("netsed", (Package("netsed", "netsed"),), "a rule that matches nothing",
         command("netsed", "tcp", "{port}", "127.0.0.1", "{target}", "s/a-text-that-never-comes/another-of-its-size-/")),
    Path("sslsplit-tcp", (Package("SSLsplit", "sslsplit"),), "`tcp` with a fixed destination",
         command("sslsplit", "tcp", "127.0.0.1", "{port}", "127.0.0.1", "{target}")),
    Path("mitmproxy-tcp", (Package("mitmproxy", "mitmproxy"),), "reverse, `--tcp-hosts .`",
         command("mitmdump", "--mode", "reverse:http://127.0.0.1:{target}", "--tcp-hosts", ".", "--listen-host", "127.0.0.1",
                 "--listen-port", "{port}", "--set", "confdir={directory}", "--set", "flow_detail=0"),
         note="The reply comes whole, the server's FIN never; also with `line`."),
    Path("twisted-portforward", (Package("Twisted", "python3-twisted"),), "`portforward.ProxyFactory`",
         command("/usr/bin/python3", str(PROGRAMS / "twisted_portforward.py"), "{port}", "{target}")),
    Path("node-pipe", (NODE,), "`a.pipe(b).pipe(a)`, default sockets",
         command("node", str(PROGRAMS / "pipe.js"), "{port}", "{target}")),
    Path("npm-node-tcp-proxy", (Package("npm node-tcp-proxy", "node-tcp-proxy", "npm"),), "default",
         command("node", str(MODULES / "node-tcp-proxy" / "tcp-proxy-cli.js"), "--proxyPort", "{port}", "--hostname",
                 "127.0.0.1", "--serviceHost", "127.0.0.1", "--servicePort", "{target}", "--q")),
)
