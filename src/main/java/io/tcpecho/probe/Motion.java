package io.tcpecho.probe;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.tcpecho.text.Amounts;
import org.jspecify.annotations.Nullable;

/**
 * Whether bytes still moved in the last stretch of an exchange that ran into its timeout,
 * and how fast. Immutable.
 *
 * <p>
 * The rule: the stretch is the last tenth of the timeout, at most two seconds and at
 * least two intervals between two looks at the deadlines. The reply was moving if a byte
 * of it came in the stretch and not all of it is there. The message was moving if the
 * peer has acknowledged bytes of it in the stretch and others are left; where the kernel
 * does not tell of acknowledgements, if the kernel took bytes of it and others are left.
 *
 * @param sendRate bytes of the message a second, 0 if none moved
 * @param receiveRate bytes of the reply a second, 0 if none moved
 * @param secondsLeft how long the rest would take at that rate, in seconds; of a message
 * that still moves without the reply
 * @param end how far the exchange came
 */
record Motion(long sendRate, long receiveRate, long secondsLeft, Progress end) {

	private static final Duration LONGEST_STRETCH = Duration.ofSeconds(2);

	private static final double SECOND_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** Return how long before the timeout the last stretch begins. */
	static Duration stretch(Duration timeout) {
		Duration tenth = timeout.dividedBy(10);
		Duration shortest = Exchange.sweepInterval(timeout).multipliedBy(2);
		Duration stretch = (tenth.compareTo(shortest) < 0) ? shortest : tenth;
		return (stretch.compareTo(LONGEST_STRETCH) > 0) ? LONGEST_STRETCH : stretch;
	}

	/**
	 * Judge an exchange.
	 * @param size bytes of the message
	 * @param stretch the last stretch
	 * @param begin how far it was when the stretch began, null if it was not noted then
	 * @param end how far it is at the timeout
	 */
	static Motion of(long size, Duration stretch, @Nullable Progress begin, Progress end) {
		long from = end.time() - stretch.toNanos();
		boolean receiving = end.received() < size && end.lastReceived() >= Math.max(0, from);
		boolean known = begin != null && begin.acknowledged() != Evidence.UNKNOWN
				&& end.acknowledged() != Evidence.UNKNOWN;
		boolean sending = known ? end.acknowledged() > begin.acknowledged() && end.acknowledged() < size
				: end.sent() < size && end.lastSent() >= Math.max(0, from);
		// Without a look at its begin, the stretch is all of the time.
		long nanos = Math.max(1, (begin != null) ? end.time() - begin.time() : end.time());
		long receiveRate = receiving ? rate(end.received() - ((begin != null) ? begin.received() : 0), nanos) : 0;
		long sendRate = !sending ? 0 : known ? rate(end.acknowledged() - begin.acknowledged(), nanos)
				: rate(end.sent() - ((begin != null) ? begin.sent() : 0), nanos);
		long left = sending ? size - (known ? end.acknowledged() : end.sent()) : size - end.received();
		long rate = sending ? sendRate : receiveRate;
		return new Motion(sendRate, receiveRate, (rate > 0) ? (long) Math.ceil((double) left / rate) : 0, end);
	}

	private static long rate(long bytes, long nanos) {
		return Math.max(1, Math.round(bytes * SECOND_IN_NANOS / nanos));
	}

	/** Return whether bytes moved, in either direction. */
	boolean isMoving() {
		return this.sendRate > 0 || this.receiveRate > 0;
	}

	/** Return what moved, how fast and how long the rest would take. */
	String describe(long size) {
		boolean sending = this.sendRate > 0;
		String done = !sending ? this.end.received() + " of " + size + " bytes received"
				: (this.end.acknowledged() != Evidence.UNKNOWN)
						? this.end.acknowledged() + " of " + size + " bytes acknowledged"
						: this.end.sent() + " of " + size + " bytes sent";
		return String.format(Locale.ROOT, "still %s at %s: %s, %d s more for the rest",
				sending ? "sending" : "receiving", Amounts.rate(sending ? this.sendRate : this.receiveRate), done,
				this.secondsLeft);
	}

}
