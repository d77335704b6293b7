package io.tcpecho.load;

import java.time.Instant;

/**
 * A second of a load that has ended, with all times that were measured in it.
 *
 * @param progress its results
 * @param beganAt when it began
 * @param warmUp the exchanges that were due before the end of the warm-up
 * @param counted those that count
 */
public record LoadSecond(LoadProgress progress, Instant beganAt, Recordings warmUp,
		Recordings counted) implements LoadEvent {

}
