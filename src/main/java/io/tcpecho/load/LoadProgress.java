package io.tcpecho.load;

import io.tcpecho.probe.Verdict;

/**
 * The results of the last second of a load.
 *
 * @param second its number, from 1, the seconds of the warm-up included
 * @param warmUp whether it belongs to the warm-up, which the summary leaves out
 * @param ok exchanges that ended in {@link Verdict#OK}
 * @param failed exchanges that ended otherwise
 * @param p99Nanos the 99th percentile of the times of exchanges that ended in OK, in
 * nanoseconds
 */
public record LoadProgress(long second, boolean warmUp, long ok, long failed, long p99Nanos) implements LoadEvent {

}
