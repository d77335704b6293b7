package io.tcpecho.connection;

import io.tcpecho.text.Labels;

/**
 * Why a connection ended as {@link Outcome#PROXY_REFUSED}. The name in lower case with
 * dashes is its name in logs and meters.
 */
public enum ProxyRefusal {

	/** The connection did not begin with a PROXY header, or ended before it had. */
	MISSING,

	/** The header breaks a rule of the specification, or FIN cut it off. */
	INVALID,

	/** The header has more bytes than the listener or its version allows. */
	TOO_LONG,

	/** The header does not have the checksum that it says. */
	CHECKSUM,

	/** The header was not complete when the idle deadline passed. */
	TIMEOUT,

	/** The connection does not come from an address that the listener trusts. */
	UNTRUSTED;

	private final String label = Labels.of(this);

	/** Return the name as logs and meters show it. */
	@Override
	public String toString() {
		return this.label;
	}

}
