package io.tcpecho.fault;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The units of a time, as JSON writes it: a number alone is in the unit that Toxiproxy
 * has for the same member, a text names its unit.
 */
enum Unit {

	MICROSECONDS("us", 1_000),

	MILLISECONDS("ms", 1_000_000),

	SECONDS("s", 1_000_000_000L),

	MINUTES("m", 60 * 1_000_000_000L),

	HOURS("h", 3_600 * 1_000_000_000L);

	private static final BigDecimal NEITHER = BigDecimal.ONE.negate();

	private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(us|ms|s|m|h)");

	private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KB|MB|GB)?");

	private final String symbol;

	private final long nanos;

	Unit(String symbol, long nanos) {
		this.symbol = symbol;
		this.nanos = nanos;
	}

	/** Return a number of this unit in nanoseconds. */
	BigDecimal inNanos(BigDecimal number) {
		return number.multiply(BigDecimal.valueOf(this.nanos));
	}

	/**
	 * Return the nanoseconds of a text such as {@code 200ms}, however many; -1 if it is
	 * no time.
	 */
	static BigDecimal nanos(String text) {
		Matcher matcher = TIME.matcher(text);
		if (matcher.matches()) {
			for (Unit unit : values()) {
				if (unit.symbol.equals(matcher.group(2))) {
					return unit.inNanos(new BigDecimal(matcher.group(1)));
				}
			}
		}
		return NEITHER;
	}

	/**
	 * Return the bytes of a text such as {@code 64KB}, however many; -1 if it is no size.
	 */
	static BigDecimal bytes(String text) {
		Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
		if (!matcher.matches()) {
			return NEITHER;
		}
		String unit = (matcher.group(2) != null) ? matcher.group(2) : "B";
		int shift = switch (unit) {
			case "KB" -> 10;
			case "MB" -> 20;
			case "GB" -> 30;
			default -> 0;
		};
		return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << shift));
	}

}
