package io.tcpecho.cli;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tcpecho.probe.Result;
import org.HdrHistogram.AbstractHistogram;

/**
 * The percentiles that every report of a load shows.
 */
final class Percentiles {

	private Percentiles() {
	}

	/** Return median, other percentiles and maximum in milliseconds, by their names. */
	static Map<String, Double> of(AbstractHistogram nanos) {
		Map<String, Double> millis = new LinkedHashMap<>();
		for (double percent : new double[] { 50, 90, 99, 99.9 }) {
			millis.put("p" + number(percent), Result.millis(nanos.getValueAtPercentile(percent)));
		}
		millis.put("max", Result.millis(nanos.getMaxValue()));
		return millis;
	}

	private static String number(double percent) {
		return (percent == Math.rint(percent)) ? Long.toString((long) percent) : Double.toString(percent);
	}

}
