package io.tcpecho.wire;

import java.io.IOException;

import io.tcpecho.connection.Outcome;

/**
 * Thrown by a layer that has to end the connection: it says with which outcome, and
 * whether by FIN or by RST.
 */
public class WireException extends IOException {

	private final Outcome outcome;

	private final boolean fin;

	private final boolean afterDelivery;

	/**
	 * Create an exception of a kind of its own.
	 * @param outcome how the connection has ended
	 * @param fin whether it ends by FIN; otherwise by RST
	 * @param message what is wrong, in the words of the layer
	 */
	protected WireException(Outcome outcome, boolean fin, String message) {
		this(outcome, fin, false, message);
	}

	private WireException(Outcome outcome, boolean fin, boolean afterDelivery, String message) {
		super(message);
		this.outcome = outcome;
		this.fin = fin;
		this.afterDelivery = afterDelivery;
	}

	/**
	 * Create an exception that ends the connection by RST.
	 * @param message what is wrong, in the words of the layer
	 */
	public static WireException reset(Outcome outcome, String message) {
		return new WireException(outcome, false, message);
	}

	/**
	 * Create an exception that ends the connection by RST once the peer has the bytes
	 * that the socket has taken, or does not take them in time.
	 * @param message what is wrong, in the words of the layer
	 */
	public static WireException resetAfterDelivery(Outcome outcome, String message) {
		return new WireException(outcome, false, true, message);
	}

	/**
	 * Create an exception that ends the connection with FIN, what is still queued left
	 * out. Only a fault that an operator has set, a protocol that has not begun, and a
	 * handshake that has failed may do so. FIN is sent at once; then a server's
	 * connection drops what the peer still sends, for at most a second, since a close
	 * with unread bytes would be a reset.
	 * @param message what is wrong, in the words of the layer
	 */
	public static WireException fin(Outcome outcome, String message) {
		return new WireException(outcome, true, message);
	}

	/** Return how the connection has ended. */
	public Outcome outcome() {
		return this.outcome;
	}

	/** Return whether it ends by FIN; otherwise by RST. */
	public boolean isFin() {
		return this.fin;
	}

	/** Return whether the reset waits until the peer has the bytes before it. */
	public boolean isAfterDelivery() {
		return this.afterDelivery;
	}

}
