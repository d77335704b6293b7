package io.tcpecho.proxy;

/**
 * The rules of one version of the header, applied to one byte at a time.
 */
interface HeaderGrammar {

	/**
	 * Take the next byte.
	 * @param value from 0 to 255
	 * @return whether the header is complete
	 * @throws ProxyHeaderException if the header cannot have this byte at this place
	 */
	boolean accept(int value) throws ProxyHeaderException;

	/** Return whether the bytes so far can only be a PROXY header. */
	boolean isRecognized();

	/** Return the complete header. */
	ProxyHeader header();

	/** Return the bytes of memory that it holds. */
	int held();

}
