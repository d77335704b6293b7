package io.tcpecho.load;

import java.time.Duration;

/**
 * The time of a load: a warm-up, and then the measured time. Times are those of
 * {@link System#nanoTime()}.
 *
 * @param start when the load began
 * @param warmUp the time before the measured time
 * @param duration the measured time
 */
record Window(long start, Duration warmUp, Duration duration) {

	/** Return the time from which exchanges count. */
	long countsFrom() {
		return this.start + this.warmUp.toNanos();
	}

	/** Return the time from which no further exchange is due. */
	long end() {
		return countsFrom() + this.duration.toNanos();
	}

	/**
	 * Return whether the warm-up is over at a time, so that an exchange that is due then
	 * counts.
	 */
	boolean counts(long time) {
		return time - countsFrom() >= 0;
	}

	/** Return whether a time is at the end of the window or after it. */
	boolean isOver(long time) {
		return time - end() >= 0;
	}

	/** Return how much of the measured time has passed at a time. */
	Duration counted(long time) {
		long until = isOver(time) ? end() : time;
		return Duration.ofNanos(Math.max(0, until - countsFrom()));
	}

}
