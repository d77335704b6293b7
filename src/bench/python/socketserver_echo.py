"""An echo server with a thread for each connection: socketserver_echo.py PORT eof|line."""
import resource
import socketserver
import sys


class Message(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.read())


class Lines(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        """Say nothing of clients that reset."""


hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
port, framing = int(sys.argv[1]), sys.argv[2]
with Server(("", port), {"eof": Message, "line": Lines}[framing]) as server:
    print(f"socketserver_echo listens on port {port}", flush=True)
    server.serve_forever()
