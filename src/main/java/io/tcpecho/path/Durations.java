package io.tcpecho.path;

import java.time.Duration;
import java.util.Locale;

/**
 * Times as people read them.
 */
final class Durations {

	private Durations() {
	}

	/** Return {@code 350 ms}, {@code 4.33 s}, {@code 60 s} or {@code 4 min 10 s}. */
	static String text(Duration time) {
		long millis = time.toMillis();
		if (millis < 1_000) {
			return millis + " ms";
		}
		if (millis < 120_000) {
			String seconds = String.format(Locale.ROOT, "%.2f", millis / 1e3);
			return seconds.replaceAll("\\.?0+$", "") + " s";
		}
		long seconds = Math.round(millis / 1e3);
		return seconds / 60 + " min" + ((seconds % 60 > 0) ? " " + seconds % 60 + " s" : "");
	}

	/** Return a time in milliseconds as text. */
	static String text(long millis) {
		return text(Duration.ofMillis(millis));
	}

}
