package io.tcpecho.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.Drain;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import io.tcpecho.settings.TcpEchoProperties.OnOversize;
import io.tcpecho.settings.TcpEchoProperties.Timeouts;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * The configuration in force: what users wrote, checked as a whole, with the values that
 * depend on the machine filled in.
 *
 * @param listeners the enabled listeners, in the order of their names
 * @param maxBufferedInBytes the memory budget
 * @param bufferWait how long the first of those who wait for memory waits
 * @param drain what happens when the server stops
 */
public record ServerSettings(List<ListenerSettings> listeners, long maxBufferedInBytes, Duration bufferWait,
		Drain drain) {

	/** The largest array that every Java runtime can allocate. */
	private static final long LARGEST_MESSAGE_IN_BYTES = Integer.MAX_VALUE - 8;

	private static final long SMALLEST_BUDGET_IN_BYTES = 64 * 1024;

	private static final int USUAL_MAX_CONNECTIONS = 10_000;

	private static final Duration LONGEST_DURATION = Duration.ofDays(365);

	private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

	/**
	 * Check the properties against each other and against the machine.
	 * @throws ConfigurationRefusedException with all that is wrong
	 */
	static ServerSettings resolve(TcpEchoProperties properties, Machine machine) {
		return new Resolver(properties, machine).resolve();
	}

	/** Return the settings of an enabled listener. */
	public ListenerSettings listener(String name) {
		return this.listeners.stream().filter((listener) -> listener.name().equals(name)).findFirst().orElseThrow();
	}

	private static final class Resolver {

		private final TcpEchoProperties properties;

		private final Machine machine;

		private final List<String> problems = new ArrayList<>();

		Resolver(TcpEchoProperties properties, Machine machine) {
			this.properties = properties;
			this.machine = machine;
		}

		ServerSettings resolve() {
			Map<String, Listener> enabled = new LinkedHashMap<>();
			this.properties.listeners().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach((entry) -> {
				if (entry.getValue().enabled()) {
					enabled.put(entry.getKey(), entry.getValue());
				}
			});
			enabled.forEach(this::checkListener);
			checkPorts(enabled);
			checkDescriptors(enabled);
			long maxBuffered = checkBudget(enabled);
			checkTime("tcp-echo.buffer-wait", this.properties.bufferWait(), Duration.ofMillis(1));
			checkTime("tcp-echo.drain.delay", this.properties.drain().delay(), Duration.ZERO);
			checkTime("tcp-echo.drain.timeout", this.properties.drain().timeout(), Duration.ZERO);
			checkTime("tcp-echo.self-check.timeout", this.properties.selfCheck().timeout(), Duration.ofMillis(1));
			if (!this.problems.isEmpty()) {
				throw new ConfigurationRefusedException(this.problems);
			}
			List<ListenerSettings> listeners = new ArrayList<>();
			enabled.forEach((name, listener) -> listeners.add(settings(name, listener, enabled.size())));
			return new ServerSettings(List.copyOf(listeners), maxBuffered, this.properties.bufferWait(),
					this.properties.drain());
		}

		private ListenerSettings settings(String name, Listener listener, int enabledListeners) {
			Integer port = listener.port();
			Integer maxConnections = listener.maxConnections();
			long share = this.machine.maxDescriptors() * 8 / 10 / enabledListeners;
			return new ListenerSettings(name, listener, (port != null) ? port : 0, largestMessage(listener),
					(maxConnections != null) ? maxConnections
							: (int) Math.max(1, Math.min(USUAL_MAX_CONNECTIONS, share)));
		}

		private void checkListener(String name, Listener listener) {
			String key = key(name);
			if (!NAME.matcher(name).matches()) {
				problem("%s: the name of a listener is of a-z, 0-9 and inner dashes, at most 40 characters", key);
			}
			if (listener.port() == null) {
				problem("%s.port is not set", key);
			}
			else {
				checkNumber(key + ".port", listener.port(), 0, 65_535);
			}
			checkSize(key + ".max-message-size", listener.maxMessageSize(), 1, LARGEST_MESSAGE_IN_BYTES);
			checkSize(key + ".min-write-rate", listener.minWriteRate(), 0, Long.MAX_VALUE);
			checkFixedLength(key, listener);
			if (listener.onOversize() == OnOversize.TRUNCATE && listener.framing() != Framing.EOF) {
				problem("%s.on-oversize is truncate, which framing %s does not have", key,
						Labels.of(listener.framing()));
			}
			if (listener.maxConnections() != null) {
				checkNumber(key + ".max-connections", listener.maxConnections(), 1, Integer.MAX_VALUE);
			}
			checkNumber(key + ".max-connections-per-address", listener.maxConnectionsPerAddress(), 0,
					Integer.MAX_VALUE);
			checkNumber(key + ".backlog", listener.backlog(), 1, Integer.MAX_VALUE);
			checkNumber(key + ".event-loops", listener.eventLoops(), 1, 256);
			checkNumber(key + ".pool-size", listener.poolSize(), 1, 10_000);
			checkNumber(key + ".pool-queue", listener.poolQueue(), 0, 1_000_000);
			if (listener.executor() == ExecutorKind.VIRTUAL && this.machine.javaVersion() < 21) {
				problem("%s.executor is virtual, which needs Java 21 or later; this is Java %d", key,
						this.machine.javaVersion());
			}
			checkTimeouts(key + ".timeouts", listener.timeouts());
		}

		private void checkFixedLength(String key, Listener listener) {
			DataSize length = listener.fixedLength();
			if (listener.framing() != Framing.FIXED) {
				if (length != null) {
					problem("%s.fixed-length is set, which framing %s does not have", key,
							Labels.of(listener.framing()));
				}
			}
			else if (length == null) {
				problem("%s.framing is fixed, and %s.fixed-length is not set", key, key);
			}
			else if (length.toBytes() < 1 || length.compareTo(listener.maxMessageSize()) > 0) {
				problem("%s.fixed-length is %d bytes, and must be between 1 and %s.max-message-size, %d", key,
						length.toBytes(), key, listener.maxMessageSize().toBytes());
			}
		}

		/** Return the bytes of the largest message that the framing can have. */
		private static int largestMessage(Listener listener) {
			return listener.framing().deserializer((int) messageSize(listener).toBytes()).getMaxMessageSize();
		}

		private static DataSize messageSize(Listener listener) {
			DataSize fixedLength = listener.fixedLength();
			return (listener.framing() == Framing.FIXED && fixedLength != null) ? fixedLength
					: listener.maxMessageSize();
		}

		private void checkTimeouts(String key, Timeouts timeouts) {
			Duration shortest = Duration.ofMillis(1);
			checkTime(key + ".idle", timeouts.idle(), shortest);
			checkTime(key + ".message", timeouts.message(), shortest);
			checkTime(key + ".service", timeouts.service(), shortest);
			checkTime(key + ".write", timeouts.write(), shortest);
			if (timeouts.message().compareTo(timeouts.idle()) < 0) {
				problem("%s.message is %s, less than %s.idle, %s", key, Labels.of(timeouts.message()), key,
						Labels.of(timeouts.idle()));
			}
		}

		private void checkPorts(Map<String, Listener> enabled) {
			List<String> names = List.copyOf(enabled.keySet());
			for (int i = 0; i < names.size(); i++) {
				for (int j = i + 1; j < names.size(); j++) {
					Listener one = enabled.get(names.get(i));
					Listener other = enabled.get(names.get(j));
					Integer port = one.port();
					if (port != null && port != 0 && port.equals(other.port()) && overlap(one, other)) {
						problem("%s.port and %s.port are both %d", key(names.get(i)), key(names.get(j)), port);
					}
				}
			}
		}

		private static boolean overlap(Listener one, Listener other) {
			return isWildcard(one.address()) || isWildcard(other.address()) || one.address().equals(other.address());
		}

		private static boolean isWildcard(@Nullable String address) {
			return address == null || address.isBlank() || address.equals("0.0.0.0") || address.equals("::");
		}

		private void checkDescriptors(Map<String, Listener> enabled) {
			long sum = 0;
			List<String> terms = new ArrayList<>();
			for (Map.Entry<String, Listener> entry : enabled.entrySet()) {
				Integer maxConnections = entry.getValue().maxConnections();
				if (maxConnections != null && maxConnections > 0) {
					sum += maxConnections;
					terms.add(key(entry.getKey()) + ".max-connections " + maxConnections);
				}
			}
			long allowed = this.machine.maxDescriptors() * 9 / 10;
			if (sum > allowed) {
				problem("%s = %d, more than %d, which is 90 %% of the descriptor limit of %d",
						String.join(" + ", terms), sum, allowed, this.machine.maxDescriptors());
			}
		}

		private long checkBudget(Map<String, Listener> enabled) {
			DataSize configured = this.properties.maxBuffered();
			long maxBuffered = (configured != null) ? configured.toBytes() : this.machine.maxHeap() / 4;
			String key = "tcp-echo.max-buffered";
			if (maxBuffered < SMALLEST_BUDGET_IN_BYTES) {
				problem("%s is %d bytes, and must be at least %d", key, maxBuffered, SMALLEST_BUDGET_IN_BYTES);
			}
			else if (maxBuffered > this.machine.maxHeap() / 2) {
				problem("%s is %d bytes, more than half the maximum heap of %d bytes", key, maxBuffered,
						this.machine.maxHeap());
			}
			enabled.forEach((name, listener) -> {
				long configuredSize = messageSize(listener).toBytes();
				boolean limited = configuredSize > 0 && configuredSize <= LARGEST_MESSAGE_IN_BYTES
						&& listener.framing() != Framing.STREAM;
				long size = limited ? largestMessage(listener) : 0;
				if (2 * size > maxBuffered) {
					problem("2 x %s.%s%s = %d bytes, more than %s%s of %d bytes", key(name),
							(listener.framing() == Framing.FIXED) ? "fixed-length" : "max-message-size",
							(size < configuredSize) ? " (framing " + Labels.of(listener.framing()) + ": " + size + ")"
									: "",
							2 * size, key, (configured != null) ? "" : " (unset: a quarter of the maximum heap)",
							maxBuffered);
				}
			});
			return maxBuffered;
		}

		private void checkNumber(String key, long value, long smallest, long largest) {
			if (value < smallest || value > largest) {
				problem("%s is %d, and must be between %d and %d", key, value, smallest, largest);
			}
		}

		private void checkSize(String key, DataSize value, long smallest, long largest) {
			if (value.toBytes() < smallest || value.toBytes() > largest) {
				problem("%s is %d bytes, and must be between %d and %d", key, value.toBytes(), smallest, largest);
			}
		}

		private void checkTime(String key, Duration value, Duration shortest) {
			if (value.compareTo(shortest) < 0 || value.compareTo(LONGEST_DURATION) > 0) {
				problem("%s is %s, and must be between %s and %dd", key, Labels.of(value), Labels.of(shortest),
						LONGEST_DURATION.toDays());
			}
		}

		private void problem(String format, Object... arguments) {
			this.problems.add(String.format(format, arguments));
		}

		private static String key(String name) {
			return "tcp-echo.listeners." + name;
		}

	}

}
