package io.tcpecho.via;

/**
 * What a client and a proxy say to each other until the proxy is a tunnel: a parser that
 * takes the answers piece by piece, and knows how long the next piece is.
 */
interface Negotiation {

	/** Return the bytes to send first. */
	byte[] begin();

	/**
	 * Return how many bytes to read next: so many belong to the answer for certain. 0
	 * once the proxy is a tunnel.
	 */
	int wanted();

	/**
	 * Take the next bytes of the answer.
	 * @param bytes as many as were wanted
	 * @return the bytes to send next; none if there is nothing to say yet
	 * @throws ViaException if the proxy refuses, or if these bytes are wrong
	 */
	byte[] take(byte[] bytes) throws ViaException;

}
