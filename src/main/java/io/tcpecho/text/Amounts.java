package io.tcpecho.text;

import java.util.Locale;

/**
 * Counts, rates and shares as people read them.
 */
public final class Amounts {

	private static final double BITS_PER_BYTE = 8;

	private Amounts() {
	}

	/** Return {@code 1 exchange} or {@code 3 exchanges}. */
	public static String count(long count, String one) {
		return count + " " + one + ((count == 1) ? "" : "s");
	}

	/** Return a rate, such as {@code 2.0 Mbit/s}. */
	public static String rate(double bytesPerSecond) {
		double bits = bytesPerSecond * BITS_PER_BYTE;
		if (bits >= 1e9) {
			return String.format(Locale.ROOT, "%.1f Gbit/s", bits / 1e9);
		}
		return (bits >= 1e6) ? String.format(Locale.ROOT, "%.1f Mbit/s", bits / 1e6)
				: String.format(Locale.ROOT, "%.1f kbit/s", bits / 1e3);
	}

	/**
	 * Return a part of a whole in per cent, rounded to one digit after the point: neither
	 * 0 nor 100 unless it is that exactly.
	 * @param whole more than 0
	 */
	public static double percent(long part, long whole) {
		double percent = Math.round(1000.0 * part / whole) / 10.0;
		if (part > 0 && percent == 0) {
			return 0.1;
		}
		return (part < whole && percent == 100) ? 99.9 : percent;
	}

}
