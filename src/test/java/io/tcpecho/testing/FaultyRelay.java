package io.tcpecho.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A relay on a free port of 127.0.0.1 that passes bytes and half-closes on as a good
 * proxy does, but for one fault.
 */
public final class FaultyRelay implements AutoCloseable {

	/** So long a connection may be idle, with {@link Fault#IDLE_LIMIT}. */
	public static final int IDLE_LIMIT_IN_MILLIS = 2_000;

	private static final int CHUNK_IN_BYTES = 8_192;

	private final ScriptedServer server;

	private final Fault fault;

	private final int target;

	private FaultyRelay(Fault fault, int target) {
		this.fault = fault;
		this.target = target;
		this.server = ScriptedServer.running(this::serve);
	}

	/** Start a relay to a port of 127.0.0.1. */
	public static FaultyRelay with(Fault fault, int target) {
		return new FaultyRelay(fault, target);
	}

	/** Return its port. */
	public int port() {
		return this.server.port();
	}

	private void serve(Socket client) throws IOException {
		if (this.fault == Fault.CLOSES_AT_ONCE) {
			client.close();
			return;
		}
		try (Socket backend = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			if (this.fault == Fault.PROXY_HEADER) {
				backend.getOutputStream()
					.write(("PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getPort() + " " + port() + "\r\n")
						.getBytes(StandardCharsets.US_ASCII));
			}
			if (this.fault == Fault.IDLE_LIMIT) {
				client.setSoTimeout(IDLE_LIMIT_IN_MILLIS);
			}
			Thread up = new Thread(() -> pass(client, backend), "faulty-relay");
			up.setDaemon(true);
			up.start();
			back(backend, client);
		}
	}

	/** Pass on what the client sends. */
	private void pass(Socket client, Socket backend) {
		try {
			copy(client, backend);
			backend.shutdownOutput();
		}
		catch (SocketTimeoutException ex) {
			reset(client);
		}
		catch (IOException ex) {
			reset(backend);
		}
	}

	/** Pass on what the backend sends. */
	private void back(Socket backend, Socket client) throws IOException {
		try {
			copy(backend, client);
		}
		catch (IOException ex) {
			if (this.fault == Fault.RESET_BECOMES_FIN) {
				client.shutdownOutput();
				client.close();
				return;
			}
			reset(client);
			return;
		}
		if (!client.isClosed()) {
			client.shutdownOutput();
		}
	}

	private void copy(Socket from, Socket to) throws IOException {
		byte[] chunk = new byte[CHUNK_IN_BYTES];
		int count = from.getInputStream().read(chunk);
		while (count >= 0) {
			if (this.fault == Fault.SLOW) {
				Waits.pause(20);
			}
			to.getOutputStream().write(chunk, 0, count);
			count = from.getInputStream().read(chunk);
		}
	}

	private static void reset(Socket socket) {
		try {
			if (!socket.isClosed()) {
				ScriptedServer.reset(socket);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.server.close();
	}

	/** What a relay does wrong. */
	public enum Fault {

		/** Nothing. */
		NONE,

		/** It accepts and closes, as if its backend refused. */
		CLOSES_AT_ONCE,

		/** It sends a PROXY header that the backend does not expect. */
		PROXY_HEADER,

		/** It makes FIN of the backend's RST. */
		RESET_BECOMES_FIN,

		/** It resets a client that sends nothing for 2 s. */
		IDLE_LIMIT,

		/** It passes on at most 8 KB in 20 ms, each way. */
		SLOW

	}

}
