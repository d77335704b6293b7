package io.tcpecho.nio;

import java.net.InetSocketAddress;
import java.time.Duration;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The membership of a connection in its listener: its id, the peer that it is counted
 * for, and how it has ended. Loop thread only.
 */
final class Membership {

	private final ConnectionOwner owner;

	private final String listener;

	private final String id;

	/** The peer that the connection is counted for, null until it is known. */
	private @Nullable InetSocketAddress counted;

	private @Nullable ConnectionSummary summary;

	Membership(ConnectionOwner owner, ListenerOptions options, String id, InetSocketAddress peer) {
		this.owner = owner;
		this.listener = options.name();
		this.id = id;
		this.counted = options.isPeerNamedLater() ? null : peer;
	}

	String id() {
		return this.id;
	}

	/**
	 * Count the connection for the peer that a layer has named.
	 * @throws WireException if that address has too many connections
	 */
	void peerNamed(InetSocketAddress client) throws WireException {
		this.owner.peerNamed(client);
		this.counted = client;
	}

	/** The connection failed by a defect. */
	void failed(Throwable cause) {
		this.owner.connectionFailed(this.id, cause);
	}

	/** The service failed for a message of the connection. */
	void serviceFailed(Throwable cause) {
		this.owner.serviceFailed(this.id, cause);
	}

	/** End it: the socket is closed. */
	void end(LoopSocket socket, long messages, Outcome outcome, boolean fin) {
		this.summary = new ConnectionSummary(this.id, this.listener, socket.peer(), socket.bytesIn(), socket.bytesOut(),
				messages, Duration.ofNanos(socket.now() - socket.openedAt()), outcome, fin, socket.details());
		this.owner.connectionClosed(this.summary, this.counted);
	}

	/** Return how it ended, null while the connection is open. */
	@Nullable ConnectionSummary summary() {
		return this.summary;
	}

}
