package io.tcpecho.server;

import java.time.Duration;
import java.util.Locale;

/**
 * Values as the configuration file writes them.
 */
final class Labels {

	private Labels() {
	}

	static String of(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static String of(Duration value) {
		return (value.getNano() == 0) ? value.toSeconds() + "s" : value.toMillis() + "ms";
	}

}
