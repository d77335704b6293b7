package io.tcpecho.guard;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;

import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;

/**
 * A connection that Tomcat serves, and what it waits for. It waits for its client while
 * it has no complete request, and while a worker cannot read more of a body or write more
 * of a response; only then it may be ended to make room.
 *
 * <p>
 * Threads: the poller announces a turn, a worker takes it under the lock of the
 * connection, and the acceptor ends the connection.
 */
class Visit extends NioSocketWrapper {

	private final SocketChannel channel;

	/**
	 * When it was accepted, or began to write the end of its last response; of
	 * {@link System#nanoTime}.
	 */
	private volatile long since;

	/**
	 * How many looks of workers at the connection are due. The first one is, because the
	 * poller will find the first byte.
	 */
	private final AtomicInteger turnsDue = new AtomicInteger();

	private volatile boolean neverLookedAt = true;

	/** What a worker is blocked in until the client goes on; null for nothing. */
	private volatile Blocked blocked = Blocked.NOT;

	private volatile boolean evicted;

	/** Whether this turn has written a response; used by the worker only. */
	private boolean answered;

	/** When it last wrote; before the client can have the end of a response. */
	private long wroteAt;

	/** Whether a part of the response is lost; used by the worker only. */
	private boolean writeFailed;

	/**
	 * Create a visit of a client whose first byte has arrived.
	 * @param since when its connection was accepted
	 */
	Visit(NioChannel channel, NioEndpoint endpoint, SocketChannel socket, long since) {
		super(channel, endpoint);
		this.channel = socket;
		this.since = since;
	}

	/** Return since when the exchange lasts, or the wait for it. */
	long since() {
		return this.since;
	}

	/** Note that a worker will look at the connection. */
	void turnDue() {
		this.turnsDue.incrementAndGet();
	}

	/** Note that a worker has looked at the connection and left it. */
	void turnDone() {
		if (this.answered) {
			this.answered = false;
			this.since = this.wroteAt;
		}
		this.neverLookedAt = false;
		this.turnsDue.decrementAndGet();
	}

	/** Return whether it is being ended. */
	boolean isEvicted() {
		return this.evicted;
	}

	/** Return whether nothing but the client can make it go on. */
	boolean waitsForClient() {
		return !this.evicted && (this.blocked != Blocked.NOT || !isTurnDue());
	}

	private boolean isTurnDue() {
		return this.neverLookedAt || this.turnsDue.get() > 0;
	}

	/** Return whether it waits for the rest of a request. */
	boolean waitsForRequest() {
		return waitsForClient() && this.blocked != Blocked.WRITING;
	}

	/**
	 * End it with a reset, unless its client has just gone on. If a worker is blocked in
	 * it, the worker wakes and does so.
	 */
	void evict() {
		Lock lock = getLock();
		if (lock.tryLock()) {
			try {
				if (!isTurnDue()) {
					this.evicted = true;
					reset(this.channel);
					close();
				}
			}
			finally {
				lock.unlock();
			}
		}
		else if (this.blocked != Blocked.NOT) {
			this.evicted = true;
			reset(this.channel);
			wake();
		}
	}

	/** Wake the worker: a read meets the end of the stream, and a write fails. */
	private void wake() {
		try {
			this.channel.shutdownInput();
			this.channel.shutdownOutput();
		}
		catch (IOException ex) {
			// The worker has closed it.
		}
	}

	/** Let the close of a connection be a reset, which leaves nothing in the system. */
	static void reset(SocketChannel channel) {
		try {
			channel.setOption(StandardSocketOptions.SO_LINGER, 0);
		}
		catch (IOException ex) {
			// It is closed, or the client has reset it.
		}
	}

	@Override
	public int read(boolean block, byte[] target, int offset, int length) throws IOException {
		int count = super.read(false, target, offset, length);
		if (count != 0 || !block || length == 0) {
			return count;
		}
		this.blocked = Blocked.READING;
		try {
			return super.read(true, target, offset, length);
		}
		finally {
			this.blocked = Blocked.NOT;
		}
	}

	@Override
	public int read(boolean block, ByteBuffer target) throws IOException {
		int count = super.read(false, target);
		if (count != 0 || !block || !target.hasRemaining()) {
			return count;
		}
		this.blocked = Blocked.READING;
		try {
			return super.read(true, target);
		}
		finally {
			this.blocked = Blocked.NOT;
		}
	}

	@Override
	protected void doWrite(boolean block, ByteBuffer source) throws IOException {
		this.answered = true;
		this.wroteAt = System.nanoTime();
		if (!block || this.writeFailed) {
			super.doWrite(block, source);
			return;
		}
		super.doWrite(false, source);
		if (source.hasRemaining() || getSocket().getOutboundRemaining() > 0) {
			writeAll(source);
		}
	}

	private void writeAll(ByteBuffer source) throws IOException {
		this.blocked = Blocked.WRITING;
		try {
			super.doWrite(true, source);
		}
		catch (IOException ex) {
			this.writeFailed = true;
			throw ex;
		}
		finally {
			this.blocked = Blocked.NOT;
		}
	}

	/** What a worker waits for. */
	private enum Blocked {

		NOT, READING, WRITING

	}

}
