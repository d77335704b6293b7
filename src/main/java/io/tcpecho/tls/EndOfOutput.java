package io.tcpecho.tls;

/** The ways to say that no more bytes come. */
public enum EndOfOutput {

	/** The close_notify of TLS, and then FIN, as it should be. */
	BOTH,

	/** The close_notify of TLS; the socket stays open. */
	CLOSE_NOTIFY,

	/** FIN alone, so that the peer cannot know whether bytes are missing. */
	FIN

}
