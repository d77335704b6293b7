package io.tcpecho.monitor;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A target that is probed on a schedule, after the checks. Immutable.
 *
 * @param name its name
 * @param destination where its exchanges go
 * @param manner how they are made
 * @param interval the time from the beginning of one round to that of the next
 * @param maxTargets how many addresses of a name are probed
 * @param leaveTime how long failures of an address that was OK are held back
 * @param labPort the port of the labs of the other addresses; null if the target is in no
 * matrix
 */
record WatchSettings(String name, Destination destination, Manner manner, Duration interval, int maxTargets,
		Duration leaveTime, @Nullable Integer labPort) {

	/** Return whether failures may be those of an address that leaves its name. */
	boolean holdsBack() {
		return this.destination.everyAddress() && !this.leaveTime.isZero();
	}

}
