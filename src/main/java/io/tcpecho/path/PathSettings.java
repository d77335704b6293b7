package io.tcpecho.path;

import java.time.Duration;
import java.util.Set;

import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Target;

/**
 * What is measured, and within which bounds.
 *
 * @param target the far end
 * @param family the addresses of its name that are used; the first is taken
 * @param measurements what is measured, in the order of their declaration
 * @param timeout how long an answer may take that is due
 * @param maxIdle the longest silence of a connection, at least a second
 * @param first the end that breaks the silence of the measurement idle
 * @param keepAlive the time between two keepalives of TCP in that silence, in whole
 * seconds; zero for none
 * @param maxHalfClose the longest silence of the far end of a half-closed connection, at
 * least a second
 */
public record PathSettings(Target target, AddressFamily family, Set<Measurement> measurements, Duration timeout,
		Duration maxIdle, Speaker first, Duration keepAlive, Duration maxHalfClose) {

	private static final Duration LONGEST = Duration.ofHours(24);

	/** The largest number of seconds that Linux takes. */
	private static final Duration LONGEST_KEEPALIVE = Duration.ofSeconds(32_767);

	public PathSettings {
		check("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(1));
		check("max-idle", maxIdle, Duration.ofSeconds(1), LONGEST);
		if (!keepAlive.isZero()) {
			check("keepalive", keepAlive, Duration.ofSeconds(1), LONGEST_KEEPALIVE);
			if (keepAlive.toMillisPart() > 0) {
				throw new IllegalArgumentException(
						"keepalive is " + keepAlive.toMillis() + " ms, and must be whole seconds");
			}
		}
		check("max-half-close", maxHalfClose, Duration.ofSeconds(1), LONGEST);
		measurements = Set.copyOf(measurements);
	}

	private static void check(String name, Duration value, Duration shortest, Duration longest) {
		if (value.compareTo(shortest) < 0 || value.compareTo(longest) > 0) {
			throw new IllegalArgumentException(name + " is " + value.toMillis() + " ms, and must be between "
					+ shortest.toMillis() + " and " + longest.toMillis() + " ms");
		}
	}

}
