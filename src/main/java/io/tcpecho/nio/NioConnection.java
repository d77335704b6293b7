package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;

import javax.net.ssl.SSLSession;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.integration.ip.tcp.connection.SocketInfo;
import org.springframework.integration.ip.tcp.connection.TcpConnectionSupport;

/**
 * A non-blocking socket on an event loop, with the bytes that it has still to take. What
 * it is for is told by its subclass: {@link NioServerConnection} serves messages.
 *
 * <p>
 * It runs on its loop's thread. Any thread may call {@code send}, {@code close}, what
 * Spring Integration asks, and the counters.
 *
 * <p>
 * SO_LINGER is 0 from the first moment, so whatever closes the socket, a killed process
 * included, resets the connection; only {@link #disarmReset()} lets a close send FIN.
 */
public abstract class NioConnection extends TcpConnectionSupport implements EventLoop.Swept {

	private static final int NOT_SWEPT = -1;

	private static final int SMALL_SLICE_IN_BYTES = 64 * 1024;

	private final EventLoop loop;

	private final SocketChannel channel;

	/** What bytes pass through on their way from and to the socket. */
	private final ByteChannel bytes;

	private final InetSocketAddress peer;

	private final String id;

	private final String factoryName;

	private final OutputQueue output = new OutputQueue();

	private final long openedAt;

	private @Nullable SelectionKey key;

	private int interest;

	private int index = NOT_SWEPT;

	private volatile boolean closed;

	/** How much the next write offers to the socket. */
	private int slice = SMALL_SLICE_IN_BYTES;

	private volatile long bytesIn;

	private volatile long bytesOut;

	private volatile long lastActiveAt;

	NioConnection(EventLoop loop, SocketChannel channel, InetSocketAddress peer, String id, String factoryName,
			@Nullable ApplicationEventPublisher publisher) {
		super(publisher);
		this.loop = loop;
		this.channel = channel;
		this.bytes = channel;
		this.peer = peer;
		this.id = id;
		this.factoryName = factoryName;
		this.openedAt = loop.refreshNow();
		this.lastActiveAt = this.openedAt;
	}

	/** Do what can be done now. */
	abstract void turn() throws IOException;

	/** Take a turn outside the loop's own calls. */
	final void continueTurn() {
		try {
			turn();
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			failed(ex);
		}
	}

	/** Run a task on the loop; if the loop has ended, so has the connection. */
	final void post(Runnable task) {
		try {
			this.loop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			announceClose();
		}
	}

	/** Wait for these events, and register with the selector first if need be. */
	final void interest(int ops) throws IOException {
		if (ops != this.interest) {
			if (this.key == null) {
				this.key = this.loop.register(this.channel, ops, this);
			}
			else {
				this.key.interestOps(ops);
			}
			this.interest = ops;
		}
	}

	/**
	 * Read what the socket has, as much as the buffer takes.
	 * @return the number of bytes, -1 for FIN
	 */
	final int receive(ByteBuffer in) throws IOException {
		int count = this.bytes.read(in);
		if (count > 0) {
			this.bytesIn += count;
			this.lastActiveAt = this.loop.now();
		}
		return count;
	}

	/**
	 * Write the next slice of the output.
	 * @return the number of bytes that the socket took
	 */
	final int transmit() throws IOException {
		ByteBuffer slice = this.loop.buffer().limit(this.slice);
		this.output.fill(slice);
		int count = this.bytes.write(slice.flip());
		// A slow reader's socket takes little at a time: the rest is copied in vain.
		this.slice = slice.hasRemaining() ? SMALL_SLICE_IN_BYTES : EventLoop.BUFFER_SIZE_IN_BYTES;
		if (count > 0) {
			this.output.advance(count);
			this.bytesOut += count;
			this.lastActiveAt = this.loop.now();
		}
		return count;
	}

	/** Let a close send FIN. */
	final void disarmReset() {
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
	final boolean closeSocket() {
		if (this.closed) {
			return false;
		}
		this.closed = true;
		if (this.index != NOT_SWEPT) {
			this.loop.leave(this);
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

	/** Tell Spring Integration that the connection is closed. */
	final void announceClose() {
		super.close();
	}

	final EventLoop loop() {
		return this.loop;
	}

	final SocketChannel channel() {
		return this.channel;
	}

	final OutputQueue output() {
		return this.output;
	}

	final InetSocketAddress peer() {
		return this.peer;
	}

	/** Return the bytes read so far, framing included. */
	final long bytesIn() {
		return this.bytesIn;
	}

	/** Return the bytes that the socket took so far, framing included. */
	final long bytesOut() {
		return this.bytesOut;
	}

	/** Return the {@link System#nanoTime()} at which it was opened. */
	final long openedAt() {
		return this.openedAt;
	}

	/** Return the {@link System#nanoTime()} of the last byte in either direction. */
	final long lastActiveAt() {
		return this.lastActiveAt;
	}

	@Override
	public final int index() {
		return this.index;
	}

	@Override
	public final void index(int index) {
		this.index = index;
	}

	// What Spring Integration asks

	@Override
	public boolean isOpen() {
		return !this.closed;
	}

	@Override
	public String getConnectionId() {
		return this.id;
	}

	@Override
	public String getConnectionFactoryName() {
		return this.factoryName;
	}

	@Override
	public String getHostAddress() {
		return this.peer.getAddress().getHostAddress();
	}

	/** Return the peer's address: names are never looked up. */
	@Override
	public String getHostName() {
		return getHostAddress();
	}

	@Override
	public int getPort() {
		return this.peer.getPort();
	}

	/** Return the address of this side, null once it is closed. */
	final @Nullable InetSocketAddress localAddress() {
		try {
			// The socket's own getter would ask the system again.
			return (InetSocketAddress) this.channel.getLocalAddress();
		}
		catch (IOException ex) {
			return null;
		}
	}

	@Override
	public SocketInfo getSocketInfo() {
		return new SocketInfo(this.channel.socket());
	}

	@Override
	public @Nullable Object getDeserializerStateKey() {
		return null;
	}

	@Override
	public @Nullable SSLSession getSslSession() {
		return null;
	}

	/** Do nothing: a connection has no thread of its own. */
	@Override
	public void run() {
	}

}
