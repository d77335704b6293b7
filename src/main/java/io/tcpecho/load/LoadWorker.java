package io.tcpecho.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.probe.Exchange;
import io.tcpecho.probe.Exchange.Plan;
import io.tcpecho.probe.Result;
import org.jspecify.annotations.Nullable;

/**
 * One of the workers of a load. It makes exchanges one after the other, on one connection
 * where the framing allows it. Everything here runs on the event loop's thread.
 */
final class LoadWorker implements Exchange.Completion, NioClientConnection.Protocol {

	private final EventLoop loop;

	private final InetSocketAddress peer;

	private final SourceAddresses sources;

	private final Duration timeout;

	private final Owner owner;

	/** The connection that is open between two exchanges. */
	private @Nullable NioClientConnection idle;

	private long dueAt;

	private boolean closed;

	/**
	 * Create a worker without a connection.
	 * @param loop the current loop
	 * @param peer the address of the server
	 * @param sources the source addresses of its connections, shared with the other
	 * workers
	 * @param timeout the longest time of one exchange
	 * @param owner receives each result
	 */
	LoadWorker(EventLoop loop, InetSocketAddress peer, SourceAddresses sources, Duration timeout, Owner owner) {
		this.loop = loop;
		this.peer = peer;
		this.sources = sources;
		this.timeout = timeout;
		this.owner = owner;
	}

	/**
	 * Begin an exchange.
	 * @param plan its properties
	 * @param seq its number
	 * @param message its bytes on the wire
	 * @param due the {@link System#nanoTime()} from which its time is measured
	 */
	void begin(Plan plan, long seq, byte[] message, long due) {
		this.dueAt = due;
		Exchange exchange = new Exchange(this.loop, plan, seq, message, due, this);
		long now = System.nanoTime();
		long deadline = now + this.timeout.toNanos();
		NioClientConnection open = this.idle;
		this.idle = null;
		if (open != null && open.isOpen()) {
			exchange.start(open, deadline);
		}
		else {
			exchange.start(this.peer, this.sources.next(now), deadline);
		}
	}

	@Override
	public void ended(Result result, @Nullable NioClientConnection open) {
		if (this.closed) {
			return;
		}
		if (open != null) {
			this.idle = open;
			open.deadline(NioClientConnection.NO_DEADLINE);
			open.handTo(this);
		}
		this.owner.ended(this, result, this.dueAt);
	}

	/** Close the connection if it is idle, and report no further result to the owner. */
	void close() {
		this.closed = true;
		finishIdle();
	}

	private void finishIdle() {
		if (this.idle != null) {
			this.idle.finish();
		}
	}

	// Calls of the connection while it waits for the next exchange

	@Override
	public void connected() {
	}

	@Override
	public void written(int count) {
	}

	@Override
	public void finSent() {
	}

	@Override
	public void received(ByteBuffer bytes) throws IOException {
		throw new IOException("The server sent bytes between two exchanges");
	}

	@Override
	public void finReceived() {
		finishIdle();
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		this.idle = null;
	}

	/** The user of a worker, which gives it its exchanges. */
	interface Owner {

		/**
		 * An exchange has ended; the worker is free.
		 * @param worker the worker that made it
		 * @param result the result of the exchange
		 * @param dueAt the {@link System#nanoTime()} at which it was due
		 */
		void ended(LoadWorker worker, Result result, long dueAt);

	}

}
