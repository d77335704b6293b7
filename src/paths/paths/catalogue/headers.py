"""Proxies that add a PROXY protocol header for the server, and proxies that want one of their client."""
from ..backends import PROXY_HEADER
from ..lab import Entry
from ..path import Path
from .balancers import HAPROXY, NGINX, NGINX_STREAM, nginx, start_haproxy, start_nginx

NGINX_PACKAGES = (NGINX, NGINX_STREAM)


def sending_haproxy(option):
    def start(lab, target):
        return Entry(start_haproxy(lab, f"127.0.0.1:{lab.free_port()}", f"127.0.0.1:{target} {option}"))
    return start


def accepting_haproxy(lab, target):
    port = start_haproxy(lab, f"127.0.0.1:{lab.free_port()} accept-proxy", f"127.0.0.1:{target}")
    return Entry(port, options=("--proxy", "v2"))


def accepting_nginx(lab, target):
    return Entry(start_nginx(lab, target, "proxy_protocol", "proxy_half_close on;"), options=("--proxy", "v1"))


PATHS = (
    Path("haproxy-send-proxy", (HAPROXY,), "`send-proxy`, listener that requires it", sending_haproxy("send-proxy"),
         backend=PROXY_HEADER),
    Path("haproxy-send-proxy-v2", (HAPROXY,), "`send-proxy-v2`, listener that requires it", sending_haproxy("send-proxy-v2"),
         backend=PROXY_HEADER),
    Path("nginx-proxy-protocol", NGINX_PACKAGES, "`proxy_protocol on`, `proxy_half_close on`, listener that requires it",
         nginx("proxy_protocol on; proxy_half_close on;"), backend=PROXY_HEADER),
    Path("haproxy-accept-proxy", (HAPROXY,), "`accept-proxy`, `probe --proxy v2`", accepting_haproxy),
    Path("nginx-listen-proxy", NGINX_PACKAGES, "`listen … proxy_protocol`, `proxy_half_close on`, `probe --proxy v1`",
         accepting_nginx),
)
