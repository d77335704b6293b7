"""TLS terminators. The prober speaks no TLS, so that stunnel stands before each as its client."""
from ..lab import Entry
from ..path import Package, Path
from .balancers import HAPROXY, NGINX, NGINX_STREAM, start_haproxy, start_nginx
from .forwarders import SOCAT
from .tunnels import STUNNEL, STUNNEL_RACES, stunnel_client

NOTE = "With stunnel as the TLS client before it, which hides refusals and resets, and may itself lose the end of a large reply."


def haproxy(lab, target):
    port = lab.free_port()
    start_haproxy(lab, f"127.0.0.1:{port} ssl crt {lab.certificate()}", f"127.0.0.1:{target}")
    return Entry(stunnel_client(lab, port))


def nginx(server=""):
    def start(lab, target):
        certificate = lab.certificate()
        lines = f"ssl_certificate {certificate}; ssl_certificate_key {certificate}; {server}"
        return Entry(stunnel_client(lab, start_nginx(lab, target, "ssl", lines)))
    return start


def hitch(lab, target):
    port = lab.free_port()
    lab.start(["hitch", "--user=nobody", f"--frontend=[127.0.0.1]:{port}", f"--backend=[127.0.0.1]:{target}", lab.certificate()],
              port)
    return Entry(stunnel_client(lab, port))


def socat(lab, target):
    port = lab.free_port()
    lab.start(["socat", "-t", "60", f"OPENSSL-LISTEN:{port},bind=127.0.0.1,fork,cert={lab.certificate()},verify=0",
               f"TCP:127.0.0.1:{target}"], port)
    return Entry(stunnel_client(lab, port))


def path(name, packages, configuration, start):
    return Path(name, (*packages, STUNNEL), configuration, start, NOTE, adapter=True, races=STUNNEL_RACES)


PATHS = (
    path("tls-haproxy", (HAPROXY,), "`bind … ssl`", haproxy),
    path("tls-nginx", (NGINX, NGINX_STREAM), "`listen … ssl`", nginx()),
    path("tls-nginx-half-close", (NGINX, NGINX_STREAM), "`listen … ssl`, `proxy_half_close on`", nginx("proxy_half_close on;")),
    path("tls-hitch", (Package("hitch", "hitch"),), "default", hitch),
    path("tls-socat", (SOCAT,), "OPENSSL-LISTEN, `-t 60`", socat),
)
