package io.tcpecho.client;

/**
 * Thrown when a message did not come back whole and unchanged. The message describes the
 * bytes or the error that came instead; the cause is the exception of the connection or
 * the gateway, if there was one.
 */
public class EchoFailedException extends RuntimeException {

	EchoFailedException(String message, Throwable cause) {
		super(message, cause);
	}

	EchoFailedException(String message) {
		super(message);
	}

}
