package io.tcpecho.connection;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Told of what happens at a listener. Called on its event loops, which it must not block;
 * what it throws is logged and ignored.
 */
public interface ListenerObserver {

	/**
	 * A connection was accepted, whatever becomes of it.
	 */
	default void accepted() {
	}

	/**
	 * Bytes were read from a socket.
	 * @param bytes how many, framing included
	 */
	default void received(int bytes) {
	}

	/**
	 * A socket has taken bytes.
	 * @param bytes how many, framing included
	 */
	default void sent(int bytes) {
	}

	/**
	 * A message is complete.
	 * @param bytes its length, without framing
	 */
	default void messageReceived(int bytes) {
	}

	/**
	 * The socket has taken the last byte of a reply.
	 * @param nanos the time since the message was complete
	 */
	default void replied(long nanos) {
	}

	/**
	 * A TLS handshake has ended.
	 * @param time the time since the first byte of the client; null if it has failed
	 */
	default void handshakeEnded(HandshakeResult result, @Nullable Duration time) {
	}

	/** A client's stream over TLS has ended without close_notify, which is accepted. */
	default void endedWithoutCloseNotify() {
	}

	/**
	 * An accepted connection has ended; called exactly once for each.
	 */
	void closed(ConnectionSummary connection);

	/**
	 * An event loop was late for something that was due; measured about once a second.
	 * @param nanos how late
	 */
	default void loopDelayed(long nanos) {
	}

	/**
	 * Makes an observer for each listener. Every bean of this type is asked when the
	 * listeners are set up.
	 */
	@FunctionalInterface
	interface Factory {

		/** Return the observer of a listener. */
		ListenerObserver create(String listener);

	}

}
