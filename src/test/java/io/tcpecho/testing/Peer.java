package io.tcpecho.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A TCP client that does on the wire just what a test says, over a plain blocking socket.
 * Every wait is bounded by 20 seconds.
 */
public final class Peer implements AutoCloseable {

	private static final int PATIENCE_IN_MILLIS = 20_000;

	private static final String LOOPBACK = "127.0.0.1";

	private final Socket socket;

	/** Whether something else than reading found the connection reset. */
	private boolean resetSeen;

	private Peer(Socket socket) {
		this.socket = socket;
	}

	/** Connect to a server on this machine, with TCP_NODELAY. */
	public static Peer connect(int port) {
		return connect(port, 0);
	}

	/**
	 * Connect with a small receive buffer, so that the server cannot write far ahead.
	 * @param receiveBufferSize in bytes, 0 for the system's default
	 */
	public static Peer connect(int port, int receiveBufferSize) {
		return connect(null, LOOPBACK, port, receiveBufferSize);
	}

	/**
	 * Connect to a server elsewhere, with a receive buffer of this size or the default.
	 */
	public static Peer connectTo(String host, int port, int receiveBufferSize) {
		return connect(null, host, port, receiveBufferSize);
	}

	/**
	 * Connect from an address of this machine.
	 * @param from of 127.0.0.0/8
	 */
	public static Peer connectFrom(String from, int port) {
		return connect(from, LOOPBACK, port, 0);
	}

	private static Peer connect(@Nullable String from, String host, int port, int receiveBufferSize) {
		Socket socket = new Socket();
		try {
			if (from != null) {
				socket.bind(new InetSocketAddress(from, 0));
			}
			if (receiveBufferSize > 0) {
				socket.setReceiveBufferSize(receiveBufferSize);
			}
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(PATIENCE_IN_MILLIS);
			socket.connect(new InetSocketAddress(host, port), PATIENCE_IN_MILLIS);
			return new Peer(socket);
		}
		catch (IOException ex) {
			Peer peer = new Peer(socket);
			peer.close();
			if (ex.getClass() == SocketException.class) {
				// Connected, and reset before we could look: what else happens on the way
				// to a host that is there has a class of its own.
				peer.resetSeen = true;
				return peer;
			}
			throw new UncheckedIOException("Cannot connect to port " + port, ex);
		}
	}

	/** Send a message, half-close, and read what comes until the end. */
	public static Reply exchange(int port, byte[] message) {
		try (Peer peer = connect(port)) {
			return peer.send(message).halfClose().readToEnd();
		}
	}

	/**
	 * Send bytes.
	 * @throws UncheckedIOException if the server has reset the connection
	 */
	public Peer send(byte[] bytes) {
		return run(() -> this.socket.getOutputStream().write(bytes));
	}

	/** Send part of an array. */
	public Peer send(byte[] bytes, int offset, int length) {
		return run(() -> this.socket.getOutputStream().write(bytes, offset, length));
	}

	/**
	 * Send bytes one by one, each a segment of its own.
	 * @param pauseInMillis after each byte; 0 for none
	 */
	public Peer drip(byte[] bytes, int pauseInMillis) {
		for (int i = 0; i < bytes.length; i++) {
			send(bytes, i, 1);
			if (pauseInMillis > 0) {
				pause(pauseInMillis);
			}
		}
		return this;
	}

	/** Send text in US-ASCII. */
	public Peer send(String text) {
		return send(text.getBytes(StandardCharsets.US_ASCII));
	}

	/**
	 * Send bytes, and do not mind if the server resets the connection meanwhile. Of a
	 * reset the kernel tells one call only, this one or a read: if another thread sends,
	 * wait for it before reading, or the reset looks like FIN.
	 */
	public Peer trySend(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
		}
		catch (IOException ex) {
			this.resetSeen = true;
		}
		return this;
	}

	/** Send one byte as urgent data. */
	public Peer sendUrgent(int value) {
		return run(() -> this.socket.sendUrgentData(value));
	}

	/**
	 * Return whether connecting or a {@link #trySend} has found that the server reset.
	 */
	public boolean hasSeenReset() {
		return this.resetSeen;
	}

	/** Send FIN and go on reading. */
	public Peer halfClose() {
		return run(this.socket::shutdownOutput);
	}

	/** Send FIN, unless the server has reset the connection. */
	public Peer tryHalfClose() {
		try {
			this.socket.shutdownOutput();
		}
		catch (IOException ex) {
			this.resetSeen = true;
		}
		return this;
	}

	/** Send FIN, unless the server has reset the connection, and read until the end. */
	public Reply readAfterHalfClose() {
		return tryHalfClose().readToEnd();
	}

	/** Send RST. */
	public void reset() {
		if (this.socket.isClosed()) {
			return;
		}
		run(() -> {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		});
	}

	/** Read a number of bytes, fewer only if the server ends the connection before. */
	public byte[] read(int count) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		receive(count, (block, length) -> bytes.write(block, 0, length));
		return bytes.toByteArray();
	}

	/** Read until the server ends the connection, or 20 seconds long. */
	public Reply readToEnd() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		End end = receive(Integer.MAX_VALUE, (block, length) -> bytes.write(block, 0, length));
		return new Reply(bytes.toByteArray(), end);
	}

	/** Read until the server ends the connection, and compare with what is expected. */
	public End readEcho(byte[] expected) {
		ByteBuffer rest = ByteBuffer.wrap(expected);
		End end = receive(Integer.MAX_VALUE, (block, length) -> {
			int from = rest.position();
			if (!Arrays.equals(block, 0, length, expected, from, Math.min(from + length, expected.length))) {
				throw new AssertionError("Bytes " + from + " to " + (from + length) + " of the reply are others");
			}
			rest.position(from + length);
		});
		if (end == End.FIN && rest.hasRemaining()) {
			throw new AssertionError("FIN after " + rest.position() + " of " + expected.length + " bytes");
		}
		return end;
	}

	/** Do nothing for a while, as a slow client does. */
	public Peer pause(int millis) {
		Waits.pause(millis);
		return this;
	}

	/** Return whether nothing arrives for a while. */
	public boolean isSilentFor(int millis) {
		try {
			this.socket.setSoTimeout(millis);
			return this.socket.getInputStream().read() == Integer.MIN_VALUE;
		}
		catch (SocketTimeoutException ex) {
			return true;
		}
		catch (IOException ex) {
			return false;
		}
		finally {
			run(() -> this.socket.setSoTimeout(PATIENCE_IN_MILLIS));
		}
	}

	/** Pass on up to so many bytes; without an end, too, once they have come. */
	private End receive(int most, Chunks chunks) {
		byte[] block = new byte[Math.min(most, 64 * 1024)];
		int left = most;
		try {
			while (left > 0) {
				int length = this.socket.getInputStream().read(block, 0, Math.min(block.length, left));
				if (length < 0) {
					return this.resetSeen ? End.RST : End.FIN;
				}
				chunks.next(block, length);
				left -= length;
			}
			return End.NONE;
		}
		catch (SocketTimeoutException ex) {
			return End.NONE;
		}
		catch (SocketException ex) {
			return End.RST;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Peer run(Action action) {
		try {
			action.run();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Close the socket: FIN, or RST if bytes have arrived that were not read. */
	@Override
	public void close() {
		run(this.socket::close);
	}

	/** How the server ended a connection. */
	public enum End {

		/** It half-closed. */
		FIN,

		/** It reset. */
		RST,

		/** It did neither, for 20 seconds. */
		NONE

	}

	/**
	 * What a client saw.
	 *
	 * @param bytes the bytes that arrived
	 * @param end how the server ended the connection
	 */
	public record Reply(byte[] bytes, End end) {

		/** Return the bytes as text in US-ASCII. */
		public String text() {
			return new String(this.bytes, StandardCharsets.US_ASCII);
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Reply reply && this.end == reply.end && Arrays.equals(this.bytes, reply.bytes);
		}

		@Override
		public int hashCode() {
			return Arrays.hashCode(this.bytes);
		}

		@Override
		public String toString() {
			return this.bytes.length + " bytes, then " + this.end;
		}

	}

	private interface Chunks {

		void next(byte[] block, int length);

	}

	private interface Action {

		void run() throws IOException;

	}

}
