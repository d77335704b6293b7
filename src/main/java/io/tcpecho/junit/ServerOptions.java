package io.tcpecho.junit;

import java.time.Duration;

import io.tcpecho.framing.Framing;
import io.tcpecho.text.Labels;

/**
 * The limits of a server. Immutable; a value out of its range is refused with an
 * {@link IllegalArgumentException} that names it and the range.
 *
 * @param framing the rule that tells where a message ends
 * @param maxMessageSize the most payload bytes of a message
 * @param maxConnections the most open connections
 * @param idleTimeout the longest time without a byte
 * @param messageTimeout the time from the first byte of a message to its end
 * @param writeTimeout the longest time in which the client takes no byte
 */
record ServerOptions(Framing framing, int maxMessageSize, int maxConnections, Duration idleTimeout,
		Duration messageTimeout, Duration writeTimeout) {

	private static final int MOST_CONNECTIONS = 10_000;

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final Duration LONGEST = Duration.ofHours(1);

	private static final Duration USUAL = Duration.ofSeconds(30);

	ServerOptions {
		long largest = Math.min(Integer.MAX_VALUE - 8, maxBuffered() / 2);
		if (maxMessageSize < 1 || maxMessageSize > largest) {
			throw new IllegalArgumentException("maxMessageSize is " + maxMessageSize + ", and must be from 1 to "
					+ largest + ", an eighth of the heap");
		}
		if (maxConnections < 1 || maxConnections > MOST_CONNECTIONS) {
			throw new IllegalArgumentException(
					"maxConnections is " + maxConnections + ", and must be from 1 to " + MOST_CONNECTIONS);
		}
		check("idleTimeout", idleTimeout);
		check("messageTimeout", messageTimeout);
		check("writeTimeout", writeTimeout);
	}

	private static void check(String name, Duration timeout) {
		if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(name + " is " + Labels.of(timeout) + ", and must be from "
					+ Labels.of(SHORTEST) + " to " + Labels.of(LONGEST));
		}
	}

	/** Return what is usual with a framing. */
	static ServerOptions of(Framing framing) {
		return new ServerOptions(framing, 5 * 1024, MOST_CONNECTIONS, USUAL, USUAL.multipliedBy(2), USUAL);
	}

	/** Return the memory that all messages together may have, in bytes. */
	static long maxBuffered() {
		return Runtime.getRuntime().maxMemory() / 4;
	}

	ServerOptions withMaxMessageSize(int maxMessageSize) {
		return new ServerOptions(this.framing, maxMessageSize, this.maxConnections, this.idleTimeout,
				this.messageTimeout, this.writeTimeout);
	}

	ServerOptions withMaxConnections(int maxConnections) {
		return new ServerOptions(this.framing, this.maxMessageSize, maxConnections, this.idleTimeout,
				this.messageTimeout, this.writeTimeout);
	}

	ServerOptions withIdleTimeout(Duration idleTimeout) {
		return new ServerOptions(this.framing, this.maxMessageSize, this.maxConnections, idleTimeout,
				this.messageTimeout, this.writeTimeout);
	}

	ServerOptions withMessageTimeout(Duration messageTimeout) {
		return new ServerOptions(this.framing, this.maxMessageSize, this.maxConnections, this.idleTimeout,
				messageTimeout, this.writeTimeout);
	}

	ServerOptions withWriteTimeout(Duration writeTimeout) {
		return new ServerOptions(this.framing, this.maxMessageSize, this.maxConnections, this.idleTimeout,
				this.messageTimeout, writeTimeout);
	}

}
