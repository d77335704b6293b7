package io.tcpecho.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.Drain;
import io.tcpecho.settings.TcpEchoProperties.Listener;

import org.springframework.util.unit.DataSize;

/**
 * The configuration in force: the properties that users wrote, with the values that
 * depend on the process filled in.
 *
 * @param listeners the enabled listeners, in the order of their names
 * @param maxBufferedInBytes the memory budget
 * @param bufferWait how long the first connection in the queue for memory waits
 * @param drain the steps of a stop
 * @param identity what the process calls itself
 * @param handshakeThreads the threads for the arithmetic of TLS handshakes
 */
public record ServerSettings(List<ListenerSettings> listeners, long maxBufferedInBytes, Duration bufferWait,
		Drain drain, Identity identity, int handshakeThreads) {

	private static final int USUAL_MAX_CONNECTIONS = 10_000;

	/**
	 * Return the settings in force: the properties, with the values that depend on the
	 * process filled in.
	 * @param properties the properties that users wrote, after the checks
	 */
	static ServerSettings resolve(TcpEchoProperties properties, ProcessLimits limits) {
		Map<String, Listener> enabled = properties.enabledListeners();
		long share = limits.maxDescriptors() * 8 / 10 / Math.max(1, enabled.size());
		int usualMaxConnections = (int) Math.max(1, Math.min(USUAL_MAX_CONNECTIONS, share));
		List<ListenerSettings> listeners = new ArrayList<>();
		enabled.forEach((name, listener) -> listeners.add(ListenerSettings.of(name, listener, usualMaxConnections)));
		return new ServerSettings(List.copyOf(listeners), maxBuffered(properties, limits), properties.bufferWait(),
				properties.drain(), properties.identity(), properties.tls().handshakeThreads());
	}

	/**
	 * Return the memory budget in bytes, a quarter of the maximum heap if it is unset.
	 */
	static long maxBuffered(TcpEchoProperties properties, ProcessLimits limits) {
		DataSize configured = properties.maxBuffered();
		return (configured != null) ? configured.toBytes() : limits.maxHeap() / 4;
	}

	/**
	 * Return the part of the memory budget that each listener has for itself. What the
	 * largest message needs stays common, and of the rest one half, so that each listener
	 * can still use most of the budget.
	 */
	public long shareInBytes() {
		long largest = this.listeners.stream()
			.filter((listener) -> listener.framing() != Framing.STREAM)
			.mapToLong(ListenerSettings::memoryOfAMessageInBytes)
			.max()
			.orElse(0);
		return Math.max(0, this.maxBufferedInBytes - largest) / 2 / Math.max(1, this.listeners.size());
	}

	/** Return the settings of an enabled listener. */
	public ListenerSettings listener(String name) {
		return this.listeners.stream().filter((listener) -> listener.name().equals(name)).findFirst().orElseThrow();
	}

}
