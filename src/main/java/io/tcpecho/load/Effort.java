package io.tcpecho.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;

/**
 * What a load took of its own processor: if that was nearly all, the generator was the
 * limit and not the server.
 *
 * @param cpuNanos processor time of the generator's one thread, in nanoseconds
 * @param nanos the time in which it used that
 */
public record Effort(long cpuNanos, long nanos) {

	/** Nobody made an effort, or nobody can tell. */
	public static final Effort NONE = new Effort(0, 0);

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static final double BUSY = 0.9;

	/**
	 * Begin to measure the current thread.
	 * @return gives its effort since now; to be called on the same thread
	 */
	static Supplier<Effort> begin() {
		if (!THREADS.isCurrentThreadCpuTimeSupported() || !THREADS.isThreadCpuTimeEnabled()) {
			return () -> NONE;
		}
		long cpuNanos = THREADS.getCurrentThreadCpuTime();
		long nanos = System.nanoTime();
		return () -> new Effort(THREADS.getCurrentThreadCpuTime() - cpuNanos, System.nanoTime() - nanos);
	}

	/** Return whether it is known. */
	public boolean isKnown() {
		return this.nanos > 0;
	}

	/** Return the share of one processor that was used, from 0 to 1. */
	public double share() {
		return isKnown() ? Math.min(1, (double) this.cpuNanos / this.nanos) : 0;
	}

	/** Return whether there was hardly more to be had. */
	public boolean isLimit() {
		return share() >= BUSY;
	}

}
