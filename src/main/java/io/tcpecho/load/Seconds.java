package io.tcpecho.load;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.tcpecho.probe.Result;

/**
 * The statistics of a load second by second. Not thread-safe.
 */
final class Seconds {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final List<LoadProgress> closed = new ArrayList<>();

	private Recordings warmUp = new Recordings();

	private Recordings counted = new Recordings();

	/**
	 * Count a result in the current second.
	 * @param counts whether its exchange was due after the warm-up
	 */
	void add(Result result, boolean counts) {
		(counts ? this.counted : this.warmUp).add(result);
	}

	/** Return the number of the current second, from 1. */
	long current() {
		return this.closed.size() + 1;
	}

	/** Return whether the current second has no result yet. */
	boolean isCurrentEmpty() {
		return this.warmUp.isEmpty() && this.counted.isEmpty();
	}

	/**
	 * End the current second and begin the next.
	 * @param beganAt when the load began
	 * @param inWarmUp whether all of it belongs to the warm-up
	 * @param length its length, at most a second
	 * @return the second that has ended
	 */
	LoadSecond close(Instant beganAt, boolean inWarmUp, Duration length) {
		Recordings all = new Recordings();
		all.add(this.warmUp);
		all.add(this.counted);
		LoadSecond second = new LoadSecond(LoadProgress.of(current(), inWarmUp, length, all.verdicts(), all.okNanos()),
				beganAt.plus(SECOND.multipliedBy(this.closed.size())), this.warmUp, this.counted);
		this.closed.add(second.progress());
		this.warmUp = new Recordings();
		this.counted = new Recordings();
		return second;
	}

	/** Return the seconds that have ended. */
	List<LoadProgress> closed() {
		return List.copyOf(this.closed);
	}

}
