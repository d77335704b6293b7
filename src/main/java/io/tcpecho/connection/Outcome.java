package io.tcpecho.connection;

import io.tcpecho.text.Labels;

/**
 * How a connection ended. Every accepted connection has exactly one outcome. The name in
 * lower case with dashes is its name in logs, endpoints and meters.
 */
public enum Outcome {

	/** The whole reply was handed to the socket, then FIN. */
	REPLIED,

	/** The client half-closed without sending a byte: FIN. */
	EMPTY,

	/**
	 * The message was cut at the maximum length and that much echoed: FIN, then a
	 * lingering close.
	 */
	TRUNCATED,

	/**
	 * The client half-closed a connection that stays open for many messages: FIN after
	 * the replies still owed, or RST if it was inside a message.
	 */
	CLOSED_BY_PEER,

	/** The message had one byte more than its limit: RST. */
	OVERSIZE,

	/**
	 * No byte came for {@code idle}: RST inside a message or without one; FIN between the
	 * messages of a connection that stays open.
	 */
	IDLE_TIMEOUT,

	/** The message was not complete {@code message} after its first byte: RST. */
	MESSAGE_TIMEOUT,

	/** The service did not answer within {@code service}: RST. */
	SERVICE_TIMEOUT,

	/**
	 * The client took no byte of the reply for {@code write}, or less of it than
	 * {@code min-write-rate} asks: RST.
	 */
	WRITE_TIMEOUT,

	/** The service threw, answered nothing or something that is no echo: RST. */
	SERVICE_ERROR,

	/** The first line of a connection to a lab asked for this end: RST. */
	LAB_RESET,

	/** The first line of a connection to a lab could not be followed: RST. */
	LAB_REFUSED,

	/** The client reset the connection, or a write found it gone. */
	RESET_BY_PEER,

	/**
	 * The handshake of TLS failed: FIN after the alert that tells why. Later, bytes came
	 * that are no TLS, or an alert: RST.
	 */
	TLS_FAILED,

	/**
	 * FIN came without the close_notify of TLS, so it is unknown whether the message was
	 * complete: RST.
	 */
	TLS_TRUNCATED,

	/** Accepted over a limit of connections and reset at once. */
	REJECTED,

	/** There was no valid PROXY header where the listener requires one: RST. */
	PROXY_REFUSED,

	/** Waited in vain for a share of the memory budget: RST. */
	OVERLOADED,

	/**
	 * The server was stopping: FIN where nothing was owed, RST where work was not
	 * finished in time.
	 */
	DRAINED,

	/**
	 * A fault that an operator has set changed what the client saw, or ended the
	 * connection: FIN or RST, as the fault wants it.
	 */
	FAULT,

	/** An operator or the application closed the connection: RST. */
	CLOSED_BY_OPERATOR,

	/** Anything else, a defect of the server included: RST. */
	ERROR;

	private final String label = Labels.of(this);

	/** Return the name as logs, endpoints and meters show it. */
	@Override
	public String toString() {
		return this.label;
	}

}
