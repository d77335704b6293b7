package io.tcpecho.load;

import java.time.Duration;
import java.util.List;

/**
 * What a load was asked to do, in values that a file can hold.
 *
 * @param target the server as it was given
 * @param framing the name of the framing
 * @param sizes payload bytes of the messages, which take turns
 * @param connections the largest number of exchanges at a time
 * @param rate exchanges that are due in a second; 0 for as many as possible
 * @param warmup the time before the measured time
 * @param duration the measured time
 * @param timeout the longest time of one exchange
 * @param entrance what comes between the connect and the first message, in words; empty
 * for nothing
 */
public record LoadOptions(String target, String framing, List<Integer> sizes, int connections, long rate,
		Duration warmup, Duration duration, Duration timeout, String entrance) {

	public LoadOptions {
		sizes = List.copyOf(sizes);
	}

}
