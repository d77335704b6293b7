"""A listening socket whose connections are each served on a thread of their own."""
import socket
import threading


class Acceptor:
    """Accepts on a thread of its own until close(); serve(connection) owns the connection and closes it."""

    def __init__(self, serve, address="127.0.0.1", port=0):
        self.serve = serve
        self.listening = socket.create_server((address, port), backlog=128)
        self.port = self.listening.getsockname()[1]
        self.closed = False
        threading.Thread(target=self.accept, name=f"acceptor {self.port}", daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                if self.closed:
                    return
                continue
            threading.Thread(target=self.serve_one, args=(connection,), daemon=True).start()

    def serve_one(self, connection):
        with connection:
            try:
                self.serve(connection)
            except OSError:
                pass  # The peer is gone; that is the prober's to judge.

    def close(self):
        self.closed = True
        try:
            self.listening.shutdown(socket.SHUT_RDWR)  # Wakes the accept().
        except OSError:
            pass
        self.listening.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
