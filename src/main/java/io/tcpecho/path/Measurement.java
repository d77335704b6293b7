package io.tcpecho.path;

/**
 * What can be measured of a path.
 */
public enum Measurement {

	/** The size at which packets disappear, in each direction. */
	MTU,

	/** How long a connection may be silent. */
	IDLE,

	/** How long the far end of a half-closed connection may be silent. */
	HALF_CLOSE,

	/** What becomes of FIN and RST on the way. */
	ENDS

}
