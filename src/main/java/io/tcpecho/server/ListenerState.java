package io.tcpecho.server;

/**
 * What a listener does.
 */
public enum ListenerState {

	/** It accepts connections. */
	LISTENING,

	/** An operator has closed its port; open connections go on. */
	PAUSED,

	/** The server stops. */
	DRAINING,

	/** It should listen, and does not. */
	FAILED,

	/** The configuration says that it does not listen. */
	DISABLED

}
