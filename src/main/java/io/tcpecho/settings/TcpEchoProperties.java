package io.tcpecho.settings;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.tcpecho.framing.Framing;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What users configure under {@code tcp-echo}. Unknown keys are refused; the values are
 * checked by {@link ServerSettings}.
 *
 * @param listeners listeners by name; the name, of {@code [a-z0-9-]}, is used in logs,
 * endpoints and meters
 * @param maxBuffered memory that all connections together may hold in request and reply
 * buffers; a quarter of the maximum heap if unset
 * @param bufferWait how long the first of those who wait for such memory waits before its
 * connection is reset
 * @param drain what happens when the server stops
 * @param management who may use the management endpoints
 * @param selfCheck whether health exchanges a message with each listener
 * @param client keys of the client, which its own package reads and checks
 */
@ConfigurationProperties(prefix = TcpEchoProperties.PREFIX, ignoreUnknownFields = false)
public record TcpEchoProperties(@DefaultValue Map<String, Listener> listeners, @Nullable DataSize maxBuffered,
		@DefaultValue("2s") Duration bufferWait, @DefaultValue Drain drain, @DefaultValue Management management,
		@DefaultValue SelfCheck selfCheck, @DefaultValue Map<String, String> client) {

	/** What all its keys begin with. */
	public static final String PREFIX = "tcp-echo";

	/**
	 * One listener.
	 *
	 * @param enabled whether it listens
	 * @param port TCP port; 0 for any free one, which is logged and published as
	 * local.tcp-echo.NAME.port
	 * @param address address to listen on; all addresses, IPv6 and IPv4, if unset
	 * @param framing where a message ends
	 * @param maxMessageSize largest payload of a message; framing stream has no such
	 * limit
	 * @param fixedLength length of each message, at most max-message-size; for framing
	 * fixed only, which needs it
	 * @param onOversize what happens to a larger message; truncate is for framing eof
	 * only
	 * @param maxConnections connections at a time, a further one is reset at once; if
	 * unset the smaller of 10,000 and 80 % of the descriptor limit divided by the enabled
	 * listeners
	 * @param maxConnectionsPerAddress connections at a time from one address; 0 for no
	 * such limit
	 * @param backlog completed connects that may wait to be accepted; the kernel caps it
	 * @param eventLoops threads that serve the connections
	 * @param executor where the echo service runs: none is the event loop, for a service
	 * that never blocks; virtual needs Java 21
	 * @param poolSize threads of the executor pool
	 * @param poolQueue messages that wait in the executor pool; further ones wait at
	 * their connections
	 * @param timeouts deadlines of a connection
	 * @param minWriteRate reply bytes that a client must take each second, on the average
	 * and beyond the write timeout; 0 for no such limit
	 */
	public record Listener(@DefaultValue("true") boolean enabled, @Nullable Integer port, @Nullable String address,
			@DefaultValue("eof") Framing framing, @DefaultValue("5KB") DataSize maxMessageSize,
			@Nullable DataSize fixedLength, @DefaultValue("reset") OnOversize onOversize,
			@Nullable Integer maxConnections, @DefaultValue("0") int maxConnectionsPerAddress,
			@DefaultValue("1024") int backlog, @DefaultValue("1") int eventLoops,
			@DefaultValue("none") ExecutorKind executor, @DefaultValue("16") int poolSize,
			@DefaultValue("1024") int poolQueue, @DefaultValue Timeouts timeouts,
			@DefaultValue("1KB") DataSize minWriteRate) {

	}

	/**
	 * The deadlines of a connection.
	 *
	 * @param idle time without a byte while bytes are expected
	 * @param message time from the first byte of a message to its end, at least idle
	 * @param service time from a complete message to its reply
	 * @param write time in which the client takes no byte of a reply
	 */
	public record Timeouts(@DefaultValue("30s") Duration idle, @DefaultValue("60s") Duration message,
			@DefaultValue("30s") Duration service, @DefaultValue("30s") Duration write) {

	}

	/**
	 * What happens when the server stops.
	 *
	 * @param delay time during which new connections are still served, while readiness
	 * already refuses traffic
	 * @param timeout time for the work in flight to finish before the rest is reset
	 */
	public record Drain(@DefaultValue("0s") Duration delay, @DefaultValue("20s") Duration timeout) {

	}

	/**
	 * Who may use the management endpoints.
	 *
	 * @param publicEndpoints endpoints that anybody may read who reaches the port; all
	 * else needs the role OPERATOR
	 * @param unprotected whether nobody has to log in for anything; on loopback only
	 */
	public record Management(@DefaultValue( {
			"health", "info", "metrics", "prometheus", "connections", "listeners", "integrationgraph",
			"sbom" }) Set<String> publicEndpoints, @DefaultValue("false") boolean unprotected){

	}

	/**
	 * A message that health sends through each listener.
	 *
	 * @param enabled whether it does
	 * @param timeout time to connect, and time for the exchange
	 */
	public record SelfCheck(@DefaultValue("false") boolean enabled, @DefaultValue("2s") Duration timeout) {

	}

	/** What happens to a message over the limit. */
	public enum OnOversize {

		/** The connection is reset as soon as one byte too many was read. */
		RESET,

		/** The message ends at the limit, and that much is echoed. */
		TRUNCATE

	}

	/** Where the echo service runs. */
	public enum ExecutorKind {

		/** On the event loop. */
		NONE,

		/** On a virtual thread for each message. */
		VIRTUAL,

		/** On a pool of platform threads. */
		POOL

	}

}
