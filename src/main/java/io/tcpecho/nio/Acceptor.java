package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of a listener: takes connections from the accept queue, on the
 * thread of one event loop.
 *
 * <p>
 * Back-off: an accept that fails (no descriptor, no memory) leaves its connection in the
 * queue, so the socket stays readable and a loop that tried again at once would spin. It
 * waits 50 ms, doubling to 500 ms, or until a connection was closed.
 */
final class Acceptor implements EventLoop.Ready {

	/** How many connections are accepted before others have their turn. */
	private static final int MAX_ACCEPTS_IN_A_TURN = 64;

	private static final long FIRST_BACK_OFF_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long LONGEST_BACK_OFF_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private static final Log logger = LogFactory.getLog(Acceptor.class);

	private final String listener;

	private final EventLoop loop;

	private final ServerSocketChannel channel;

	private final Consumer<SocketChannel> accepted;

	private final ThrottledLog failures = new ThrottledLog(logger);

	private long backOffInNanos = FIRST_BACK_OFF_IN_NANOS;

	/** Written on the loop; read by others, which end a back-off. */
	private volatile boolean backingOff;

	private final SelectionKey key;

	/**
	 * Register a bound channel with a loop, on the loop's thread, and begin to accept.
	 * @param accepted gets each new socket, on the loop's thread
	 */
	Acceptor(String listener, EventLoop loop, ServerSocketChannel channel, Consumer<SocketChannel> accepted)
			throws IOException {
		this.listener = listener;
		this.loop = loop;
		this.channel = channel;
		this.accepted = accepted;
		this.key = loop.register(channel, SelectionKey.OP_ACCEPT, this);
	}

	@Override
	public void ready(int readyOps) {
		SocketChannel socket;
		for (int i = 0; i < MAX_ACCEPTS_IN_A_TURN && (socket = accept()) != null; i++) {
			this.accepted.accept(socket);
		}
	}

	/**
	 * Return the next connection of the queue, null if there is none or no way to take
	 * it.
	 */
	private @Nullable SocketChannel accept() {
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
		this.key.interestOps(0);
		this.loop.schedule(this.backOffInNanos, this::endBackOff);
		this.backOffInNanos = Math.min(2 * this.backOffInNanos, LONGEST_BACK_OFF_IN_NANOS);
	}

	private void endBackOff() {
		if (this.backingOff) {
			this.backingOff = false;
			if (this.key.isValid()) {
				this.key.interestOps(SelectionKey.OP_ACCEPT);
			}
		}
	}

	/** A connection was closed: what was missing may be there. Any thread. */
	void connectionClosed() {
		if (this.backingOff) {
			try {
				this.loop.execute(this::endBackOff);
			}
			catch (RejectedExecutionException ex) {
				// The loop ends, and nothing more is accepted.
			}
		}
	}

	/**
	 * Accept what is in the queue and stop listening, so that new connects are refused.
	 * Any thread.
	 * @param queueLength how many the queue holds at most: under a flood of connects it
	 * would never be empty
	 * @return completed once the socket is really closed
	 */
	CompletableFuture<Void> close(int queueLength) {
		CompletableFuture<Void> closed = new CompletableFuture<>();
		this.loop.execute(() -> {
			try {
				if (!this.channel.isOpen()) {
					closed.complete(null);
					return;
				}
				List<SocketChannel> queued = new ArrayList<>();
				SocketChannel socket;
				while (queued.size() < queueLength && (socket = accept()) != null) {
					queued.add(socket);
				}
				this.channel.close();
				this.loop.releaseClosedChannels();
				queued.forEach(this.accepted);
				closed.complete(null);
			}
			catch (Throwable ex) {
				closed.completeExceptionally(ex);
			}
		});
		return closed;
	}

	@Override
	public void failed(Throwable failure) {
		this.failures.error(() -> "Listener " + this.listener + " failed to accept a connection and goes on", failure);
	}

}
