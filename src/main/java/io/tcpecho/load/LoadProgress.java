package io.tcpecho.load;

import java.time.Duration;
import java.util.Map;

import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.HdrHistogram.AbstractHistogram;

/**
 * The results of one second of a load, the second in which the exchanges ended.
 *
 * @param second its number, from 1, the seconds of the warm-up included
 * @param warmUp whether it belongs to the warm-up, which the summary leaves out
 * @param length its length: a whole second, or less for the last one of a load
 * @param verdicts the number of exchanges by verdict, without zeros
 * @param p50Nanos the median of the times of exchanges that ended in OK, in nanoseconds;
 * {@link Result#NEVER} if there was none
 * @param p99Nanos their 99th percentile, likewise
 */
public record LoadProgress(long second, boolean warmUp, Duration length, Map<Verdict, Long> verdicts, long p50Nanos,
		long p99Nanos) {

	private static final Duration SECOND = Duration.ofSeconds(1);

	public LoadProgress {
		verdicts = Map.copyOf(verdicts);
	}

	/**
	 * Return the results of a second.
	 * @param okNanos the times of exchanges that ended in OK
	 */
	static LoadProgress of(long second, boolean warmUp, Duration length, Map<Verdict, Long> verdicts,
			AbstractHistogram okNanos) {
		boolean any = okNanos.getTotalCount() > 0;
		return new LoadProgress(second, warmUp, length, verdicts, any ? okNanos.getValueAtPercentile(50) : Result.NEVER,
				any ? okNanos.getValueAtPercentile(99) : Result.NEVER);
	}

	/** Return whether it lasted for a second: in less, a rate would look like a fall. */
	public boolean isWhole() {
		return this.length.compareTo(SECOND) >= 0;
	}

	/** Return how many exchanges ended in {@link Verdict#OK}. */
	public long ok() {
		return this.verdicts.getOrDefault(Verdict.OK, 0L);
	}

	/** Return how many exchanges ended otherwise. */
	public long failed() {
		return this.verdicts.values().stream().mapToLong(Long::longValue).sum() - ok();
	}

}
