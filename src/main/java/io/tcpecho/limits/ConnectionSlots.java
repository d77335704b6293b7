package io.tcpecho.limits;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The places that a listener has for connections, in all and for one address.
 * Thread-safe, guarded by {@code this}: taken on the accepting loop, given back on every
 * loop.
 */
public final class ConnectionSlots {

	private final int max;

	private final int maxPerAddress;

	/** Connections by address, counted only if they are limited. */
	private final Map<InetAddress, Integer> takenByAddress = new HashMap<>();

	private int taken;

	/**
	 * Create free places.
	 * @param max in all
	 * @param maxPerAddress for one address; 0 for no such limit
	 */
	public ConnectionSlots(int max, int maxPerAddress) {
		this.max = max;
		this.maxPerAddress = maxPerAddress;
	}

	/** Take a place and count it for an address, unless that would be one too many. */
	public synchronized boolean take(InetAddress address) {
		return this.taken < this.max && takeFor(address) && take();
	}

	/** Take a place, unless that would be one too many. */
	public synchronized boolean take() {
		if (this.taken == this.max) {
			return false;
		}
		this.taken++;
		return true;
	}

	/** Count a place that was taken for an address, unless that has one too many. */
	public synchronized boolean takeFor(InetAddress address) {
		if (this.maxPerAddress > 0) {
			int before = this.takenByAddress.getOrDefault(address, 0);
			if (before == this.maxPerAddress) {
				return false;
			}
			this.takenByAddress.put(address, before + 1);
		}
		return true;
	}

	/**
	 * Give a place back.
	 * @param address the one that it was counted for, null for none
	 */
	public synchronized void giveBack(@Nullable InetAddress address) {
		if (this.maxPerAddress > 0 && address != null) {
			this.takenByAddress.computeIfPresent(address, (key, count) -> (count == 1) ? null : count - 1);
		}
		this.taken--;
		if (this.taken == 0) {
			notifyAll();
		}
	}

	/** Return how many places are taken. */
	public synchronized int taken() {
		return this.taken;
	}

	/**
	 * Wait until every place is free.
	 * @return whether they are, within the time
	 */
	public synchronized boolean awaitAllFree(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (this.taken > 0) {
			long left = deadline - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			wait(Math.max(1, left / 1_000_000));
		}
		return true;
	}

}
