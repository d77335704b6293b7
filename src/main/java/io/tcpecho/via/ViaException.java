package io.tcpecho.via;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.WireException;

/**
 * Thrown when a proxy does not become a tunnel: it has refused, or it has not answered as
 * its protocol wants it.
 */
public final class ViaException extends WireException {

	private final boolean refused;

	private ViaException(boolean refused, String message) {
		super(Outcome.ERROR, false, message);
		this.refused = refused;
	}

	/**
	 * Create the exception of a proxy that has refused.
	 * @param message its code or status with the text of that
	 */
	static ViaException refused(String message) {
		return new ViaException(true, message);
	}

	/**
	 * Create the exception of a proxy that has ended the connection or answered with
	 * something else.
	 */
	static ViaException failed(String message) {
		return new ViaException(false, message);
	}

	/** Return whether the proxy has refused; otherwise it has failed. */
	public boolean isRefused() {
		return this.refused;
	}

}
