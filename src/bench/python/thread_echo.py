"""An echo server of blocking sockets with a thread for each connection: thread_echo.py PORT."""
import resource
import socket
import sys
import threading

BACKLOG = 1024
READ_BYTES = 64 * 1024


def echo(connection):
    with connection:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while received := connection.recv(READ_BYTES):
                connection.sendall(received)
        except OSError:
            pass  # the client has gone


hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
with socket.create_server(("", int(sys.argv[1])), backlog=BACKLOG) as server:
    print(f"thread_echo listens on port {sys.argv[1]}", flush=True)
    while True:
        threading.Thread(target=echo, args=(server.accept()[0],), daemon=True).start()
