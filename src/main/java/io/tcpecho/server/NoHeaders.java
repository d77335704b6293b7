package io.tcpecho.server;

import org.springframework.messaging.MessageHeaders;

/**
 * The headers of a reply: none. The gateway sends it to the connection that the request
 * names.
 */
final class NoHeaders extends MessageHeaders {

	static final NoHeaders INSTANCE = new NoHeaders();

	private NoHeaders() {
		super(null, ID_VALUE_NONE, -1L);
	}

}
