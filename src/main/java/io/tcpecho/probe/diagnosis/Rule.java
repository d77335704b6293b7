package io.tcpecho.probe.diagnosis;

import java.util.List;
import java.util.function.Function;

/**
 * A rule that judges whether a symptom has a kind of cause.
 *
 * @param kind the kind of cause, which also names the rule
 * @param judge says how likely it is, or that the evidence excludes it
 */
record Rule(Kind kind, Function<Symptom, Opinion> judge) {

	/** Every rule; there is one for each kind of cause. */
	static final List<Rule> ALL = List.of(new Rule(Kind.HALF_CLOSE_LOST, HalfCloseRules::lost),
			new Rule(Kind.HALF_CLOSE_LIMIT, HalfCloseRules::limit),
			new Rule(Kind.FIN_NOT_PASSED, HalfCloseRules::notPassed),
			new Rule(Kind.PEER_FIN_MISSING, HalfCloseRules::peerFinMissing),
			new Rule(Kind.SERVER_CLOSES, HalfCloseRules::serverCloses),
			new Rule(Kind.NO_BACKEND, BackendRules::noBackend),
			new Rule(Kind.ONE_OF_SEVERAL, BackendRules::oneOfSeveral),
			new Rule(Kind.ONE_ADDRESS, BackendRules::oneAddress), new Rule(Kind.IDLE_LIMIT, LimitRules::idle),
			new Rule(Kind.TIME_LIMIT, LimitRules::time), new Rule(Kind.MESSAGE_LIMIT, LimitRules::size),
			new Rule(Kind.PATH_MTU, SilenceRules::pathMtu), new Rule(Kind.PACKETS_DROPPED, SilenceRules::dropped),
			new Rule(Kind.RECEIVER_STOPPED, SilenceRules::receiverStopped),
			new Rule(Kind.REPLY_STUCK, SilenceRules::replyStuck), new Rule(Kind.SERVER_SILENT, SilenceRules::silent),
			new Rule(Kind.SLOW_PATH, SilenceRules::slow), new Rule(Kind.WRONG_FRAMING, ProtocolRules::framing),
			new Rule(Kind.PROXY_HEADER, ProtocolRules::proxyHeader),
			new Rule(Kind.PROXY_HEADER_MISSING, ProtocolRules::proxyHeaderMissing),
			new Rule(Kind.PROXY_HEADER_REFUSED, ProtocolRules::proxyHeaderRefused),
			new Rule(Kind.TLS_PORT, ProtocolRules::tls), new Rule(Kind.OTHER_PROTOCOL, ProtocolRules::other),
			new Rule(Kind.PLAIN_PORT, TlsRules::plainPort),
			new Rule(Kind.CLIENT_CERTIFICATE, TlsRules::clientCertificate),
			new Rule(Kind.TLS_PARAMETERS, TlsRules::parameters), new Rule(Kind.SERVER_NAME, TlsRules::serverName),
			new Rule(Kind.UNKNOWN_ISSUER, TlsRules::issuer), new Rule(Kind.WRONG_NAME, TlsRules::name),
			new Rule(Kind.CERTIFICATE_DATE, TlsRules::date), new Rule(Kind.HANDSHAKE_CUT, TlsRules::cut),
			new Rule(Kind.CLOSE_NOTIFY_MISSING, TlsRules::closeNotify),
			new Rule(Kind.CLOSE_NOTIFY_WANTED, TlsRules::finWithoutCloseNotify),
			new Rule(Kind.VIA_REFUSES, ViaRules::refuses), new Rule(Kind.VIA_BROKEN, ViaRules::broken),
			new Rule(Kind.BYTES_BEFORE, ByteRules::before), new Rule(Kind.BYTES_AFTER, ByteRules::after),
			new Rule(Kind.SENT_TWICE, ByteRules::twice), new Rule(Kind.MIXED_CONNECTIONS, ByteRules::mixed),
			new Rule(Kind.REWRITTEN, ByteRules::rewritten), new Rule(Kind.NO_ECHO, ByteRules::noEcho),
			new Rule(Kind.ECHO_AT_ONCE, ByteRules::atOnce), new Rule(Kind.SERVICE_FAILED, ServerRules::failed),
			new Rule(Kind.SERVER_GAVE_UP, ServerRules::gaveUp), new Rule(Kind.RESET_AS_FIN, ServerRules::resetAsFin),
			new Rule(Kind.SERVER_RESET, ServerRules::reset), new Rule(Kind.PATH_RESET, ServerRules::pathReset),
			new Rule(Kind.CLOSED_BY_RESET, ServerRules::closedByReset),
			new Rule(Kind.STRAY_RESET, ServerRules::strayReset),
			new Rule(Kind.NOTHING_LISTENS, ConnectRules::nothingListens),
			new Rule(Kind.SERVER_GONE, ConnectRules::serverGone), new Rule(Kind.REJECTED, ConnectRules::rejected),
			new Rule(Kind.SYN_DROPPED, ConnectRules::dropped),
			new Rule(Kind.ACCEPT_QUEUE_FULL, ConnectRules::acceptQueueFull),
			new Rule(Kind.NO_ROUTE, ConnectRules::noRoute), new Rule(Kind.UNKNOWN_NAME, ConnectRules::unknownName),
			new Rule(Kind.LOCAL_LIMIT, ConnectRules::localLimit));

}
