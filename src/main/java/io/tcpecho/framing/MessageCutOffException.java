package io.tcpecho.framing;

import java.io.EOFException;

/**
 * Thrown when a stream ends inside a message.
 */
public class MessageCutOffException extends EOFException {

	MessageCutOffException(int size) {
		super("The stream ended inside a message, after " + size + " bytes of it");
	}

}
