package io.tcpecho.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A limiter that lets one event pass each second, and counts the others. Thread-safe.
 */
public final class Throttle {

	private static final long INTERVAL_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final LongSupplier clock;

	private final AtomicLong nextAt;

	private final AtomicLong leftOut = new AtomicLong();

	/**
	 * Create a limiter; the first event passes.
	 * @param clock returns nanoseconds like {@link System#nanoTime()}
	 */
	public Throttle(LongSupplier clock) {
		this.clock = clock;
		this.nextAt = new AtomicLong(clock.getAsLong());
	}

	/** Return whether an event passes; it is counted if not. */
	public boolean tryPass() {
		long now = this.clock.getAsLong();
		long next = this.nextAt.get();
		if (now - next >= 0 && this.nextAt.compareAndSet(next, now + INTERVAL_IN_NANOS)) {
			return true;
		}
		this.leftOut.incrementAndGet();
		return false;
	}

	/** Return how many did not pass since the last call, and count from 0 again. */
	public long takeLeftOut() {
		return this.leftOut.getAndSet(0);
	}

}
