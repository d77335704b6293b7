package io.tcpecho.framing;

import java.io.IOException;

/**
 * Thrown when a message has one byte more than its limit.
 */
public class MessageTooLongException extends IOException {

	MessageTooLongException(int maxMessageSize) {
		super("Message is longer than " + maxMessageSize + " bytes");
	}

}
