package io.tcpecho.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.tcpecho.connection.ConnectionDetails;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.Outcome;
import io.tcpecho.limits.ConnectionSlots;
import io.tcpecho.limits.ThrottledLog;
import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.wire.WireException;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The admission of accepted sockets to a listener: each is made ready for a connection
 * and gets a place and an id, or is reset if there is no place. Thread-safe; sockets are
 * admitted on the accepting loop and turned away on any.
 */
final class Admission {

	private final String listener;

	private final ListenerObserver observer;

	private final ConnectionSlots slots;

	/** Whether a layer names the address that a connection is counted for. */
	private final boolean peerNamedLater;

	private final ThrottledLog rejections = new ThrottledLog(LogFactory.getLog(Admission.class));

	private final AtomicLong lastId = new AtomicLong();

	Admission(ListenerOptions options, ListenerObserver observer) {
		this.listener = options.name();
		this.observer = observer;
		this.peerNamedLater = options.isPeerNamedLater();
		this.slots = new ConnectionSlots(options.maxConnections(), options.maxConnectionsPerAddress());
	}

	/**
	 * Make an accepted socket ready and take a place for it.
	 * @param setup sets further options of the socket
	 * @return its peer; null if the socket has been reset
	 */
	@Nullable InetSocketAddress admit(SocketChannel socket, SocketSetup setup) {
		this.observer.accepted();
		InetSocketAddress peer;
		try {
			// This comes first: from here on, every close of the socket resets it.
			socket.setOption(StandardSocketOptions.SO_LINGER, 0);
			socket.configureBlocking(false);
			peer = (InetSocketAddress) socket.getRemoteAddress();
			setup.apply(socket);
		}
		catch (IOException ex) {
			reset(socket, null, Outcome.RESET_BY_PEER);
			return null;
		}
		if (this.peerNamedLater ? this.slots.take() : this.slots.take(peer.getAddress())) {
			return peer;
		}
		warnOfLimits(peer);
		reset(socket, peer, Outcome.REJECTED);
		return null;
	}

	private void warnOfLimits(InetSocketAddress peer) {
		this.rejections.warn(() -> "Listener " + this.listener + " resets connections over its limits, this from "
				+ peer.getAddress().getHostAddress());
	}

	/** Return the peer that a connection is counted for, null if a layer will name it. */
	@Nullable InetSocketAddress countedAtFirst(InetSocketAddress peer) {
		return this.peerNamedLater ? null : peer;
	}

	/**
	 * Count an admitted connection for the peer that a layer has named.
	 * @throws WireException if that address has too many connections
	 */
	void peerNamed(InetSocketAddress peer) throws WireException {
		if (!this.slots.takeFor(peer.getAddress())) {
			warnOfLimits(peer);
			throw WireException.reset(Outcome.REJECTED,
					"Too many connections from " + peer.getAddress().getHostAddress());
		}
	}

	/** Reset a socket that was admitted and cannot become a connection. */
	void turnAway(SocketChannel socket, InetSocketAddress peer, Outcome outcome) {
		leave(countedAtFirst(peer));
		reset(socket, peer, outcome);
	}

	private void reset(SocketChannel socket, @Nullable InetSocketAddress peer, Outcome outcome) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// The descriptor is released all the same.
		}
		this.observer.closed(new ConnectionSummary(nextId(), this.listener, peer, 0, 0, 0, Duration.ZERO, outcome,
				false, ConnectionDetails.NONE));
	}

	/** Give the place of a connection back, and the peer that it was counted for. */
	void leave(@Nullable InetSocketAddress counted) {
		this.slots.giveBack((counted != null) ? counted.getAddress() : null);
	}

	/** Return how many places are taken. */
	int admitted() {
		return this.slots.taken();
	}

	/**
	 * Wait until no place is taken.
	 * @return whether that is so, within the time
	 */
	boolean awaitNone(Duration timeout) throws InterruptedException {
		return this.slots.awaitAllFree(timeout);
	}

	/** Return a new connection id: the name of the listener and a number. */
	String nextId() {
		return this.listener + "-" + Long.toString(this.lastId.incrementAndGet(), Character.MAX_RADIX);
	}

	/** Sets the options of an accepted socket. */
	interface SocketSetup {

		void apply(SocketChannel socket) throws IOException;

	}

}
