package io.tcpecho.text;

import java.time.Duration;
import java.util.Locale;

/**
 * Values as the configuration file writes them.
 */
public final class Labels {

	private Labels() {
	}

	/** Return the name of a constant in lower case with dashes. */
	public static String of(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** Return a duration in seconds, or in milliseconds if it has a fraction. */
	public static String of(Duration value) {
		return (value.getNano() == 0) ? value.toSeconds() + "s" : value.toMillis() + "ms";
	}

}
