package io.tcpecho.nio;

/**
 * Why a connection that this side opens has failed. It is decided where the system call
 * is made, and does not depend on the language of an error's text.
 */
public enum Failure {

	/** The peer answered the SYN with RST. */
	REFUSED,

	/** The system or a router said that there is no way to the peer. */
	UNREACHABLE,

	/** The peer did not answer before the deadline, or before the kernel gave up. */
	TIMEOUT,

	/** The established connection was ended by RST. */
	RESET,

	/**
	 * This side failed: it had no descriptor, port or memory, it has an error, or its
	 * protocol refused what the peer sent.
	 */
	LOCAL

}
