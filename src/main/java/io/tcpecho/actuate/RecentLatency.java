package io.tcpecho.actuate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import org.jspecify.annotations.Nullable;

/**
 * The percentiles of a timer in about the last minute. They are the difference between
 * the timer's buckets now and what they were a minute ago, so recording a time costs
 * nothing more. Any thread may call it.
 */
class RecentLatency {

	private static final Duration WINDOW = Duration.ofMinutes(1);

	/** The time between two copies of the buckets. */
	private static final Duration STEP = Duration.ofSeconds(5);

	private final Timer timer;

	private final LongSupplier nanoTime;

	/** Copies of the buckets, oldest first; guarded by this object. */
	private final Deque<Buckets> copies = new ArrayDeque<>();

	/**
	 * Create percentiles.
	 * @param timer must have a histogram that is never reset
	 */
	RecentLatency(Timer timer, LongSupplier nanoTime) {
		this.timer = timer;
		this.nanoTime = nanoTime;
		this.copies.add(Buckets.of(timer, nanoTime.getAsLong()));
	}

	/** Copy the buckets if it is time to; called about once a second. */
	synchronized void tick() {
		long now = this.nanoTime.getAsLong();
		if (now - this.copies.getLast().at >= STEP.toNanos()) {
			forget(now);
			this.copies.add(Buckets.of(this.timer, now));
		}
	}

	/** Forget the copies that are older than the one at the beginning of the window. */
	private void forget(long now) {
		Buckets oldest = this.copies.removeFirst();
		while (!this.copies.isEmpty() && now - this.copies.getFirst().at >= WINDOW.toNanos()) {
			oldest = this.copies.removeFirst();
		}
		this.copies.addFirst(oldest);
	}

	/**
	 * Return the percentiles; null if no exchange has ended in the window, or the timer
	 * has no histogram.
	 */
	synchronized @Nullable Percentiles percentiles() {
		long now = this.nanoTime.getAsLong();
		forget(now);
		Buckets before = this.copies.getFirst();
		Buckets current = Buckets.of(this.timer, now);
		long exchanges = current.total() - before.total();
		if (exchanges <= 0) {
			return null;
		}
		return new Percentiles(TimeUnit.NANOSECONDS.toSeconds(now - before.at), exchanges,
				millis(current.percentile(0.5, before, exchanges)),
				millis(current.percentile(0.99, before, exchanges)));
	}

	/** Return a time in milliseconds, to the microsecond. */
	private static double millis(double nanos) {
		return Math.round(nanos / 1e3) / 1e3;
	}

	/**
	 * Percentiles of the time from a complete message to the last byte of its reply. Each
	 * is taken from the buckets of a histogram, as if the times in a bucket were spread
	 * evenly. The histogram ends at a minute: what took longer is not in it.
	 *
	 * @param seconds the length of the window
	 * @param exchanges how many have ended in it
	 * @param p50Millis half of them took no longer, in milliseconds
	 * @param p99Millis 99 of 100 took no longer, in milliseconds
	 */
	record Percentiles(long seconds, long exchanges, double p50Millis, double p99Millis) {

	}

	/**
	 * The buckets of the timer at one moment.
	 *
	 * @param at the moment, of {@link System#nanoTime}
	 * @param counts how many of them were at most the bucket's upper bound
	 */
	private record Buckets(long at, CountAtBucket[] counts) {

		static Buckets of(Timer timer, long at) {
			return new Buckets(at, timer.takeSnapshot().histogramCounts());
		}

		long total() {
			return (this.counts.length > 0) ? (long) this.counts[this.counts.length - 1].count() : 0;
		}

		/** Return a percentile of what was recorded since an earlier moment. */
		double percentile(double share, Buckets before, long recorded) {
			double rank = share * recorded;
			double lowerBound = 0;
			double lowerCount = 0;
			for (int i = 0; i < this.counts.length; i++) {
				double upperBound = this.counts[i].bucket(TimeUnit.NANOSECONDS);
				double count = this.counts[i].count() - before.counts[i].count();
				if (count >= rank) {
					return lowerBound + (upperBound - lowerBound) * (rank - lowerCount) / (count - lowerCount);
				}
				lowerBound = upperBound;
				lowerCount = count;
			}
			return lowerBound;
		}

	}

}
