package io.tcpecho.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;

/**
 * The connections that clients have named by a token: the last {@value #MAX_TOKENS}, each
 * for ten minutes. Any thread may call it.
 */
final class SeenConnections implements ListenerObserver {

	static final int MAX_TOKENS = 1_000;

	static final Duration LIFETIME = Duration.ofMinutes(10);

	private final LongSupplier clock;

	/** By token, the oldest first; its monitor guards it. */
	private final Map<String, SeenConnection> byToken = new LinkedHashMap<>();

	/**
	 * Those that are open, by connection id. The loop of a connection adds it and removes
	 * it.
	 */
	private final Map<String, SeenConnection> open = new ConcurrentHashMap<>();

	/**
	 * Create an empty memory.
	 * @param clock returns the {@link System#nanoTime()}
	 */
	SeenConnections(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Remember a connection whose first line has a token.
	 * @param id the connection's
	 * @param now the {@link System#nanoTime()} at which the line was complete
	 */
	SeenConnection add(String token, String id, InetSocketAddress peer, long now) {
		SeenConnection seen = new SeenConnection(token, peer, now);
		this.open.put(id, seen);
		synchronized (this.byToken) {
			// The newest connection with a token is the last of the order.
			this.byToken.remove(token);
			this.byToken.put(token, seen);
			Iterator<SeenConnection> oldest = this.byToken.values().iterator();
			while (this.byToken.size() > MAX_TOKENS || isOld(this.byToken.values().iterator().next(), now)) {
				oldest.next();
				oldest.remove();
			}
		}
		return seen;
	}

	/** Return what is known of a token, as one line of JSON. */
	String describe(String token) {
		SeenConnection seen;
		synchronized (this.byToken) {
			seen = this.byToken.get(token);
		}
		return (seen != null && !isOld(seen, this.clock.getAsLong())) ? seen.toJson()
				: "{\"token\": \"" + token + "\", \"known\": false}";
	}

	private static boolean isOld(SeenConnection seen, long now) {
		return now - seen.lineAt() >= LIFETIME.toNanos();
	}

	/** Return how many are remembered. */
	int size() {
		synchronized (this.byToken) {
			return this.byToken.size();
		}
	}

	/** Return how many of the connections with a token are open. */
	int openCount() {
		return this.open.size();
	}

	@Override
	public void closed(ConnectionSummary connection) {
		SeenConnection seen = this.open.remove(connection.id());
		if (seen != null) {
			seen.closed(connection, this.clock.getAsLong());
		}
	}

}
