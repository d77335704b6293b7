package io.tcpecho.cli;

import java.util.Arrays;
import java.util.Locale;

import io.tcpecho.probe.Result;
import io.tcpecho.text.Json;
import org.HdrHistogram.Histogram;

/**
 * Times, each kept as it was measured as long as there are few of them. Not thread-safe.
 *
 * <p>
 * Of more than {@value #MOST_KEPT} times minimum and maximum are still exact, and the
 * percentiles have three digits.
 */
final class Samples {

	private static final int MOST_KEPT = 10_000;

	private static final int SIGNIFICANT_DIGITS = 3;

	private long[] kept = new long[16];

	private int count;

	private long min = Long.MAX_VALUE;

	private long max;

	private Histogram others = new Histogram(SIGNIFICANT_DIGITS);

	/** Add a time in nanoseconds. */
	void add(long nanos) {
		this.min = Math.min(this.min, nanos);
		this.max = Math.max(this.max, nanos);
		this.others.recordValue(nanos);
		if (this.count < MOST_KEPT) {
			if (this.count == this.kept.length) {
				this.kept = Arrays.copyOf(this.kept, Math.min(MOST_KEPT, 2 * this.count));
			}
			this.kept[this.count++] = nanos;
		}
	}

	boolean isEmpty() {
		return this.count == 0;
	}

	/**
	 * Return the smallest time that at least so many per cent of all times do not exceed.
	 */
	private long percentile(double percent) {
		if (this.others.getTotalCount() > this.count) {
			return Math.max(this.min, Math.min(this.max, this.others.getValueAtPercentile(percent)));
		}
		long[] sorted = Arrays.copyOf(this.kept, this.count);
		Arrays.sort(sorted);
		return sorted[Math.max(0, (int) Math.ceil(percent / 100 * this.count) - 1)];
	}

	String text() {
		return String.format(Locale.ROOT, "min %.3f, p50 %.3f, p99 %.3f, max %.3f ms", Result.millis(this.min),
				Result.millis(percentile(50)), Result.millis(percentile(99)), Result.millis(this.max));
	}

	Json json() {
		return new Json().with("min", Result.millis(this.min))
			.with("p50", Result.millis(percentile(50)))
			.with("p99", Result.millis(percentile(99)))
			.with("max", Result.millis(this.max));
	}

}
