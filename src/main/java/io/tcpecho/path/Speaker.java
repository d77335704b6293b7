package io.tcpecho.path;

/**
 * The end that breaks the silence of a connection.
 */
public enum Speaker {

	/** The client, with its message. */
	CLIENT,

	/** The far end, with its reply to a message of before. */
	SERVER

}
