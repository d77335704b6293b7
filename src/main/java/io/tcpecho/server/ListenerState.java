package io.tcpecho.server;

/**
 * The state of a listener.
 */
public enum ListenerState {

	/** It accepts connections. */
	LISTENING,

	/** An operator has closed its port; open connections stay open. */
	PAUSED,

	/** The server stops. */
	DRAINING,

	/** It should listen, but does not. */
	FAILED,

	/** The configuration says that it does not listen. */
	DISABLED

}
