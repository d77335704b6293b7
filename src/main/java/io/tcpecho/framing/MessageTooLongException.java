package io.tcpecho.framing;

import java.io.IOException;

/**
 * Thrown when a message has one byte more than its limit.
 */
public class MessageTooLongException extends IOException {

	/** Create an exception for this limit, in bytes. */
	public MessageTooLongException(int maxMessageSize) {
		super("Message is longer than " + maxMessageSize + " bytes");
	}

}
