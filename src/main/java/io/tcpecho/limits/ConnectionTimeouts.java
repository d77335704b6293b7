package io.tcpecho.limits;

import java.time.Duration;

/**
 * The deadlines of a connection, on the monotonic clock.
 *
 * @param idle the longest time without a byte while bytes are expected
 * @param message the time from the first byte of a message to its end
 * @param service the time from a complete message to its reply
 * @param write the longest time in which the peer takes no byte of a reply
 * @param minWriteRate bytes of a reply that the peer must take each second, on the
 * average and beyond {@code write}; 0 for no such limit
 */
public record ConnectionTimeouts(Duration idle, Duration message, Duration service, Duration write, long minWriteRate) {

	private static final Duration LONGEST_SWEEP_INTERVAL = Duration.ofMillis(500);

	private static final Duration SHORTEST_SWEEP_INTERVAL = Duration.ofMillis(10);

	/**
	 * Return the time between two looks at the deadlines: a quarter of the shortest
	 * deadline, but from 10 ms to 500 ms.
	 */
	public Duration sweepInterval() {
		Duration interval = LONGEST_SWEEP_INTERVAL;
		for (Duration deadline : new Duration[] { this.idle, this.message, this.service, this.write }) {
			Duration quarter = deadline.dividedBy(4);
			interval = (quarter.compareTo(interval) < 0) ? quarter : interval;
		}
		return (interval.compareTo(SHORTEST_SWEEP_INTERVAL) < 0) ? SHORTEST_SWEEP_INTERVAL : interval;
	}

	/** Return the longest time in nanoseconds that a reply of this size may take. */
	public long writeTotalInNanos(long bytes) {
		if (this.minWriteRate == 0) {
			return Long.MAX_VALUE;
		}
		return this.write.toNanos() + (long) (bytes * 1e9 / this.minWriteRate);
	}

}
