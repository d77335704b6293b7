package io.tcpecho.probe;

/**
 * What became of an exchange: exactly one for each. docs/verdicts.md shows each on the
 * wire.
 */
public enum Verdict {

	/** The same bytes came back, then FIN. */
	OK("The path carried the message, our FIN, the reply and the peer's FIN."),

	/** The name has no address. */
	DNS_FAILURE("The name is mistyped, its record or Service is missing, or no resolver can be reached."),

	/** SYN was answered with RST. */
	REFUSED("Nothing listens there, a load balancer has no backend, or a firewall rejects with a reset."),

	/** SYN was not answered in time. */
	CONNECT_TIMEOUT("A firewall or a network policy drops packets, the host is down, or its accept queue is full."),

	/** There is no way to the address. */
	UNREACHABLE("This machine or a router has no route to it, or a firewall rejects with ICMP."),

	/** A proxy on the way in refused to connect to the next host. */
	VIA_REFUSED("A proxy on the way in wants a login, forbids that destination, or cannot reach it."),

	/** A proxy on the way in did not answer as its protocol wants it. */
	VIA_FAILED("The proxy on the way in speaks another protocol, hangs, or ends the connection without an answer."),

	/** The peer's first bytes are no TLS. */
	TLS_NOT_SPOKEN("The port speaks no TLS, or a proxy on the path speaks another protocol before it."),

	/** The peer refused the handshake, or the client's certificate, by an alert. */
	TLS_REFUSED("The peer wants a client certificate, or another version, name or application protocol."),

	/** The peer's certificate did not pass a check of ours. */
	TLS_UNTRUSTED("The certificate is of an unknown issuer, for another name, or out of date."),

	/** FIN or RST came inside the handshake. */
	TLS_CUT("A proxy has no backend or forbids that name, a firewall cuts TLS, or the port speaks no TLS."),

	/** The peer fell silent inside the handshake. */
	TLS_STALLED("The port speaks no TLS and waits for more, or large packets of the handshake are dropped (path MTU)."),

	/** FIN came before ours, or before our first byte went. */
	EARLY_CLOSE("A proxy found no backend or reached a limit, or the server does not wait for the end of the message."),

	/** Not all bytes could be sent in time, and none moved at the end. */
	SEND_STALLED("The server or a proxy stopped reading, or large packets are dropped (path MTU)."),

	/** No descriptor, port, memory or address family was there, or the client failed. */
	LOCAL_ERROR(
			"This machine lacked descriptors, ports, memory or that address family: it says nothing about the path."),

	/** Bytes were still moving, in either direction, when the timeout passed. */
	TOO_SLOW("The path or the server is slower than the timeout allows: a longer --timeout shows whether all arrives."),

	/** RST came before our FIN was handed to the kernel. */
	RESET_WHILE_SENDING("A limit of connections or of the message's size, or a proxy whose backend refused."),

	/** RST came after our FIN, without a byte of the reply. */
	RESET_AFTER_FIN("A proxy or mesh takes a half-close for an abort, or the server failed on the message."),

	/** FIN came after ours, without a byte of the reply. */
	REPLY_LOST("A proxy takes our half-close for the end in both directions, as nginx stream does with its default,"
			+ " proxy_half_close off."),

	/** FIN came after part of the reply. */
	TRUNCATED("A proxy closed both directions while the reply was on its way, or the server gave up without a reset."),

	/** The whole reply came over TLS, then FIN without close_notify. */
	NO_CLOSE_NOTIFY(
			"A proxy or the server ends TLS by FIN alone, as nginx stream does: a cut reply would look the same."),

	/** RST came after part of the reply, or instead of its FIN. */
	RESET_IN_REPLY("The server failed or was killed in mid-reply, or something on the path cut the connection."),

	/** The greeting of the server did not come before our first byte. */
	NO_GREETING("A proxy waits for the first bytes of the client before it connects, or the server has no greeting."),

	/** Another replica answered than should, or not as often as it should. */
	WRONG_REPLICA("A route's weights, a session's affinity or a Service's selector are not as intended, or a change has"
			+ " not reached the proxy yet."),

	/** Other bytes came back. */
	CORRUPT("Something rewrites the bytes or mixes connections, or the server is no echo."),

	/** More bytes came back than were sent. */
	EXTRA_BYTES("A proxy or the server adds bytes of its own, or sends some twice."),

	/** The reply began before our FIN. */
	EARLY_REPLY("The server echoes bytes as they come and waits for no half-close."),

	/** Nothing came until the timeout. */
	NO_REPLY("A proxy or tunnel does not pass our FIN on, so that the server still waits; or the server is silent."),

	/** Part of the reply came, or all but its FIN, then nothing until the timeout. */
	STALLED("Packets of the reply are dropped (path MTU, lost state), a proxy's buffer is stuck, or FIN is not passed on.");

	private final String usualCause;

	Verdict(String usualCause) {
		this.usualCause = usualCause;
	}

	/** Return a sentence that says what on a path usually causes it. */
	public String usualCause() {
		return this.usualCause;
	}

}
