package io.tcpecho.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.tcpecho.text.Labels;

/**
 * A rule about properties, of this package or another; {@code META-INF/spring.factories}
 * lists the classes that take part in the checks at the start, so that all problems are
 * reported at once. A constructor may take records of properties, the environment, the
 * limits of the process and the SSL bundles.
 */
public interface ConfigurationCheck {

	/** The longest time that any property may have. */
	Duration LONGEST_TIME = Duration.ofDays(365);

	/**
	 * Return the problems.
	 * @return for each problem a sentence without a full stop, which names the property,
	 * its value and the limit
	 */
	List<String> problems();

	/**
	 * Return the problem of a time, if there is one.
	 * @param key the property
	 * @param value its value
	 * @param shortest the shortest time allowed
	 */
	static Optional<String> time(String key, Duration value, Duration shortest) {
		if (value.compareTo(shortest) >= 0 && value.compareTo(LONGEST_TIME) <= 0) {
			return Optional.empty();
		}
		return Optional.of(key + " is " + Labels.of(value) + ", and must be between " + Labels.of(shortest) + " and "
				+ LONGEST_TIME.toDays() + "d");
	}

}
