package io.tcpecho.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on a free port of 127.0.0.1 that does with each connection just what a test
 * says, over plain blocking sockets, each on a thread of its own. A connection stays open
 * after its script until the server is closed, unless the script closes it.
 */
public final class ScriptedServer implements AutoCloseable {

	private final ServerSocket server;

	private final Script script;

	private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();

	private final AtomicInteger count = new AtomicInteger();

	private ScriptedServer(Script script) throws IOException {
		this.server = new ServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"));
		this.script = script;
	}

	/** Start a server. */
	public static ScriptedServer running(Script script) {
		try {
			ScriptedServer started = new ScriptedServer(script);
			daemon("scripted-server", started::accept);
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Return its port. */
	public int port() {
		return this.server.getLocalPort();
	}

	/** Return how many connections it has accepted. */
	public int accepted() {
		return this.count.get();
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.server.accept();
				this.count.incrementAndGet();
				this.accepted.add(socket);
				daemon("scripted-connection", () -> run(socket));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void run(Socket socket) {
		try {
			this.script.run(socket);
		}
		catch (IOException ex) {
			// The client has ended it, as scripts may provoke.
		}
	}

	private static void daemon(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	/** Send RST. */
	public static void reset(Socket socket) throws IOException {
		socket.setSoLinger(true, 0);
		socket.close();
	}

	/** Close the port and every connection. */
	@Override
	public void close() {
		try {
			this.server.close();
			for (Socket socket : this.accepted) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What the server does with a connection. */
	@FunctionalInterface
	public interface Script {

		void run(Socket socket) throws IOException;

	}

}
