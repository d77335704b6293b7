package io.tcpecho.server;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a listener cannot change its state as asked.
 */
public class ListenerStateException extends RuntimeException {

	ListenerStateException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
