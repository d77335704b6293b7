package io.tcpecho.probe.diagnosis;

import java.util.Locale;

/**
 * Numbers as people read them.
 */
public final class Words {

	private static final double NANOS_PER_MILLI = 1e6;

	private static final double NANOS_PER_SECOND = 1e9;

	private static final double BITS_PER_BYTE = 8;

	private Words() {
	}

	/** Return a time: {@code 0.2 ms}, {@code 340 ms}, {@code 2.03 s}. */
	public static String time(double nanos) {
		if (nanos >= NANOS_PER_SECOND) {
			return String.format(Locale.ROOT, "%.2f s", nanos / NANOS_PER_SECOND);
		}
		double millis = nanos / NANOS_PER_MILLI;
		return String.format(Locale.ROOT, (millis < 10) ? "%.1f ms" : "%.0f ms", millis);
	}

	/** Return a rate: {@code 2.0 Mbit/s}. */
	public static String rate(double bytesPerSecond) {
		double bits = bytesPerSecond * BITS_PER_BYTE;
		if (bits >= 1e9) {
			return String.format(Locale.ROOT, "%.1f Gbit/s", bits / 1e9);
		}
		return (bits >= 1e6) ? String.format(Locale.ROOT, "%.1f Mbit/s", bits / 1e6)
				: String.format(Locale.ROOT, "%.1f kbit/s", bits / 1e3);
	}

	/** Return {@code 1 exchange} or {@code 3 exchanges}. */
	public static String count(long count, String one) {
		return count + " " + one + ((count == 1) ? "" : "s");
	}

}
