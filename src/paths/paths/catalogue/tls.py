"""TLS: terminators before the server, proxies that encrypt to the server, and proxies that only pass records on."""
from ..backends import TLS
from ..lab import Entry
from ..path import Package, Path
from .balancers import HAPROXY, NGINX, NGINX_STREAM, haproxy, nginx, start_haproxy, start_nginx
from .forwarders import SOCAT
from .tunnels import STUNNEL, STUNNEL_RACES, start_stunnel, stunnel_client

NGINX_PACKAGES = (NGINX, NGINX_STREAM)
# The certificates are of this run: whether they are trusted is not what is measured.
OPTIONS = ("--tls", "--insecure")
NO_CLOSE_NOTIFY = ("nginx ends TLS by FIN alone: a client cannot know whether the reply is whole. With `--accept-truncation` the "
                   "verdict is OK.")
THROUGH_RACE = ("nginx ends both directions at the FIN behind our close_notify: a race with the reply. With `line` the reply is "
                "whole, and FIN comes before the server's close_notify.")
TRUNCATED = ("nginx ends TLS to the server by FIN alone, which the listener takes for a cut stream. With "
             "`tls.close-notify: optional` the verdict is OK.")


def terminating_haproxy(lab, target):
    port = lab.free_port()
    start_haproxy(lab, f"127.0.0.1:{port} ssl crt {lab.certificate()}", f"127.0.0.1:{target}")
    return Entry(port, options=OPTIONS)


def terminating_nginx(server=""):
    def start(lab, target):
        certificate = lab.certificate()
        lines = f"ssl_certificate {certificate}; ssl_certificate_key {certificate}; ssl_protocols TLSv1.2 TLSv1.3; {server}"
        return Entry(start_nginx(lab, target, "ssl", lines), options=OPTIONS)
    return start


def hitch(lab, target):
    port = lab.free_port()
    lab.start(["hitch", "--user=nobody", f"--frontend=[127.0.0.1]:{port}", f"--backend=[127.0.0.1]:{target}", lab.certificate()],
              port)
    return Entry(port, options=OPTIONS)


def terminating_stunnel(lab, target):
    port = lab.free_port()
    start_stunnel(lab, "stunnel-server", port, target, f"cert = {lab.certificate()}")
    return Entry(port, options=OPTIONS)


def terminating_socat(lab, target):
    port = lab.free_port()
    lab.start(["socat", "-t", "60", f"OPENSSL-LISTEN:{port},bind=127.0.0.1,fork,cert={lab.certificate()},verify=0",
               f"TCP:127.0.0.1:{target}"], port)
    return Entry(port, options=OPTIONS)


def encrypting_haproxy(lab, target):
    return Entry(start_haproxy(lab, f"127.0.0.1:{lab.free_port()}", f"127.0.0.1:{target} ssl verify none"))


def encrypting_stunnel(lab, target):
    return Entry(stunnel_client(lab, target))


def passing_on(start):
    """A path that knows nothing of the TLS that goes through it."""
    def start_and_speak_tls(lab, target):
        return Entry(start(lab, target).port, options=OPTIONS)
    return start_and_speak_tls


PATHS = (
    Path("tls-haproxy", (HAPROXY,), "`bind … ssl`", terminating_haproxy),
    Path("tls-nginx", NGINX_PACKAGES, "`listen … ssl`", terminating_nginx()),
    Path("tls-nginx-half-close", NGINX_PACKAGES, "`listen … ssl`, `proxy_half_close on`",
         terminating_nginx("proxy_half_close on;"), NO_CLOSE_NOTIFY),
    Path("tls-hitch", (Package("hitch", "hitch"),), "default", hitch),
    Path("tls-stunnel", (STUNNEL,), "server", terminating_stunnel, races=STUNNEL_RACES),
    Path("tls-socat", (SOCAT,), "OPENSSL-LISTEN, `-t 60`", terminating_socat),
    Path("to-tls-haproxy", (HAPROXY,), "`server … ssl`, listener with TLS", encrypting_haproxy, backend=TLS),
    Path("to-tls-nginx", NGINX_PACKAGES, "`proxy_ssl on`, `proxy_ssl_protocols TLSv1.3`, `proxy_half_close on`, listener with TLS",
         nginx("proxy_ssl on; proxy_ssl_protocols TLSv1.3; proxy_half_close on;"), TRUNCATED, backend=TLS),
    Path("to-tls-stunnel", (STUNNEL,), "client, listener with TLS", encrypting_stunnel, backend=TLS, races=STUNNEL_RACES),
    Path("through-haproxy", (HAPROXY,), "`mode tcp`, TLS from end to end", passing_on(haproxy()), backend=TLS),
    Path("through-nginx", NGINX_PACKAGES, "default, TLS from end to end", passing_on(nginx()), THROUGH_RACE, backend=TLS,
         races={**dict.fromkeys(("64-bytes", "late-fin", "64-kilobytes", "1-megabyte"),
                                frozenset({"OK", "REPLY_LOST", "TRUNCATED"})),
                **dict.fromkeys(("line-64-bytes", "line-1-megabyte"), frozenset({"OK", "NO_CLOSE_NOTIFY"}))}),
)
