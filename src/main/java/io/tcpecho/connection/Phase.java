package io.tcpecho.connection;

/**
 * What a connection is doing.
 */
public enum Phase {

	/** It waits for bytes, or for memory to read them. */
	READING,

	/** A message is with the echo service. */
	IN_SERVICE,

	/** A reply waits for the client to take it. */
	WRITING,

	/** The reply and FIN are sent, and what the client still sends is discarded. */
	LINGERING

}
