package io.tcpecho.text;

import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * The units of times and sizes in texts that people write. Which of them a text may have,
 * and in which form, is decided by the class that reads it.
 */
public final class Units {

	private static final Map<String, ChronoUnit> TIMES = Map.of("ns", ChronoUnit.NANOS, "us", ChronoUnit.MICROS, "ms",
			ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS, "d",
			ChronoUnit.DAYS);

	private static final Map<String, Long> SIZES_IN_BYTES = Map.of("", 1L, "B", 1L, "KB", 1L << 10, "MB", 1L << 20,
			"GB", 1L << 30, "TB", 1L << 40);

	private Units() {
	}

	/**
	 * Return the unit of time with a symbol.
	 * @param symbol ns, us, ms, s, m, h or d
	 * @throws IllegalArgumentException if it is none of them
	 */
	public static ChronoUnit time(String symbol) {
		ChronoUnit unit = TIMES.get(symbol);
		if (unit == null) {
			throw new IllegalArgumentException("'" + symbol + "' is none of ns, us, ms, s, m, h, d");
		}
		return unit;
	}

	/**
	 * Return the bytes that a unit of size has.
	 * @param symbol B, KB (1,024 bytes), MB, GB or TB; B if it is empty
	 * @throws IllegalArgumentException if the symbol is none of them
	 */
	public static long sizeInBytes(String symbol) {
		Long size = SIZES_IN_BYTES.get(symbol);
		if (size == null) {
			throw new IllegalArgumentException("'" + symbol + "' is none of B, KB, MB, GB, TB");
		}
		return size;
	}

}
