package io.tcpecho.probe;

/**
 * A protocol that the first bytes of a peer can show.
 */
public enum Protocol {

	/** None of the others, or too few bytes to tell. */
	UNKNOWN;

	/**
	 * Return what the first bytes of a peer show.
	 * @param bytes each as the character of that number (ISO 8859-1)
	 */
	public static Protocol of(String bytes) {
		return UNKNOWN;
	}

}
