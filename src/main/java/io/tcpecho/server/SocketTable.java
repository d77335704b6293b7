package io.tcpecho.server;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.tcpecho.connection.KernelSocket;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says about accepted connections. It is asked at most
 * {@value #MAX_READS} times a second, since each answer takes a read of a table of all
 * sockets of the machine, on an event loop. One for each process; any thread may call it.
 */
class SocketTable {

	static final int MAX_READS = 10;

	private final LongSupplier clock;

	private long secondBegan;

	private int reads;

	/**
	 * Create a table that was not read yet.
	 * @param clock returns the {@link System#nanoTime()}
	 */
	SocketTable(LongSupplier clock) {
		this.clock = clock;
		this.secondBegan = clock.getAsLong();
	}

	/**
	 * Return what the kernel says about a connection; null if it says nothing, or was
	 * asked too often.
	 * @param local the address of this side
	 * @param peer the address of the other side
	 */
	@Nullable KernelSocket find(InetSocketAddress local, InetSocketAddress peer) {
		return mayRead() ? KernelSocket.findAccepted(local, peer) : null;
	}

	/** Return whether a read is allowed now, and count it. */
	synchronized boolean mayRead() {
		long now = this.clock.getAsLong();
		if (now - this.secondBegan >= TimeUnit.SECONDS.toNanos(1)) {
			this.secondBegan = now;
			this.reads = 0;
		}
		if (this.reads == MAX_READS) {
			return false;
		}
		this.reads++;
		return true;
	}

}
