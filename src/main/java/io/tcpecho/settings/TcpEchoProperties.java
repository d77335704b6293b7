package io.tcpecho.settings;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import io.tcpecho.framing.Framing;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The keys that users configure under {@code tcp-echo} for the server. The checks after
 * binding refuse values that contradict each other or exceed the limits of the process,
 * and unknown keys.
 *
 * @param listeners listeners by name. The name, which consists of a-z, 0-9 and dashes, is
 * used in logs, endpoints and meters
 * @param maxBuffered memory that all connections together may hold in messages and
 * replies. It is at least 64KB and the largest max-message-size (64KB more with TLS, a
 * PROXY header or service lab), and at most half the heap. Unset: a quarter of the heap.
 * A connection that gets no memory waits in a queue and is not read from meanwhile
 * @param bufferWait time that the first connection of the queue for memory waits before
 * it is reset. After five times as long the others are, too, one after the other
 * @param drain steps of a stop
 * @param identity what the process calls itself
 * @param tls what the TLS of all listeners shares
 */
@ConfigurationProperties(prefix = TcpEchoProperties.PREFIX)
public record TcpEchoProperties(@DefaultValue Map<String, Listener> listeners, @Nullable DataSize maxBuffered,
		@DefaultValue("2s") Duration bufferWait, @DefaultValue Drain drain,
		@DefaultValue @NestedConfigurationProperty Identity identity, @DefaultValue Tls tls) {

	/** The prefix of all its keys. */
	public static final String PREFIX = "tcp-echo";

	/** Return the enabled listeners in the order of their names. */
	Map<String, Listener> enabledListeners() {
		Map<String, Listener> enabled = new TreeMap<>(this.listeners);
		enabled.values().removeIf((listener) -> !listener.enabled());
		return enabled;
	}

	/**
	 * One listener.
	 *
	 * @param enabled whether the listener is started
	 * @param port TCP port. 0 takes any free port, which is logged and published as
	 * local.tcp-echo.NAME.port
	 * @param address address to listen on. Unset: all addresses, IPv6 and IPv4
	 * @param service what the listener does for its clients: echo, it answers a message
	 * with the same bytes; discard, it takes whatever comes, answers nothing and sends
	 * FIN after the client's (RFC 863); lab, it does what the first line of a connection
	 * asks for (docs/protocol.md); info, it answers each connection at once with a line
	 * of JSON about it and about the replica, and sends FIN. Only echo has a framing
	 * other than eof, on-oversize truncate and an executor
	 * @param framing rule that tells where a message ends. With eof the client's
	 * half-close ends the only message of a connection. All others keep the connection
	 * open for many messages: line, a line feed; crlf, a carriage return and a line feed;
	 * length-1, length-2 and length-4, an unsigned length of that many bytes in network
	 * order before the message; fixed, fixed-length bytes. With stream there are no
	 * messages: bytes are echoed as they come (RFC 862)
	 * @param maxMessageSize size of the largest message, from 1 to 2147483639 bytes; line
	 * ends and lengths do not count. With length-1 and length-2 a message has at most 255
	 * and 65535 bytes in any case; with stream there is no limit
	 * @param fixedLength length of each message with framing fixed, which requires it. It
	 * is at most max-message-size
	 * @param onOversize treatment of a larger message. With reset the connection is reset
	 * as soon as one byte too many has been read; with truncate, for framing eof only,
	 * the server echoes the bytes up to the limit and sends FIN
	 * @param maxConnections largest number of open connections. A further connection is
	 * accepted and reset at once. Unset: 80 % of the descriptor limit divided by the
	 * number of enabled listeners, at most 10000, and with service lab at most 128
	 * @param maxConnectionsPerAddress largest number of open connections from one client
	 * address. 0: no such limit
	 * @param backlog largest number of completed connects that wait to be accepted. The
	 * kernel caps it at net.core.somaxconn
	 * @param eventLoops number of threads that serve the connections. A connection stays
	 * on one of them
	 * @param executor threads that run the echo service: none, the event loop, for a
	 * service that never blocks; pool, pool-size threads; virtual, a virtual thread for
	 * each message (Java 21 or later)
	 * @param poolSize number of threads of executor pool
	 * @param poolQueue largest number of messages that wait inside executor pool. Further
	 * messages wait at their connections
	 * @param timeouts deadlines of a connection
	 * @param minWriteRate reply bytes that a client must take each second, on average and
	 * beyond timeouts.write. 0: no such limit
	 * @param proxyProtocol the PROXY header with which its connections begin
	 * @param lab limits of what clients of service lab may ask for
	 * @param tls the TLS of its connections
	 * @param identify whether one line comes before the first reply of a connection:
	 * tcp-echo/POD NODE VERSION, with the names of tcp-echo.identity. Only with framing
	 * eof, line, crlf and stream
	 * @param greeting text that the server sends as soon as a connection is there, before
	 * any byte of the client, at most 1024 bytes. The escapes are \r, \n, \t, \\ and
	 * \xHH, a byte in hexadecimal. Only with framing eof, line, crlf and stream. Unset:
	 * none
	 */
	@ConfigurationPropertiesSource
	public record Listener(@DefaultValue("true") boolean enabled, @Nullable Integer port, @Nullable String address,
			@DefaultValue("echo") Service service, @DefaultValue("eof") Framing framing,
			@DefaultValue("5KB") DataSize maxMessageSize, @Nullable DataSize fixedLength,
			@DefaultValue("reset") OnOversize onOversize, @Nullable Integer maxConnections,
			@DefaultValue("0") int maxConnectionsPerAddress, @DefaultValue("1024") int backlog,
			@DefaultValue("1") int eventLoops, @DefaultValue("none") ExecutorKind executor,
			@DefaultValue("16") int poolSize, @DefaultValue("1024") int poolQueue, @DefaultValue Timeouts timeouts,
			@DefaultValue("1KB") DataSize minWriteRate,
			@DefaultValue @NestedConfigurationProperty ProxyProtocolProperties proxyProtocol, @DefaultValue Lab lab,
			@DefaultValue @NestedConfigurationProperty TlsProperties tls, @DefaultValue("false") boolean identify,
			@Nullable String greeting) {

	}

	/**
	 * What clients of service lab may ask for.
	 *
	 * @param maxWait longest wait before a reply. A client that has sent its first line
	 * may also be silent for that long beyond timeouts.idle and timeouts.message
	 * @param maxReply longest reply that is no echo
	 */
	public record Lab(@DefaultValue("2h") Duration maxWait, @DefaultValue("64MB") DataSize maxReply) {

	}

	/**
	 * The deadlines of a connection.
	 *
	 * @param idle longest time without a byte while the server expects bytes. When it has
	 * passed, the connection is reset; between the messages of a connection that stays
	 * open it ends with FIN
	 * @param message longest time from the first byte of a message to its end, at least
	 * timeouts.idle
	 * @param service longest time from a complete message to its reply
	 * @param write longest time in which the client takes no byte of a reply
	 */
	public record Timeouts(@DefaultValue("30s") Duration idle, @DefaultValue("60s") Duration message,
			@DefaultValue("30s") Duration service, @DefaultValue("30s") Duration write) {

	}

	/**
	 * What happens when the server stops.
	 *
	 * @param delay time after SIGTERM during which readiness refuses traffic and new
	 * connections are still served
	 * @param timeout time after the ports are closed in which connections may finish
	 * their work. The rest is reset
	 */
	public record Drain(@DefaultValue("0s") Duration delay, @DefaultValue("20s") Duration timeout) {

	}

	/**
	 * What the TLS of all listeners shares.
	 *
	 * @param handshakeThreads number of threads that do the arithmetic of handshakes
	 */
	public record Tls(@DefaultValue("2") int handshakeThreads) {

	}

	/** What a listener does for its clients. */
	public enum Service {

		/** It answers each message with the same bytes. */
		ECHO,

		/** It takes whatever comes and answers nothing. */
		DISCARD,

		/** It does what the first line of a connection asks for. */
		LAB,

		/** It tells at once what it knows of the connection and of itself. */
		INFO

	}

	/** The treatment of a message over the limit. */
	public enum OnOversize {

		/** The connection is reset as soon as one byte too many was read. */
		RESET,

		/** The message ends at the limit, and the bytes up to the limit are echoed. */
		TRUNCATE

	}

	/** The threads that run the echo service. */
	public enum ExecutorKind {

		/** On the event loop. */
		NONE,

		/** On a virtual thread for each message. */
		VIRTUAL,

		/** On a pool of platform threads. */
		POOL

	}

}
