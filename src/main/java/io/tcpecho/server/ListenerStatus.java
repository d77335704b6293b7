package io.tcpecho.server;

import java.util.EnumMap;
import java.util.Map;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.ProxyProtocolProperties.Mode;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import io.tcpecho.settings.TcpEchoProperties.OnOversize;
import io.tcpecho.settings.TcpEchoProperties.Timeouts;
import io.tcpecho.text.Labels;
import org.jspecify.annotations.Nullable;

/**
 * The state and the counters of a configured listener at one moment, enabled or not.
 * Endpoints write it as JSON.
 *
 * @param name its name
 * @param state its state
 * @param address the address it is bound to, or is to be bound to; null for all, "all
 * IPv4 addresses" for all where the Java runtime has no IPv6
 * @param port the port in use, or the configured port if none is bound; null if none is
 * configured
 * @param service what it does for its clients
 * @param framing the rule that tells where a message ends
 * @param tls whether its connections speak TLS
 * @param proxyProtocol whether they begin with a PROXY header
 * @param limits the limits, with the values that depend on the machine filled in
 * @param openConnections connections that are open at this moment
 * @param totalConnections connections accepted since the start, including rejected ones
 * @param messages complete messages
 * @param bytesIn bytes read, framing included
 * @param bytesOut bytes that sockets accepted for sending, framing included
 * @param outcomes the number of ended connections by outcome, without zeros
 * @param faults the faults that the operator has set; null unless they are enabled
 */
public record ListenerStatus(String name, ListenerState state, @Nullable String address, @Nullable Integer port,
		String service, String framing, boolean tls, boolean proxyProtocol, Limits limits, int openConnections,
		long totalConnections, long messages, long bytesIn, long bytesOut, Map<Outcome, Long> outcomes,
		@Nullable FaultStatus faults) {

	/**
	 * The limits of a listener.
	 *
	 * @param maxMessageSizeBytes the largest payload; null where there is no limit
	 * @param onOversize the treatment of a larger message
	 * @param maxConnections the largest number of open connections; null if the listener
	 * is not enabled and sets none
	 * @param maxConnectionsPerAddress the largest number of open connections from one
	 * address; 0 for no such limit
	 * @param idleMillis the longest time without a byte
	 * @param messageMillis the longest time from the first byte of a message to its end
	 * @param serviceMillis the longest time from a complete message to its reply
	 * @param writeMillis the longest time in which the client takes no byte
	 * @param minWriteRateBytes reply bytes that the client must take each second; 0 for
	 * no such limit
	 * @param eventLoops the number of threads that serve the connections
	 * @param executor the threads that run the service
	 */
	public record Limits(@Nullable Long maxMessageSizeBytes, String onOversize, @Nullable Integer maxConnections,
			int maxConnectionsPerAddress, long idleMillis, long messageMillis, long serviceMillis, long writeMillis,
			long minWriteRateBytes, int eventLoops, String executor) {

		/** Return the limits of an enabled listener. */
		private static Limits of(ListenerSettings settings) {
			return of(settings.framing(), settings.maxMessageSizeInBytes(), settings.onOversize(),
					settings.maxConnections(), settings.maxConnectionsPerAddress(), settings.timeouts(),
					settings.minWriteRateInBytes(), settings.eventLoops(), settings.executor());
		}

		/** Return the limits of a listener that is not enabled. */
		private static Limits of(Listener listener) {
			return of(listener.framing(), listener.maxMessageSize().toBytes(), listener.onOversize(),
					listener.maxConnections(), listener.maxConnectionsPerAddress(), listener.timeouts(),
					listener.minWriteRate().toBytes(), listener.eventLoops(), listener.executor());
		}

		private static Limits of(Framing framing, long maxMessageSize, OnOversize onOversize,
				@Nullable Integer maxConnections, int maxConnectionsPerAddress, Timeouts timeouts, long minWriteRate,
				int eventLoops, ExecutorKind executor) {
			return new Limits((framing != Framing.STREAM) ? maxMessageSize : null, Labels.of(onOversize),
					maxConnections, maxConnectionsPerAddress, timeouts.idle().toMillis(), timeouts.message().toMillis(),
					timeouts.service().toMillis(), timeouts.write().toMillis(), minWriteRate, eventLoops,
					Labels.of(executor));
		}

	}

	/** Return the status of an enabled listener. */
	public static ListenerStatus of(EchoListener listener) {
		ListenerSettings settings = listener.getSettings();
		ListenerCounters counters = listener.getCounters();
		Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
		for (Outcome outcome : Outcome.values()) {
			long count = counters.count(outcome);
			if (count > 0) {
				outcomes.put(outcome, count);
			}
		}
		return new ListenerStatus(settings.name(), listener.getState(), listener.getAddress(), listener.getPort(),
				Labels.of(settings.service()), Labels.of(settings.framing()), settings.tls() != null,
				settings.proxyProtocol() != null, Limits.of(settings), listener.getOpenConnections(),
				counters.acceptedCount(), counters.messages(), counters.bytesIn(), counters.bytesOut(), outcomes,
				listener.getFaults().isPresent() ? FaultStatus.of(listener) : null);
	}

	/** Return the status of a listener that is configured but not enabled. */
	static ListenerStatus disabled(String name, Listener listener) {
		return new ListenerStatus(name, ListenerState.DISABLED, listener.address(), listener.port(),
				Labels.of(listener.service()), Labels.of(listener.framing()), listener.tls().bundle() != null,
				listener.proxyProtocol().mode() != Mode.OFF, Limits.of(listener), 0, 0, 0, 0, 0, Map.of(), null);
	}

}
