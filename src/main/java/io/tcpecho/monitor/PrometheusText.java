package io.tcpecho.monitor;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gauges in Prometheus' text format 0.0.4. The samples of one name follow each other. Not
 * thread-safe.
 */
final class PrometheusText {

	private final StringBuilder text = new StringBuilder();

	private final Set<String> names = new HashSet<>();

	/** Append a sample. */
	void gauge(String name, String help, double value, Label... labels) {
		if (this.names.add(name)) {
			this.text.append("# HELP ").append(name).append(' ').append(help).append('\n');
			this.text.append("# TYPE ").append(name).append(" gauge\n");
		}
		this.text.append(name)
			.append((labels.length == 0) ? ""
					: Arrays.stream(labels).map(Label::text).collect(Collectors.joining(",", "{", "}")))
			.append(' ')
			.append((value == Math.rint(value) && Math.abs(value) < 1e15) ? Long.toString((long) value)
					: Double.toString(value))
			.append('\n');
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

	/**
	 * A label of a sample.
	 *
	 * @param name its name
	 * @param value its value, which may have any character
	 */
	record Label(String name, String value) {

		String text() {
			return this.name + "=\"" + this.value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
					+ '"';
		}

	}

}
