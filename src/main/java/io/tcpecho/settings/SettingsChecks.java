package io.tcpecho.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import io.tcpecho.settings.TcpEchoProperties.OnOversize;
import io.tcpecho.settings.TcpEchoProperties.Timeouts;
import io.tcpecho.text.Labels;
import io.tcpecho.text.SocketAddresses;

import org.springframework.util.unit.DataSize;

/**
 * The rules that the configuration of the server must keep: each value within its limits,
 * values against each other, and all of it against the limits of the process.
 */
final class SettingsChecks {

	/** The largest array that every Java runtime can allocate. */
	private static final long LARGEST_MESSAGE_IN_BYTES = Integer.MAX_VALUE - 8;

	private static final long SMALLEST_BUDGET_IN_BYTES = 64 * 1024;

	private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

	private final TcpEchoProperties properties;

	private final ProcessLimits limits;

	private final List<String> problems = new ArrayList<>();

	private SettingsChecks(TcpEchoProperties properties, ProcessLimits limits) {
		this.properties = properties;
		this.limits = limits;
	}

	/**
	 * Check the properties against each other and against the process.
	 * @return a sentence for each problem, naming the property, its value and the limit
	 */
	static List<String> find(TcpEchoProperties properties, ProcessLimits limits) {
		SettingsChecks checks = new SettingsChecks(properties, limits);
		checks.check(properties.enabledListeners());
		return checks.problems;
	}

	private void check(Map<String, Listener> enabled) {
		enabled.forEach(this::checkListener);
		checkPorts(enabled);
		checkDescriptors(enabled);
		checkBudget(enabled);
		this.problems.addAll(IdentityChecks.find(this.properties.identity()));
		checkTime("tcp-echo.buffer-wait", this.properties.bufferWait(), Duration.ofMillis(1));
		checkTime("tcp-echo.drain.delay", this.properties.drain().delay(), Duration.ZERO);
		checkTime("tcp-echo.drain.timeout", this.properties.drain().timeout(), Duration.ZERO);
		checkNumber("tcp-echo.tls.handshake-threads", this.properties.tls().handshakeThreads(), 1, 256);
	}

	private void checkListener(String name, Listener listener) {
		String key = key(name);
		if (!NAME.matcher(name).matches()) {
			problem("%s: the name of a listener must have at most 40 characters, of a-z, 0-9 and inner dashes", key);
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
		this.problems.addAll(ServiceChecks.find(key, listener));
		this.problems.addAll(ProxyProtocolChecks.find(key, listener.proxyProtocol()));
		this.problems.addAll(TlsChecks.find(key, listener));
		if (listener.onOversize() == OnOversize.TRUNCATE && listener.framing() != Framing.EOF) {
			problem("%s.on-oversize is truncate, which framing %s does not have", key, Labels.of(listener.framing()));
		}
		if (listener.maxConnections() != null) {
			checkNumber(key + ".max-connections", listener.maxConnections(), 1, Integer.MAX_VALUE);
		}
		checkNumber(key + ".max-connections-per-address", listener.maxConnectionsPerAddress(), 0, Integer.MAX_VALUE);
		checkNumber(key + ".backlog", listener.backlog(), 1, Integer.MAX_VALUE);
		checkNumber(key + ".event-loops", listener.eventLoops(), 1, 256);
		checkNumber(key + ".pool-size", listener.poolSize(), 1, 10_000);
		checkNumber(key + ".pool-queue", listener.poolQueue(), 0, 1_000_000);
		if (listener.executor() == ExecutorKind.VIRTUAL && this.limits.javaVersion() < 21) {
			problem("%s.executor is virtual, which needs Java 21 or later; this is Java %d", key,
					this.limits.javaVersion());
		}
		checkTimeouts(key + ".timeouts", listener.timeouts());
		checkTime(key + ".lab.max-wait", listener.lab().maxWait(), Duration.ZERO);
		checkSize(key + ".lab.max-reply", listener.lab().maxReply(), 0, LARGEST_MESSAGE_IN_BYTES);
		this.problems.addAll(IdentityChecks.find(key, listener));
	}

	private void checkFixedLength(String key, Listener listener) {
		DataSize length = listener.fixedLength();
		if (listener.framing() != Framing.FIXED) {
			if (length != null) {
				problem("%s.fixed-length is set, which framing %s does not have", key, Labels.of(listener.framing()));
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
		return SocketAddresses.isWildcard(one.address()) || SocketAddresses.isWildcard(other.address())
				|| one.address().equals(other.address());
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
		long allowed = this.limits.maxDescriptors() * 9 / 10;
		if (sum > allowed) {
			problem("%s = %d, more than %d, which is 90 %% of the descriptor limit of %d", String.join(" + ", terms),
					sum, allowed, this.limits.maxDescriptors());
		}
	}

	private void checkBudget(Map<String, Listener> enabled) {
		long maxBuffered = ServerSettings.maxBuffered(this.properties, this.limits);
		if (maxBuffered < SMALLEST_BUDGET_IN_BYTES) {
			problem("tcp-echo.max-buffered is %d bytes, and must be at least %d", maxBuffered,
					SMALLEST_BUDGET_IN_BYTES);
		}
		else if (maxBuffered > this.limits.maxHeap() / 2) {
			problem("tcp-echo.max-buffered is %d bytes, more than half the maximum heap of %d bytes", maxBuffered,
					this.limits.maxHeap());
		}
		enabled.forEach((name, listener) -> checkLargestMessage(key(name), listener, maxBuffered));
	}

	/** Check that a message fits into the budget. */
	private void checkLargestMessage(String key, Listener listener, long maxBuffered) {
		long configured = ListenerSettings.messageSize(listener).toBytes();
		if (configured < 1 || configured > LARGEST_MESSAGE_IN_BYTES || listener.framing() == Framing.STREAM) {
			return;
		}
		long size = ListenerSettings.largestMessage(listener);
		int beside = ListenerSettings.besideAMessage(listener);
		if (size + beside > maxBuffered) {
			String sizeKey = key + ((listener.framing() == Framing.FIXED) ? ".fixed-length" : ".max-message-size");
			String bound = (size < configured) ? " (framing " + Labels.of(listener.framing()) + ": " + size + ")" : "";
			String unset = (this.properties.maxBuffered() == null) ? " (unset: a quarter of the maximum heap)" : "";
			String more = (beside > 0) ? " and needs " + beside + " bytes beside it" : "";
			problem("%s%s is %d bytes%s, more than tcp-echo.max-buffered%s of %d bytes", sizeKey, bound, size, more,
					unset, maxBuffered);
		}
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
		ConfigurationCheck.time(key, value, shortest).ifPresent(this.problems::add);
	}

	private void problem(String format, Object... arguments) {
		this.problems.add(String.format(format, arguments));
	}

	private static String key(String name) {
		return "tcp-echo.listeners." + name;
	}

}
