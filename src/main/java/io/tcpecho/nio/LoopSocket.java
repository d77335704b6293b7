package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

import org.jspecify.annotations.Nullable;

/**
 * A non-blocking socket on an event loop, with the output that it has still to take. A
 * connection has one, and gives it its meaning.
 *
 * <p>
 * It runs on its loop's thread. Any thread may ask for the counters and the addresses.
 *
 * <p>
 * SO_LINGER is 0 from the first moment, so whatever closes the socket, a killed process
 * included, resets the connection; only {@link #disarmReset()} lets a close send FIN.
 *
 * <p>
 * Bytes enter and leave by {@link #receive} and {@link #transmit} only, {@link #interest}
 * is the one place that selects events, and {@link #isWritten()} the one that tells
 * whether all output is gone: what is put between a connection and its channel has its
 * place in these four.
 */
final class LoopSocket {

	private static final int NOT_SWEPT = -1;

	private static final int SMALL_SLICE_IN_BYTES = 64 * 1024;

	private final EventLoop loop;

	private final SocketChannel channel;

	private final InetSocketAddress peer;

	private final User user;

	private final OutputQueue output = new OutputQueue();

	private final long openedAt;

	private @Nullable SelectionKey key;

	private int interest;

	/** The place among the members that the loop sweeps. */
	private int index = NOT_SWEPT;

	/** How much the next write offers to the socket. */
	private int slice = SMALL_SLICE_IN_BYTES;

	/** This and the fields below are written by the loop only. */
	private volatile boolean closed;

	private volatile long bytesIn;

	private volatile long bytesOut;

	private volatile long lastActiveAt;

	/**
	 * Take over a socket, on the loop's thread.
	 * @param channel non-blocking, and {@link #armReset armed}
	 */
	LoopSocket(EventLoop loop, SocketChannel channel, InetSocketAddress peer, User user) {
		this.loop = loop;
		this.channel = channel;
		this.peer = peer;
		this.user = user;
		this.openedAt = loop.refreshNow();
		this.lastActiveAt = this.openedAt;
	}

	/** Let whatever closes a socket from now on reset its connection. */
	static void armReset(SocketChannel channel) throws IOException {
		channel.setOption(StandardSocketOptions.SO_LINGER, 0);
	}

	/** Begin to sweep the connection's deadlines. */
	void join() {
		this.loop.join(this.user);
	}

	/** Let the connection take a turn outside the loop's own calls. */
	void continueTurn() {
		try {
			this.user.turn();
		}
		catch (Throwable ex) {
			Fatal.exitIfOutOfMemory(ex);
			this.user.failed(ex);
		}
	}

	/** Wait for these events, and register with the selector first if need be. */
	void interest(int ops) throws IOException {
		if (ops != this.interest) {
			if (this.key == null) {
				this.key = this.loop.register(this.channel, ops, this.user);
			}
			else {
				this.key.interestOps(ops);
			}
			this.interest = ops;
		}
	}

	// Bytes

	/**
	 * Read what the peer has sent, as much as the buffer takes.
	 * @return the number of bytes, -1 after the peer's last byte
	 */
	int receive(ByteBuffer in) throws IOException {
		int count = this.channel.read(in);
		if (count > 0) {
			this.bytesIn += count;
			this.lastActiveAt = this.loop.now();
		}
		return count;
	}

	/**
	 * Write the next slice of the output.
	 * @return the number of bytes of the output that were taken
	 */
	int transmit() throws IOException {
		ByteBuffer slice = this.loop.buffer().limit(this.slice);
		this.output.fill(slice);
		int count = this.channel.write(slice.flip());
		// A slow reader's socket takes little at a time: the rest is copied in vain.
		this.slice = slice.hasRemaining() ? SMALL_SLICE_IN_BYTES : EventLoop.BUFFER_SIZE_IN_BYTES;
		if (count > 0) {
			this.output.advance(count);
			this.bytesOut += count;
			this.lastActiveAt = this.loop.now();
		}
		return count;
	}

	/** Return whether the socket has taken all output. */
	boolean isWritten() {
		return this.output.isEmpty();
	}

	// The end

	/** Let a close send FIN. */
	void disarmReset() {
		try {
			this.channel.setOption(StandardSocketOptions.SO_LINGER, -1);
		}
		catch (IOException ex) {
			// The peer has reset the connection already.
		}
	}

	/**
	 * Close the socket: with RST, unless that is disarmed.
	 * @return whether it was open
	 */
	boolean close() {
		if (this.closed) {
			return false;
		}
		this.closed = true;
		if (this.index != NOT_SWEPT) {
			this.loop.leave(this.user);
		}
		this.output.clear();
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// The descriptor is released all the same.
		}
		return true;
	}

	// What it is and has

	boolean isOpen() {
		return !this.closed;
	}

	SocketChannel channel() {
		return this.channel;
	}

	OutputQueue output() {
		return this.output;
	}

	InetSocketAddress peer() {
		return this.peer;
	}

	/** Return the address of this side, null once it is closed. */
	@Nullable InetSocketAddress localAddress() {
		try {
			// The socket's own getter would ask the system again.
			return (InetSocketAddress) this.channel.getLocalAddress();
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** Return the bytes read so far, framing included. */
	long bytesIn() {
		return this.bytesIn;
	}

	/** Return the bytes that the socket took so far, framing included. */
	long bytesOut() {
		return this.bytesOut;
	}

	/** Return the {@link System#nanoTime()} at which it was opened. */
	long openedAt() {
		return this.openedAt;
	}

	/** Return the {@link System#nanoTime()} of the last byte in either direction. */
	long lastActiveAt() {
		return this.lastActiveAt;
	}

	int index() {
		return this.index;
	}

	void index(int index) {
		this.index = index;
	}

	/** The connection that a socket belongs to. Called on the loop's thread. */
	interface User extends EventLoop.Member {

		/** Do what can be done now. */
		void turn() throws IOException;

	}

}
