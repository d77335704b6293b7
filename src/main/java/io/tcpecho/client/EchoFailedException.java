package io.tcpecho.client;

/**
 * Thrown when a message did not come back whole and unchanged. The message says what came
 * instead, the cause is what the connection or the gateway met.
 */
public class EchoFailedException extends RuntimeException {

	EchoFailedException(String message, Throwable cause) {
		super(message, cause);
	}

	EchoFailedException(String message) {
		super(message);
	}

}
