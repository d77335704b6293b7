package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.tcpecho.limits.ThrottledLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of a listener: bound to its port, it takes connections from the
 * accept queue, on the thread of one event loop, until it is closed.
 *
 * <p>
 * States: {@code BOUND -> ACCEPTING -> CLOSED}, or from bound to closed at once. A bound
 * socket that does not accept yet lets connects wait in the accept queue. To listen
 * again, bind another one to the same {@link #port()}.
 *
 * <p>
 * Back-off: an accept that fails (no descriptor, no memory) leaves its connection in the
 * queue, so the socket stays readable and a loop that tried again at once would spin. It
 * waits 50 ms, doubling to 500 ms, or until a connection was closed.
 */
public final class ListeningSocket implements EventLoop.Ready {

	/** How many connections are accepted before others have their turn. */
	private static final int MAX_ACCEPTS_IN_A_TURN = 64;

	private static final long FIRST_BACK_OFF_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long LONGEST_BACK_OFF_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private static final Log logger = LogFactory.getLog(ListeningSocket.class);

	private final String listener;

	private final EventLoop loop;

	private final ServerSocketChannel channel;

	private final InetSocketAddress address;

	private final int queueLength;

	private final Consumer<SocketChannel> accepted;

	private final ThrottledLog failures = new ThrottledLog(logger);

	/** Changed on the loop only. */
	private volatile State state = State.BOUND;

	/** Written on the loop; read by others, which end a back-off. */
	private volatile boolean backingOff;

	private long backOffInNanos = FIRST_BACK_OFF_IN_NANOS;

	/** Null until it accepts. */
	private @Nullable SelectionKey key;

	private ListeningSocket(String listener, EventLoop loop, ServerSocketChannel channel, int backlog,
			Consumer<SocketChannel> accepted) throws IOException {
		this.listener = listener;
		this.loop = loop;
		this.channel = channel;
		this.address = (InetSocketAddress) channel.getLocalAddress();
		// Linux queues one more than the backlog says.
		this.queueLength = backlog + 1;
		this.accepted = accepted;
	}

	/**
	 * Bind a socket that does not accept yet.
	 * @param options name the address and the backlog
	 * @param port the port; 0 for any free one
	 * @param receiveBufferSize the receive buffer of each accepted socket in bytes; 0 for
	 * the system's own choice
	 * @param loop the running loop that will accept, and close the socket
	 * @param accepted gets each new socket, on the loop's thread
	 * @throws ListenException if it cannot listen there; nothing is left behind then
	 */
	public static ListeningSocket bind(ListenerOptions options, int port, int receiveBufferSize, EventLoop loop,
			Consumer<SocketChannel> accepted) {
		String address = options.address();
		try {
			ServerSocketChannel channel = ServerSocketChannel.open();
			try {
				channel.configureBlocking(false);
				if (receiveBufferSize > 0) {
					// Only a size that is set before the bind applies to the window
					// of accepted sockets.
					channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferSize);
				}
				channel.bind((address != null) ? new InetSocketAddress(InetAddress.getByName(address), port)
						: new InetSocketAddress(port), options.backlog());
				return new ListeningSocket(options.name(), loop, channel, options.backlog(), accepted);
			}
			catch (IOException | RuntimeException ex) {
				channel.close();
				throw ex;
			}
		}
		catch (UnsupportedAddressTypeException ex) {
			throw listenException(options, port, new SocketException("this Java runtime has IPv4 only"));
		}
		catch (IOException ex) {
			throw listenException(options, port, ex);
		}
	}

	/** Return the exception of a listener that cannot listen for this cause. */
	public static ListenException listenException(ListenerOptions options, int port, IOException cause) {
		String address = options.address();
		return new ListenException(options.name(), (address != null) ? address : "all addresses", port, cause);
	}

	/** Return the port it is, or was, bound to. */
	public int port() {
		return this.address.getPort();
	}

	/** Return the address and port it is bound to, null once it is closed. */
	public @Nullable InetSocketAddress address() {
		return (this.state != State.CLOSED) ? this.address : null;
	}

	/** Return whether it accepts connections. */
	public boolean isAccepting() {
		return this.state == State.ACCEPTING;
	}

	/**
	 * Accept connections, first those that wait in the accept queue.
	 * @return completed once it accepts; exceptionally if it is closed already, or if the
	 * loop is ending
	 */
	public CompletableFuture<Void> accept() {
		return this.loop.submit(() -> {
			this.key = this.loop.register(this.channel, SelectionKey.OP_ACCEPT, this);
			this.state = State.ACCEPTING;
			return null;
		});
	}

	/**
	 * Stop listening, so that new connects are refused. Without effect if it is closed
	 * already.
	 * @return completed once the socket is really closed; exceptionally if the loop is
	 * ending
	 */
	public CompletableFuture<Void> close() {
		return this.loop.submit(() -> close(List.of()));
	}

	/**
	 * Accept the connections in the queue, then {@link #close()}. It takes no more than
	 * the queue holds, since under a flood of connects it would never be empty.
	 * @return as for {@link #close()}
	 */
	public CompletableFuture<Void> drainAndClose() {
		return this.loop.submit(() -> {
			List<SocketChannel> queued = new ArrayList<>();
			SocketChannel socket;
			while (this.state == State.ACCEPTING && queued.size() < this.queueLength && (socket = next()) != null) {
				queued.add(socket);
			}
			return close(queued);
		});
	}

	private @Nullable Void close(List<SocketChannel> queued) throws IOException {
		if (this.state != State.CLOSED) {
			this.state = State.CLOSED;
			try {
				this.channel.close();
				this.loop.releaseClosedChannels();
			}
			finally {
				queued.forEach(this.accepted);
			}
		}
		return null;
	}

	@Override
	public void ready(int readyOps) {
		SocketChannel socket;
		for (int i = 0; i < MAX_ACCEPTS_IN_A_TURN && (socket = next()) != null; i++) {
			this.accepted.accept(socket);
		}
	}

	/**
	 * Return the next connection of the queue, null if there is none or no way to take
	 * it.
	 */
	private @Nullable SocketChannel next() {
		try {
			SocketChannel socket = this.channel.accept();
			if (socket != null) {
				this.backOffInNanos = FIRST_BACK_OFF_IN_NANOS;
			}
			return socket;
		}
		catch (IOException ex) {
			backOff(ex);
			return null;
		}
	}

	private void backOff(IOException cause) {
		this.failures.warn(
				() -> "Listener " + this.listener + " cannot accept connections for the moment: " + cause.getMessage());
		this.backingOff = true;
		interest(0);
		this.loop.schedule(this.backOffInNanos, this::endBackOff);
		this.backOffInNanos = Math.min(2 * this.backOffInNanos, LONGEST_BACK_OFF_IN_NANOS);
	}

	private void endBackOff() {
		if (this.backingOff) {
			this.backingOff = false;
			interest(SelectionKey.OP_ACCEPT);
		}
	}

	private void interest(int ops) {
		if (this.key != null && this.key.isValid()) {
			this.key.interestOps(ops);
		}
	}

	/** A connection was closed, which may end a shortage. Any thread. */
	public void connectionClosed() {
		if (this.backingOff) {
			try {
				this.loop.execute(this::endBackOff);
			}
			catch (RejectedExecutionException ex) {
				// The loop ends, and nothing more is accepted.
			}
		}
	}

	@Override
	public void failed(Throwable failure) {
		this.failures.error(() -> "Listener " + this.listener + " failed to accept a connection and goes on", failure);
	}

	private enum State {

		/** Connects wait in the accept queue. */
		BOUND,

		/** Connects are accepted. */
		ACCEPTING,

		/** Connects are refused. */
		CLOSED

	}

}
