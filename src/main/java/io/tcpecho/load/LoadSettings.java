package io.tcpecho.load;

import java.time.Duration;

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
 * @param size payload bytes of each message
 * @param connections the largest number of exchanges at a time
 * @param rate exchanges that are due in a second; 0 for as many as possible
 * @param warmup the time before the measured time
 * @param duration the measured time
 * @param timeout the longest time of one exchange
 * @param entrance what comes between the connect and the first message of a connection
 */
public record LoadSettings(Target target, MessageFormat format, int size, int connections, long rate, Duration warmup,
		Duration duration, Duration timeout, Entrance entrance) {

	private static final long HIGHEST_RATE = 1_000_000;

	/**
	 * Check the values against each other and against the machine.
	 * @throws IllegalArgumentException if a value is wrong; the message names it
	 */
	public LoadSettings {
		format.check(size);
		entrance.check(target);
		entrance.preamble().check(format);
		requireBetween("connections", connections, 1, 1_000_000);
		requireBetween("rate", rate, 0, HIGHEST_RATE);
		if (duration.isZero() || timeout.isZero()) {
			throw new IllegalArgumentException(
					(duration.isZero() ? "duration" : "timeout") + " 0ms is not more than 0ms");
		}
		long held = (long) connections * size;
		long half = Runtime.getRuntime().maxMemory() / 2;
		if (held > half) {
			throw new IllegalArgumentException("connections " + connections + " x size " + size + " = " + held
					+ " bytes, more than half the maximum heap, " + half);
		}
	}

	/** Create the settings of a load that goes straight to its target, in plain text. */
	public LoadSettings(Target target, MessageFormat format, int size, int connections, long rate, Duration warmup,
			Duration duration, Duration timeout) {
		this(target, format, size, connections, rate, warmup, duration, timeout, Entrance.DIRECT);
	}

	/** Return how each message is sent. */
	Setup setup() {
		return Setup.of(this.format, this.format.sizeOnWire(this.size), this.timeout, Duration.ZERO).by(this.entrance);
	}

	private static void requireBetween(String name, long value, long smallest, long largest) {
		if (value < smallest || value > largest) {
			throw new IllegalArgumentException(name + " " + value + " is not between " + smallest + " and " + largest);
		}
	}

}
