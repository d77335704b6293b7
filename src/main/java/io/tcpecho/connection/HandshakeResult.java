package io.tcpecho.connection;

import io.tcpecho.text.Labels;

/**
 * How the TLS handshake of an accepted connection ended. The name in lower case with
 * dashes is its name in meters.
 */
public enum HandshakeResult {

	/** A full handshake succeeded. */
	OK,

	/** A handshake resumed an earlier session. */
	RESUMED,

	/**
	 * One side refused the other with an alert: no version, cipher suite or application
	 * protocol in common, a server's certificate that the client does not trust, or bytes
	 * that break the rules of TLS.
	 */
	REFUSED,

	/** The client's certificate was missing or not trusted. */
	UNTRUSTED,

	/** The first bytes of the client were no TLS. */
	NOT_TLS,

	/** The client ended the connection inside the handshake. */
	CUT,

	/** The client did not finish the handshake in time. */
	TIMEOUT;

	private final String label = Labels.of(this);

	/** Return the name as meters show it. */
	@Override
	public String toString() {
		return this.label;
	}

}
