"""An echo server of one thread that asks each non-blocking socket in turn, and never sleeps: polling_echo.py PORT."""
import resource
import socket
import sys

BACKLOG = 1024
READ_BYTES = 64 * 1024


def serve(port):
    server = socket.create_server(("", port), backlog=BACKLOG)
    server.setblocking(False)
    print(f"polling_echo listens on port {port}", flush=True)
    unsent = {}
    while True:
        try:
            connection, _ = server.accept()
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            unsent[connection] = b""
        except BlockingIOError:
            pass
        for connection in list(unsent):
            try:
                if not step(connection, unsent):
                    del unsent[connection]
                    connection.close()
            except BlockingIOError:
                pass
            except OSError:
                del unsent[connection]
                connection.close()


def step(connection, unsent):
    """Sends what waits, else reads and sends; False at the client's FIN."""
    if not unsent[connection]:
        unsent[connection] = connection.recv(READ_BYTES)
        if not unsent[connection]:
            return False
    sent_bytes = connection.send(unsent[connection])
    unsent[connection] = unsent[connection][sent_bytes:]
    return True


hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
serve(int(sys.argv[1]))
