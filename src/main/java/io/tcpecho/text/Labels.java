package io.tcpecho.text;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Values in the spelling of the configuration file, which endpoints, meters and options
 * use too.
 */
public final class Labels {

	private Labels() {
	}

	/** Return the name of a constant in lower case with dashes. */
	public static String of(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** Return a duration in seconds, or in milliseconds if it has a fraction. */
	public static String of(Duration value) {
		return (value.getNano() == 0) ? value.toSeconds() + "s" : value.toMillis() + "ms";
	}

	/**
	 * Return the constant with a label.
	 * @throws IllegalArgumentException if no constant has this label; the message names
	 * all labels
	 */
	public static <E extends Enum<E>> E parse(Class<E> type, String label) {
		for (E constant : type.getEnumConstants()) {
			if (of(constant).equals(label)) {
				return constant;
			}
		}
		throw new IllegalArgumentException("'" + label + "' is none of " + all(type));
	}

	private static String all(Class<? extends Enum<?>> type) {
		return Arrays.stream(type.getEnumConstants()).map(Labels::of).collect(Collectors.joining(", "));
	}

}
