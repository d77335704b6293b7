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
 * @param maxHalfClose the longest silence of the far end of a half-closed connection, at
 * least a second
 */
public record PathSettings(Target target, AddressFamily family, Set<Measurement> measurements, Duration timeout,
		Duration maxIdle, Duration maxHalfClose) {

	private static final Duration LONGEST = Duration.ofHours(24);

	public PathSettings {
		check("timeout", timeout, Duration.ofMillis(100), Duration.ofMinutes(1));
		check("max-idle", maxIdle, Duration.ofSeconds(1), LONGEST);
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
