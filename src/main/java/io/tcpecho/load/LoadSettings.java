package io.tcpecho.load;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import io.tcpecho.probe.Entrance;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Target;

/**
 * The settings of a load.
 *
 * @param target the server
 * @param format the framing of the messages; where it keeps connections open, each
 * carries one exchange after the other
 * @param sizes payload bytes of the messages, which take turns
 * @param connections the largest number of exchanges at a time
 * @param rate exchanges that are due in a second; 0 for as many as possible
 * @param warmup the time before the measured time
 * @param duration the measured time
 * @param timeout the longest time of one exchange
 * @param entrance what comes between the connect and the first message of a connection
 */
public record LoadSettings(Target target, MessageFormat format, List<Integer> sizes, int connections, long rate,
		Duration warmup, Duration duration, Duration timeout, Entrance entrance) {

	private static final long HIGHEST_RATE = 1_000_000;

	private static final int MOST_SIZES = 16;

	/**
	 * Check the values against each other and against the machine.
	 * @throws IllegalArgumentException if a value is wrong; the message names it
	 */
	public LoadSettings {
		sizes = List.copyOf(sizes);
		sizes.forEach(format::check);
		requireBetween("number of sizes", sizes.size(), 1, MOST_SIZES);
		if (sizes.stream().distinct().count() < sizes.size()) {
			throw new IllegalArgumentException("size " + twice(sizes) + " is given twice");
		}
		entrance.check(target);
		entrance.preamble().check(format);
		requireBetween("connections", connections, 1, 1_000_000);
		requireBetween("rate", rate, 0, HIGHEST_RATE);
		if (duration.isZero() || timeout.isZero()) {
			throw new IllegalArgumentException(
					(duration.isZero() ? "duration" : "timeout") + " 0ms is not more than 0ms");
		}
		int size = Collections.max(sizes);
		long held = (long) connections * size;
		long half = Runtime.getRuntime().maxMemory() / 2;
		if (held > half) {
			throw new IllegalArgumentException("connections " + connections + " x size " + size + " = " + held
					+ " bytes, more than half the maximum heap, " + half);
		}
	}

	/** Create the settings of a load that goes straight to its target, in plain text. */
	public LoadSettings(Target target, MessageFormat format, List<Integer> sizes, int connections, long rate,
			Duration warmup, Duration duration, Duration timeout) {
		this(target, format, sizes, connections, rate, warmup, duration, timeout, Entrance.DIRECT);
	}

	private static int twice(List<Integer> sizes) {
		return sizes.stream().filter((size) -> Collections.frequency(sizes, size) > 1).findFirst().orElseThrow();
	}

	/** Return the same in values that a file can hold. */
	public LoadOptions options() {
		return new LoadOptions(this.target.toString(), this.format.toString(), this.sizes, this.connections, this.rate,
				this.warmup, this.duration, this.timeout, this.entrance.isDirect() ? "" : this.entrance.toString());
	}

	/** Return how messages of a size are sent. */
	Setup setup(int size) {
		return Setup.of(this.format, this.format.sizeOnWire(size), this.timeout, Duration.ZERO).by(this.entrance);
	}

	private static void requireBetween(String name, long value, long smallest, long largest) {
		if (value < smallest || value > largest) {
			throw new IllegalArgumentException(name + " " + value + " is not between " + smallest + " and " + largest);
		}
	}

}
