package io.tcpecho.probe.diagnosis;

import java.util.Locale;

/**
 * A kind of cause: what it is in a few words and in a sentence, and what to do.
 */
public enum Kind {

	/** The path takes FIN for the end in both directions, or for an abort. */
	HALF_CLOSE_LOST("the half-close is lost",
			"A proxy takes our half-close for the end in both directions, as nginx stream does with its default,"
					+ " proxy_half_close off",
			"Let the proxy keep half-closed connections (nginx: proxy_half_close on), or use a framing without half-close."),

	/** Nothing behind a proxy accepts the connection. */
	NO_BACKEND("no backend is up behind a proxy",
			"A proxy or balancer accepted the connection and has no backend that is up",
			"Look at the backends and their health checks, and probe one of them directly."),

	/** A proxy limits how long a connection may be half-closed. */
	HALF_CLOSE_LIMIT("a time limit for half-closed connections",
			"A proxy ends connections that are half-closed for too long, before the server has answered",
			"Raise the limit (HAProxy: timeout server-fin, timeout client-fin; socat: -t), or let the server answer sooner."),

	/** Something ends or forgets connections on which no byte moves. */
	IDLE_LIMIT("a limit for idle connections",
			"A proxy, balancer, firewall or server ends or forgets connections that are idle for too long",
			"Raise the idle limit, or let the client send keep-alives more often than that."),

	/** Something ends every connection after a time. */
	TIME_LIMIT("a time limit for whole connections",
			"A proxy or server ends each connection after the same time, whether bytes move or not",
			"Raise the limit, or make each exchange shorter."),

	/** The tunnel does not pass FIN on to the server. */
	FIN_NOT_PASSED("our FIN is not passed on",
			"A proxy or tunnel does not pass our FIN on, so that the server still waits for the end of the message",
			"Probe the server from beside it, then through one hop more at a time; or use --framing line."),

	/** The peer's FIN does not arrive. */
	PEER_FIN_MISSING("the peer's FIN does not come",
			"Every byte of the reply came, and only the peer's FIN is missing: a proxy does not pass it on, or the"
					+ " server keeps the connection open",
			"Probe the server from beside it: if FIN comes there, a hop on the path holds it back."),

	/** The server has not answered. */
	SERVER_SILENT("the server is silent or slow", "The server has not answered within the timeout",
			"Look at the server's own log and load, and try a longer --timeout."),

	/** The listener expects another framing. */
	WRONG_FRAMING("the listener has another framing", "The listener expects another framing than the one that we use",
			"Compare --framing with the framing of the listener on that port."),

	/** The message is too large for the server. */
	MESSAGE_LIMIT("the message is over a limit of size", "The message is larger than the server or a proxy accepts",
			"Try smaller sizes (--size 64B,1KB,5KB,64KB), or raise the server's limit (max-message-size)."),

	/** Large packets are dropped without a word. */
	PATH_MTU("large packets are dropped (path MTU)",
			"Large packets are dropped and no ICMP message tells the sender (path MTU black hole)",
			"Let ICMP fragmentation-needed through, lower the MTU, or clamp the MSS on the router."),

	/** Packets get lost. */
	PACKETS_DROPPED("packets are dropped on the path",
			"Packets are dropped on the path: a firewall, lost state of connection tracking, or a broken link",
			"Capture on both sides with tcpdump, and look at firewalls and connection tracking on the way."),

	/** The receiver does not read. */
	RECEIVER_STOPPED("the receiver stopped reading",
			"The server or a proxy stopped reading, or reads slowly: its buffers are full",
			"Look at the load and the threads of the server, and at the buffers of the proxy."),

	/** The reply stopped within the path. */
	REPLY_STUCK("the reply is stuck in a buffer", "The server or a proxy stopped sending in the middle of the reply",
			"Probe the server from beside it, then through one hop more at a time."),

	/** Bytes still move, too slowly for the timeout. */
	SLOW_PATH("the path is slower than the timeout allows", "The path or the server is slower than the timeout allows",
			"Try a longer --timeout, and look for a limit of bandwidth."),

	/** A proxy sends a PROXY header and the server does not expect it. */
	PROXY_HEADER("a PROXY header that the server does not expect",
			"A proxy sends a PROXY protocol header to a server that does not expect it",
			"Turn the header off in the proxy (HAProxy: send-proxy), or let the server accept it."),

	/** The peer waits for a PROXY header. */
	PROXY_HEADER_MISSING("a PROXY header is expected", "The peer expects a PROXY protocol header before the first byte",
			"Probe through the proxy that sends the header, or turn the header off (HAProxy: accept-proxy)."),

	/** The peer does not take our PROXY header. */
	PROXY_HEADER_REFUSED("our PROXY header is refused",
			"The peer does not accept the PROXY protocol header that we send",
			"Probe without --proxy, or with the other version; HAProxy and nginx refuse a header that comes in pieces."),

	/** The port speaks TLS. */
	TLS_PORT("the port expects TLS", "The port expects TLS, and we sent plain bytes",
			"Probe the plain port of the service, or terminate TLS before the probe."),

	/** The port speaks no TLS. */
	PLAIN_PORT("the port speaks no TLS", "The port speaks no TLS, and we sent a hello of TLS",
			"Probe without --tls, or look for the port that has TLS."),

	/** The peer refuses the client's certificate, or its absence. */
	CLIENT_CERTIFICATE("the peer wants another client certificate",
			"The peer wants a certificate of the client, or does not accept the one that it got",
			"Give a certificate that the peer trusts (--cert, --key)."),

	/** Nothing in common. */
	TLS_PARAMETERS("no version, cipher suite or application protocol in common",
			"Client and peer have no version, cipher suite or application protocol of TLS in common",
			"Compare --tls-version and --alpn with what the peer accepts."),

	/** The peer does not serve that name. */
	SERVER_NAME("the peer does not know the server's name", "The peer has no certificate for the name that we ask for",
			"Ask for a name that the peer serves (--server-name)."),

	/** The issuer is unknown. */
	UNKNOWN_ISSUER("the certificate's issuer is not trusted",
			"No authority that we trust has issued the peer's certificate",
			"Give the certificate of the authority (--ca); behind a proxy that opens TLS it is the proxy's."),

	/** The name is another. */
	WRONG_NAME("the certificate is for another name",
			"The peer's certificate is for another name than the one asked for",
			"Probe by a name that the certificate has, or give that name (--server-name)."),

	/** The certificate has expired, or is not valid yet. */
	CERTIFICATE_DATE("the certificate is out of date", "The peer's certificate has expired, or is not valid yet",
			"Renew the certificate, and check the clock of this machine."),

	/** The handshake is cut. */
	HANDSHAKE_CUT("something on the path cuts TLS",
			"A firewall that forbids that name, or a proxy that does not know it, cuts the handshake of TLS",
			"Try another --server-name, and probe one hop less at a time."),

	/** The end of TLS is missing. */
	CLOSE_NOTIFY_MISSING("TLS ends without close_notify",
			"A proxy or the server ends TLS by FIN alone, as nginx stream does, so that a cut reply would look whole",
			"Let it send close_notify; --accept-truncation takes such an end for a good one."),

	/** The peer wants a close_notify from us. */
	CLOSE_NOTIFY_WANTED("the peer accepts no end without close_notify",
			"The peer takes a FIN without close_notify for a cut stream, and refuses it",
			"End the stream by close_notify (--end both), as clients should."),

	/** A proxy on the way in refuses. */
	VIA_REFUSES("a proxy on the way in refuses", "A proxy on the way in refuses to connect there",
			"Look at the rules and the log of that proxy, and whether it reaches the host."),

	/** A proxy on the way in does not speak its protocol. */
	VIA_BROKEN("a proxy on the way in does not answer",
			"A proxy on the way in does not answer as its protocol wants it",
			"Check the scheme, host and port of --via."),

	/** The port speaks something else. */
	OTHER_PROTOCOL("another protocol is spoken on that port", "A server of another protocol answers on that port",
			"Check the port, and what listens on it."),

	/** The server puts bytes before the reply. */
	BYTES_BEFORE("bytes are put before the reply", "A proxy or the server puts bytes of its own before the reply",
			"Look at what came: a greeting or a header that has to be turned off, or expected with --greeting or --identify."),

	/** Bytes follow the reply. */
	BYTES_AFTER("bytes are put after the reply", "A proxy or the server puts bytes of its own after the reply",
			"Look at what came after the reply, and probe one hop less."),

	/** The reply is sent twice. */
	SENT_TWICE("the reply is sent twice", "A proxy or the server sends the message twice",
			"Probe one hop less at a time, and look for a mirror or a retry."),

	/** Connections are mixed. */
	MIXED_CONNECTIONS("connections are mixed up", "The reply to another exchange came: something mixes connections",
			"Probe one hop less at a time: the hop that mixes connections is broken."),

	/** Bytes are changed on the way. */
	REWRITTEN("bytes are rewritten on the path", "Something on the path rewrites bytes of the message",
			"Probe one hop less at a time, and look for an application gateway or a broken offload of checksums."),

	/** The server does not echo. */
	NO_ECHO("the server is no echo", "The server answers with something else: it is no echo",
			"Check the port, and what listens on it."),

	/** The server echoes at once. */
	ECHO_AT_ONCE("the server echoes at once", "The server echoes bytes as they come and waits for no half-close",
			"That tests no half-close: use an eof listener, or --framing stream."),

	/** The server or a program behind it ends the connection without an answer. */
	SERVER_CLOSES("the server itself ends the connection",
			"The server itself ends the connection when our FIN comes and drops its answer, as programs behind"
					+ " ncat -e may do",
			"Probe the server from beside it, without a proxy."),

	/** The service failed on the message. */
	SERVICE_FAILED("the server failed on the message", "The server failed on the message",
			"Look at the server's log at that time."),

	/** The server gave up within its reply. */
	SERVER_GAVE_UP("the server ended in mid-reply", "The server gave up in mid-reply and closed as if it were done",
			"Look at the server's log at that time."),

	/** A proxy made FIN of the server's RST. */
	RESET_AS_FIN("the server's RST came out of a proxy as FIN",
			"The server reset the connection, and a proxy made FIN of it, as HAProxy, nginx and most others do",
			"Look at the server's log at that time, or probe it from beside it: there it is RESET_IN_REPLY."),

	/** The server reset in mid-reply. */
	SERVER_RESET("the server reset in mid-reply", "The server failed or was killed in mid-reply",
			"Look at the server's log, and whether it was restarted at that time."),

	/** Something on the path cut the connection. */
	PATH_RESET("something on the path reset the connection",
			"Something on the path cut the connection, such as connection tracking that took a packet for invalid",
			"Capture on both sides with tcpdump: only one side sees a RST that the other has not sent."),

	/** The peer closes by RST after all is done. */
	CLOSED_BY_RESET("the peer closes by RST",
			"The whole reply came: the peer closes by RST, on principle or because it had not read everything",
			"It harms an echo no more; look at how the server or proxy closes its sockets."),

	/** RST after FIN. */
	STRAY_RESET("a RST came after the peer's FIN", "The peer sent RST after its FIN, though all bytes had come",
			"It harms this exchange no more; a client that still sends would see it."),

	/** Some of several backends are broken. */
	ONE_OF_SEVERAL("one backend of several is broken",
			"Some exchanges are OK and others fail: one backend of several is broken, or the failure is a race",
			"Probe each backend or address on its own (--all-addresses)."),

	/** One address of the name is broken. */
	ONE_ADDRESS("one address of the name is broken", "Not every address of the name works",
			"Take the address out of the name's record, or mend what is there."),

	/** Nothing listens. */
	NOTHING_LISTENS("nothing listens on that port", "Nothing listens on that port at that address",
			"Start the server, or check host and port."),

	/** The server listened, and does so no longer. */
	SERVER_GONE("the server no longer listens",
			"The server listened at first and does so no longer: it has ended, or was restarted",
			"Look at the server's log, and whether it serves more than one connection."),

	/** A firewall rejects with RST. */
	REJECTED("a balancer without a backend or a firewall rejects",
			"A load balancer or Service without a backend, or a firewall, rejects with RST",
			"Look at the endpoints of the Service and at the rules of the firewall."),

	/** SYNs are dropped. */
	SYN_DROPPED("a firewall or a network policy drops packets",
			"A firewall or a network policy drops packets, or the host is down",
			"Look at firewalls and policies for that port, and whether the host is up."),

	/** The accept queue is full. */
	ACCEPT_QUEUE_FULL("the accept queue is full", "The server does not accept and its accept queue is full",
			"Look at the load of the server (ss -ltn shows its queue)."),

	/** There is no route. */
	NO_ROUTE("there is no route",
			"This machine or a router has no route to the address, or a firewall rejects with ICMP",
			"Look at the routes (ip route get ADDRESS)."),

	/** The name has no address. */
	UNKNOWN_NAME("the name has no address",
			"The name is mistyped, its record or Service is missing, or no resolver can be reached",
			"Look the name up by hand (getent hosts NAME)."),

	/** This machine lacks something. */
	LOCAL_LIMIT("this machine lacked something",
			"This machine lacked descriptors, ports, memory or that address family: it says nothing about the path",
			"Raise ulimit -n, make fewer connections or smaller messages, or name an address of the other family.");

	private final String title;

	private final String sentence;

	private final String remedy;

	Kind(String title, String sentence, String remedy) {
		this.title = title;
		this.sentence = sentence;
		this.remedy = remedy;
	}

	/** Return what it is in a few words, without a full stop. */
	public String title() {
		return this.title;
	}

	/** Return what it is in a sentence, without a full stop. */
	public String sentence() {
		return this.sentence;
	}

	/** Return what to do, in a sentence. */
	public String remedy() {
		return this.remedy;
	}

	/** Return its name in lower case with dashes, as JSON has it. */
	public String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
