package io.tcpecho.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

import io.tcpecho.load.LoadProgress;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;

/**
 * The seconds of a load, several of them together where they are too many to draw.
 *
 * @param width how many seconds each bin has; the last may have less
 * @param bins one after the other, without a gap
 */
record TimeBins(int width, List<Bin> bins) {

	private static final int MOST_BINS = 240;

	/** Return the bins of consecutive seconds. */
	static TimeBins of(List<LoadProgress> seconds) {
		int width = Math.max(1, (seconds.size() + MOST_BINS - 1) / MOST_BINS);
		List<Bin> bins = new ArrayList<>();
		for (int i = 0; i < seconds.size(); i += width) {
			bins.add(bin(seconds.subList(i, Math.min(seconds.size(), i + width))));
		}
		return new TimeBins(width, bins);
	}

	private static Bin bin(List<LoadProgress> seconds) {
		Map<Verdict, Double> failed = new TreeMap<>();
		for (LoadProgress second : seconds) {
			second.verdicts().forEach((verdict, count) -> {
				if (verdict != Verdict.OK) {
					failed.merge(verdict, (double) count / seconds.size(), Double::sum);
				}
			});
		}
		return new Bin(seconds.get(0).second() - 1, seconds.get(seconds.size() - 1).second(),
				seconds.stream().mapToLong(LoadProgress::ok).average().orElse(0), failed,
				highest(seconds.stream().mapToLong(LoadProgress::p50Nanos)),
				highest(seconds.stream().mapToLong(LoadProgress::p99Nanos)));
	}

	private static double highest(LongStream nanos) {
		long highest = nanos.max().orElse(Result.NEVER);
		return (highest == Result.NEVER) ? Double.NaN : Result.millis(highest);
	}

	boolean isEmpty() {
		return this.bins.isEmpty();
	}

	/** Return the time in seconds at which the last bin ends. */
	double end() {
		return this.bins.get(this.bins.size() - 1).to();
	}

	/** Return how long a bin is, to follow the title of an axis. */
	String text() {
		return (this.width == 1) ? "" : ", in steps of " + this.width;
	}

	/** Return the verdicts of exchanges that were not OK, the most frequent first. */
	List<Verdict> failures() {
		Map<Verdict, Double> sums = new TreeMap<>();
		this.bins.forEach((bin) -> bin.failed().forEach((verdict, rate) -> sums.merge(verdict, rate, Double::sum)));
		return sums.keySet().stream().sorted(Comparator.comparing(sums::get).reversed()).toList();
	}

	/**
	 * One or several seconds.
	 *
	 * @param from when it begins, in seconds since the begin of the load
	 * @param to when it ends
	 * @param ok exchanges in a second that ended in OK, on average
	 * @param failed exchanges in a second that ended otherwise, by verdict
	 * @param p50 the median in milliseconds, of several seconds the highest; NaN if there
	 * is none
	 * @param p99 the 99th percentile, likewise
	 */
	record Bin(double from, double to, double ok, Map<Verdict, Double> failed, double p50, double p99) {

		double allFailed() {
			return this.failed.values().stream().mapToDouble(Double::doubleValue).sum();
		}

		/** Return its time, such as {@code 3 to 4}. */
		String text() {
			return (long) this.from + " to " + (long) this.to;
		}

	}

}
