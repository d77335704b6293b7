package io.tcpecho.load;

import java.util.ArrayList;
import java.util.List;

import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import org.HdrHistogram.Histogram;

/**
 * The statistics of a load second by second. Not thread-safe.
 */
final class Seconds {

	private static final int SIGNIFICANT_DIGITS = 3;

	private final List<LoadProgress> closed = new ArrayList<>();

	private final Histogram okNanos = new Histogram(SIGNIFICANT_DIGITS);

	private long failed;

	/** Count a result in the current second. */
	void add(Result result) {
		if (result.verdict() == Verdict.OK) {
			this.okNanos.recordValue(result.totalNanos());
		}
		else {
			this.failed++;
		}
	}

	/** Return the number of the current second, from 1. */
	long current() {
		return this.closed.size() + 1;
	}

	/** Return whether the current second has no result yet. */
	boolean isCurrentEmpty() {
		return this.okNanos.getTotalCount() + this.failed == 0;
	}

	/**
	 * End the current second and begin the next.
	 * @param warmUp whether it belongs to the warm-up
	 * @return the second that has ended
	 */
	LoadProgress close(boolean warmUp) {
		LoadProgress second = new LoadProgress(current(), warmUp, this.okNanos.getTotalCount(), this.failed,
				this.okNanos.getValueAtPercentile(99));
		this.closed.add(second);
		this.okNanos.reset();
		this.failed = 0;
		return second;
	}

	/** Return the seconds that have ended. */
	List<LoadProgress> closed() {
		return List.copyOf(this.closed);
	}

}
