package io.tcpecho.probe.diagnosis;

import java.util.Locale;

/**
 * Times as people read them.
 */
public final class Words {

	private static final double NANOS_PER_MILLI = 1e6;

	private static final double NANOS_PER_SECOND = 1e9;

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

}
