package io.tcpecho.fault;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.tcpecho.text.AddressRange;
import io.tcpecho.text.Labels;
import io.tcpecho.text.Units;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a JSON object, and refuses the members that are not known. Every
 * refusal names the member, its value and the limit.
 */
final class Members {

	private static final int MOST_CHARACTERS_SHOWN = 60;

	private static final long LARGEST_SIZE_IN_BYTES = 1L << 40;

	private static final BigDecimal NEITHER = BigDecimal.ONE.negate();

	private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(us|ms|s|m|h)");

	private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(|B|KB|MB|GB)");

	private final String path;

	private final Map<String, Object> values = new LinkedHashMap<>();

	private final Set<String> known = new TreeSet<>();

	/**
	 * Read an object.
	 * @param path its name in messages, empty for the whole request
	 */
	Members(String path, Map<?, ?> object) {
		this.path = path;
		object.forEach((name, value) -> this.values.put(String.valueOf(name), value));
	}

	private String at(String name) {
		return this.path.isEmpty() ? name : this.path + "." + name;
	}

	/** Return the members as they were written. */
	Map<String, Object> shown() {
		return Collections.unmodifiableMap(new LinkedHashMap<>(this.values));
	}

	String path() {
		return this.path;
	}

	boolean has(String name) {
		this.known.add(name);
		return this.values.get(name) != null;
	}

	<T> T required(String name, Function<String, T> read) {
		if (!has(name)) {
			throw new IllegalArgumentException(at(name) + " is missing");
		}
		return read.apply(name);
	}

	<T extends @Nullable Object> T optional(String name, T otherwise, Function<String, T> read) {
		return has(name) ? read.apply(name) : otherwise;
	}

	/** Refuse the members that have not been asked for. */
	void refuseOthers(String owner) {
		for (String name : this.values.keySet()) {
			if (!this.known.contains(name)) {
				throw new IllegalArgumentException(
						at(name) + " is no member" + owner + "; these are: " + String.join(", ", this.known));
			}
		}
	}

	List<?> list(String name, int most) {
		Object value = required(name, this.values::get);
		if (value instanceof List<?> list && !list.isEmpty() && list.size() <= most) {
			return list;
		}
		throw wrong(name, (value instanceof List<?> list) ? list.size() + " long" : shown(value),
				"a list of 1 to " + most + " faults");
	}

	FaultType type(String name) {
		Object value = this.values.get(name);
		return Arrays.stream(FaultType.values())
			.filter((type) -> type.toString().equals(value))
			.findFirst()
			.orElseThrow(() -> wrong(name, shown(value), "one of "
					+ Arrays.stream(FaultType.values()).map(FaultType::toString).collect(Collectors.joining(", "))));
	}

	AddressRange range(String name) {
		try {
			return AddressRange.parse(String.valueOf(this.values.get(name)));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(at(name) + ": " + ex.getMessage());
		}
	}

	double probability(String name) {
		if (this.values.get(name) instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
			return number.doubleValue();
		}
		throw wrong(name, shown(this.values.get(name)), "a number from 0 to 1");
	}

	long integer(String name, long smallest, long largest) {
		BigDecimal number = number(this.values.get(name));
		if (number != null && isInteger(number) && isBetween(number, smallest, largest)) {
			return number.longValue();
		}
		throw wrong(name, shown(this.values.get(name)), "a whole number from " + smallest + " to " + largest);
	}

	/**
	 * Return a number of bytes: a number alone, or a text such as {@code 64KB}.
	 * @param unitInBytes what a number alone counts
	 */
	long bytes(String name, long unitInBytes, long smallest) {
		Object value = this.values.get(name);
		BigDecimal number = number(value);
		BigDecimal bytes = (number != null) ? number.multiply(BigDecimal.valueOf(unitInBytes))
				: bytes((value instanceof String text) ? text : "");
		if (isInteger(bytes) && isBetween(bytes, smallest, LARGEST_SIZE_IN_BYTES)) {
			return bytes.longValue();
		}
		throw wrong(name, shown(value), "from " + smallest + " bytes to 1024GB, as in "
				+ ((unitInBytes == 1) ? "1000" : "1 (1024 bytes)") + " or 64KB");
	}

	/**
	 * Return a time in nanoseconds: a number alone, or a text such as {@code 200ms}.
	 * @param unit the unit of a number alone
	 */
	long nanos(String name, ChronoUnit unit, Duration shortest, Duration longest, String reason) {
		Object value = this.values.get(name);
		BigDecimal number = number(value);
		BigDecimal nanos = (number != null) ? inNanos(number, unit) : nanos((value instanceof String text) ? text : "");
		if (isBetween(nanos, shortest.toNanos(), longest.toNanos())) {
			return nanos.longValue();
		}
		throw wrong(name, shown(value),
				"from " + Labels.of(shortest) + " to " + Labels.of(longest) + reason + ", as in 200ms, 5s or 1m");
	}

	/** Return a time of at most an hour; 0 if it is not given. */
	long nanos(String name, ChronoUnit unit) {
		return optional(name, 0L, (found) -> nanos(found, unit, Duration.ZERO, Duration.ofHours(1), ""));
	}

	/** Return the bytes of a text such as {@code 64KB}; -1 if it is no size. */
	private static BigDecimal bytes(String text) {
		Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
		if (!matcher.matches()) {
			return NEITHER;
		}
		return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(Units.sizeInBytes(matcher.group(2))));
	}

	/** Return the nanoseconds of a text such as {@code 200ms}; -1 if it is no time. */
	private static BigDecimal nanos(String text) {
		Matcher matcher = TIME.matcher(text);
		return matcher.matches() ? inNanos(new BigDecimal(matcher.group(1)), Units.time(matcher.group(2))) : NEITHER;
	}

	private static BigDecimal inNanos(BigDecimal number, ChronoUnit unit) {
		return number.multiply(BigDecimal.valueOf(unit.getDuration().toNanos()));
	}

	private static @Nullable BigDecimal number(@Nullable Object value) {
		if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
			return null;
		}
		return new BigDecimal(number.toString());
	}

	private static boolean isInteger(BigDecimal number) {
		return number.stripTrailingZeros().scale() <= 0;
	}

	private static boolean isBetween(BigDecimal number, long smallest, long largest) {
		return number.compareTo(BigDecimal.valueOf(smallest)) >= 0
				&& number.compareTo(BigDecimal.valueOf(largest)) <= 0;
	}

	private IllegalArgumentException wrong(String name, String value, String limit) {
		return new IllegalArgumentException(at(name) + " is " + value + ", and must be " + limit);
	}

	/** Return a value as messages show it. */
	static String shown(@Nullable Object value) {
		String text = String.valueOf(value);
		String part = (text.length() > MOST_CHARACTERS_SHOWN) ? text.substring(0, MOST_CHARACTERS_SHOWN) + "..." : text;
		return (value instanceof String) ? "'" + part + "'" : part;
	}

}
