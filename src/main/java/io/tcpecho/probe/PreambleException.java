package io.tcpecho.probe;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.WireException;

/**
 * Thrown when other bytes come than the {@link Preamble}.
 */
final class PreambleException extends WireException {

	/**
	 * Create an exception.
	 * @param message what came, and what was expected
	 */
	PreambleException(String message) {
		super(Outcome.ERROR, false, message);
	}

}
