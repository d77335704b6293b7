package io.tcpecho.load;

import io.tcpecho.probe.Verdict;

/**
 * The last second of a load.
 *
 * @param second its number, from 1; those of the warm-up count
 * @param warmUp whether it does not count for the summary
 * @param ok exchanges that ended in {@link Verdict#OK}
 * @param failed exchanges that ended otherwise
 * @param p99Nanos the 99th percentile of the times of the former, in nanoseconds
 */
public record LoadProgress(long second, boolean warmUp, long ok, long failed, long p99Nanos) implements LoadEvent {

}
