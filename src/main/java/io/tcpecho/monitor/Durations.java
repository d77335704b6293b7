package io.tcpecho.monitor;

import java.util.Arrays;

import io.tcpecho.probe.Result;
import org.jspecify.annotations.Nullable;

/**
 * The durations of the last {@value #MOST} exchanges of a row that were OK, each kept as
 * it was measured. Not thread-safe.
 */
final class Durations {

	static final int MOST = 500;

	private long[] nanos = new long[16];

	/** How many were added, and not only those that are kept. */
	private long added;

	void add(long duration) {
		if (this.added == this.nanos.length && this.nanos.length < MOST) {
			this.nanos = Arrays.copyOf(this.nanos, Math.min(MOST, 2 * this.nanos.length));
		}
		this.nanos[(int) (this.added++ % this.nanos.length)] = duration;
	}

	/** Return their percentiles, null if there are none. */
	@Nullable Percentiles percentiles() {
		if (this.added == 0) {
			return null;
		}
		long[] sorted = Arrays.copyOf(this.nanos, (int) Math.min(this.added, this.nanos.length));
		Arrays.sort(sorted);
		return new Percentiles(sorted.length, Result.millis(sorted[0]), at(sorted, 50), at(sorted, 90), at(sorted, 99),
				Result.millis(sorted[sorted.length - 1]));
	}

	/**
	 * Return the smallest duration that at least so many per cent of all do not exceed.
	 */
	private static double at(long[] sorted, int percent) {
		return Result.millis(sorted[(int) Math.ceil(percent / 100.0 * sorted.length) - 1]);
	}

	/**
	 * What the durations are, in milliseconds.
	 *
	 * @param count how many there are
	 * @param min the shortest
	 * @param p50 the median
	 * @param p90 what 90 % do not exceed
	 * @param p99 what 99 % do not exceed
	 * @param max the longest
	 */
	public record Percentiles(int count, double min, double p50, double p90, double p99, double max) {

	}

}
