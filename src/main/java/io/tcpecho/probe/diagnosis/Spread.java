package io.tcpecho.probe.diagnosis;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Times of the same thing in several exchanges, in nanoseconds.
 *
 * @param count how many are known
 * @param shortest the shortest; 0 if none is known
 * @param longest the longest; 0 if none is known
 */
record Spread(int count, long shortest, long longest) {

	/** Times that differ by less are the same. */
	private static final long TOLERANCE_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final double TOLERANCE = 0.05;

	static Spread of(LongStream times) {
		long[] known = times.filter((time) -> time >= 0).sorted().toArray();
		return (known.length == 0) ? new Spread(0, 0, 0) : new Spread(known.length, known[0], known[known.length - 1]);
	}

	/** Return whether at least one is known. */
	boolean isKnown() {
		return this.count > 0;
	}

	/** Return whether all are about the same. */
	boolean isConstant() {
		return this.count > 1 && this.longest - this.shortest <= Math.max(TOLERANCE_IN_NANOS, TOLERANCE * this.longest);
	}

	/**
	 * Return whether all have the same cause, as far as times can tell: the longest is at
	 * most a quarter longer than the shortest.
	 */
	boolean isAlike() {
		return this.count > 1 && this.longest - this.shortest <= this.shortest / 4;
	}

	/** Return whether all are at least so long. */
	boolean isAtLeast(long nanos) {
		return isKnown() && this.shortest >= nanos;
	}

	/** Return whether all are shorter. */
	boolean isBelow(long nanos) {
		return isKnown() && this.longest < nanos;
	}

	@Override
	public String toString() {
		String from = Words.time(this.shortest);
		String to = Words.time(this.longest);
		return from.equals(to) ? from : from + " to " + to;
	}

}
