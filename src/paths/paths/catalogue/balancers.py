"""Load balancers and reverse proxies for TCP."""
from ..lab import Entry
from ..path import Package, Path

HAPROXY = Package("HAProxy", "haproxy")
NGINX = Package("nginx", "nginx")
NGINX_STREAM = Package("stream", "libnginx-mod-stream")
NGINX_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"


def start_haproxy(lab, bind, server, timeouts=""):
    """HAProxy from a port with options to a port with options."""
    configuration = lab.file("haproxy.cfg", f"""
global
  maxconn 200
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  {timeouts}
listen path
  bind {bind}
  server backend {server}
""")
    port = int(bind.split()[0].rpartition(":")[2])
    lab.start(["haproxy", "-db", "-f", configuration], port)
    return port


def haproxy(timeouts=""):
    def start(lab, target):
        return Entry(start_haproxy(lab, f"127.0.0.1:{lab.free_port()}", f"127.0.0.1:{target}", timeouts))
    return start


def start_nginx(lab, target, listen="", server=""):
    """nginx's stream module before a port; listen: options of its listen line; server: lines of its server block."""
    port = lab.free_port()
    configuration = lab.file("nginx.conf", f"""
load_module {NGINX_MODULE};
daemon off;
worker_processes 1;
pid {lab.directory}/nginx.pid;
error_log stderr;
events {{ worker_connections 256; }}
stream {{
  server {{
    listen 127.0.0.1:{port} {listen};
    proxy_pass 127.0.0.1:{target};
    {server}
  }}
}}
""")
    lab.start(["nginx", "-e", "stderr", "-p", lab.directory, "-c", configuration], port)
    return port


def nginx(server=""):
    return lambda lab, target: Entry(start_nginx(lab, target, server=server))


def pen(lab, target):
    port = lab.free_port()
    lab.start(["pen", "-f", "-r", f"127.0.0.1:{port}", f"127.0.0.1:{target}"], port)
    return Entry(port)


PATHS = (
    Path("haproxy", (HAPROXY,), "`mode tcp`, client/server 30 s", haproxy()),
    Path("haproxy-server-fin-1s", (HAPROXY,), "and `timeout client-fin 1s`, `server-fin 1s`",
         haproxy("timeout client-fin 1s\n  timeout server-fin 1s")),
    Path("nginx-default", (NGINX, NGINX_STREAM), "default", nginx()),
    Path("nginx-half-close", (NGINX, NGINX_STREAM), "`proxy_half_close on`", nginx("proxy_half_close on;")),
    Path("pen", (Package("pen", "pen"),), "`-r`", pen,
         note="A race between the client's FIN and the reply: the larger the message, the less of the reply arrives.",
         races=dict.fromkeys(("64-bytes", "late-fin", "64-kilobytes", "1-megabyte", "10-megabytes", "slow-service",
                              "reset-in-reply", "end-in-reply"), frozenset({"OK", "REPLY_LOST", "TRUNCATED"}))),
)
