package io.tcpecho.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;

/**
 * The processor time that the generator itself used. If it is nearly a whole processor,
 * the generator was the limit and not the server.
 *
 * @param cpuNanos processor time of the generator's one thread, in nanoseconds
 * @param nanos the time in which it used that
 */
public record GeneratorCpu(long cpuNanos, long nanos) {

	/**
	 * The unknown measurement, for a load that did not run or a runtime that cannot
	 * measure.
	 */
	public static final GeneratorCpu NONE = new GeneratorCpu(0, 0);

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private static final double BUSY = 0.9;

	/**
	 * Begin to measure the current thread.
	 * @return the measurement from now until the call, which must be on the same thread
	 */
	static Supplier<GeneratorCpu> begin() {
		if (!THREADS.isCurrentThreadCpuTimeSupported() || !THREADS.isThreadCpuTimeEnabled()) {
			return () -> NONE;
		}
		long cpuNanos = THREADS.getCurrentThreadCpuTime();
		long nanos = System.nanoTime();
		return () -> new GeneratorCpu(THREADS.getCurrentThreadCpuTime() - cpuNanos, System.nanoTime() - nanos);
	}

	/** Return whether it is known. */
	public boolean isKnown() {
		return this.nanos > 0;
	}

	/** Return the share of one processor that was used, from 0 to 1. */
	public double share() {
		return isKnown() ? Math.min(1, (double) this.cpuNanos / this.nanos) : 0;
	}

	/** Return whether the generator had hardly any processor time left. */
	public boolean isLimit() {
		return share() >= BUSY;
	}

}
