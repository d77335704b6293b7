package io.tcpecho.tls;

/** Whether a server asks for the client's certificate. */
public enum ClientAuth {

	/** It does not ask. */
	NONE,

	/** It asks, and a client may have none; one that is not trusted is refused. */
	WANT,

	/** It asks, and refuses a client without one. */
	NEED

}
