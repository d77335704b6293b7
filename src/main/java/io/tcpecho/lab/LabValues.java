package io.tcpecho.lab;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tcpecho.text.Units;

/**
 * The times and sizes in a first line: {@code 300ms}, {@code 65s}, {@code 5m},
 * {@code 2h}; {@code 64}, {@code 64B}, {@code 5KB} (5,120 bytes), {@code 10MB}.
 */
final class LabValues {

	private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

	private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})(|B|KB|MB)");

	private LabValues() {
	}

	/** Read a time. */
	static Duration time(String key, String value, Duration longest) {
		Matcher matcher = TIME.matcher(value);
		if (!matcher.matches()) {
			throw new IllegalArgumentException(key + " is no time, such as 300ms, 65s, 5m or 2h");
		}
		Duration time = Duration.of(Long.parseLong(matcher.group(1)), Units.time(matcher.group(2)));
		if (time.compareTo(longest) > 0) {
			throw new IllegalArgumentException(
					key + " is " + time.toMillis() + " ms, and must be at most " + longest.toMillis() + " ms");
		}
		return time;
	}

	/** Read a size. */
	static long size(String key, String value, long largest) {
		Matcher matcher = SIZE.matcher(value);
		if (!matcher.matches()) {
			throw new IllegalArgumentException(key + " is no size, such as 64, 64B, 5KB or 10MB");
		}
		long size = Long.parseLong(matcher.group(1)) * Units.sizeInBytes(matcher.group(2));
		if (size > largest) {
			throw new IllegalArgumentException(key + " is " + size + " bytes, and must be at most " + largest);
		}
		return size;
	}

}
