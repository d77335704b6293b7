package io.tcpecho.probe.diagnosis;

import java.net.InetSocketAddress;
import java.util.Set;

import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Instead;
import io.tcpecho.probe.Protocol;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;

/**
 * The rules on protocols: whether both sides speak the same one.
 */
final class ProtocolRules {

	private static final Set<Integer> TLS_PORTS = Set.of(443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 2376,
			5061, 5671, 5986, 6443, 6514, 6697, 8443, 8883, 9443, 10250);

	private ProtocolRules() {
	}

	static Opinion framing(Symptom symptom) {
		boolean unanswered = symptom.isEndedUnanswered();
		if (!unanswered && !symptom.is(Verdict.NO_REPLY, Verdict.STALLED, Verdict.TRUNCATED, Verdict.EARLY_CLOSE,
				Verdict.RESET_IN_REPLY)) {
			return Opinion.NONE;
		}
		if (symptom.ok() > 0) {
			return Opinion.excluded(Amounts.count(symptom.ok(), "exchange") + " of framing " + symptom.framing()
					+ (symptom.ok() == 1 ? " was OK" : " were OK"));
		}
		if (!symptom.framingOfListener().isEmpty()) {
			return Opinion.likely(98, "framing " + symptom.framingOfListener() + " is OK on the same port");
		}
		if (symptom.isBeforeFirstByte() || symptom.isReplyWhole() || symptom.unacknowledged() > 0) {
			return Opinion.NONE;
		}
		if (symptom.isEndedByFin()) {
			return eof(symptom);
		}
		return switch (symptom.verdict()) {
			case NO_REPLY -> Opinion.likely(65,
					"we sent framing " + symptom.framing() + ", and the listener waits for more, as eof would");
			case STALLED, TRUNCATED, RESET_IN_REPLY ->
				Opinion.likely(30, "framing " + symptom.framing() + symptom.progress());
			default -> Opinion.likely(50, "we sent framing " + symptom.framing() + ", and " + symptom.how());
		};
	}

	private static Opinion eof(Symptom symptom) {
		return switch (symptom.verdict()) {
			case RESET_IN_REPLY ->
				symptom.endsInLines()
						? Opinion.likely(60,
								"the part that came ends with a line feed of the message"
										+ ": a line listener sends whole lines back and resets at the rest")
						: Opinion.NONE;
			case RESET_AFTER_FIN, RESET_WHILE_SENDING ->
				Opinion.likely(30, "a line or length-4 listener answers a message of framing eof with RST");
			case REPLY_LOST, EARLY_CLOSE ->
				Opinion.likely(12, "a line or length-4 listener behind a proxy may answer framing eof like that");
			default -> Opinion.NONE;
		};
	}

	static Opinion proxyHeader(Symptom symptom) {
		Instead instead = symptom.instead();
		if (instead != null) {
			return instead.protocol().isProxyHeader() ? Opinion.likely(98, ByteRules.shown(instead)) : Opinion.NONE;
		}
		boolean lengthHeader = symptom.framing().startsWith("length-");
		return (lengthHeader && symptom.isEndedUnanswered() && !symptom.isEverAnswered()
				&& !symptom.isBeforeFirstByte())
						? Opinion.likely(30,
								"the server may take a header for the length of a message; --framing eof would show it")
						: Opinion.NONE;
	}

	static Opinion proxyHeaderMissing(Symptom symptom) {
		if (!symptom.isEndedUnanswered() && !symptom.is(Verdict.NO_REPLY) || symptom.isEverAnswered()
				|| symptom.hasProxyHeader()) {
			return Opinion.NONE;
		}
		Answer answer = symptom.answer(Kind.PROXY_HEADER_MISSING);
		if (answer != null) {
			return answer.proven() ? Opinion.likely(99, answer.reason()) : Opinion.likely(5, symptom.how());
		}
		if (!symptom.isEndedUnanswered() || symptom.isBeforeFirstByte()) {
			return Opinion.NONE;
		}
		return Opinion.likely(symptom.isEndedByOurBytes() ? 40 : 14, symptom.how());
	}

	static Opinion proxyHeaderRefused(Symptom symptom) {
		if (!symptom.hasProxyHeader() || !symptom.isEndedUnanswered() || symptom.isEverAnswered()) {
			return Opinion.NONE;
		}
		return Opinion.likely(symptom.isBeforeFirstByte() ? 92 : 30, symptom.how());
	}

	static Opinion tls(Symptom symptom) {
		Instead instead = symptom.instead();
		if (instead != null) {
			return instead.protocol().isTls() ? Opinion.likely(98, ByteRules.shown(instead)) : Opinion.NONE;
		}
		if (!symptom.isEndedUnanswered() && !symptom.is(Verdict.NO_REPLY) || symptom.isTls()) {
			return Opinion.NONE;
		}
		if (symptom.isEverAnswered()) {
			return Opinion.excluded("plain bytes came back from the same address");
		}
		Answer answer = symptom.answer(Kind.TLS_PORT);
		if (answer != null) {
			return answer.proven() ? Opinion.likely(99, answer.reason()) : Opinion.likely(5, answer.reason());
		}
		if (symptom.isBeforeFirstByte() || symptom.unacknowledged() > 0) {
			return Opinion.NONE;
		}
		InetSocketAddress peer = symptom.first().route().peer();
		return (peer != null && TLS_PORTS.contains(peer.getPort()))
				? Opinion.likely(80, "port " + peer.getPort() + " usually is one of TLS")
				: Opinion.likely(symptom.isEndedByOurBytes() ? 45 : 18, "plain bytes got no answer");
	}

	static Opinion other(Symptom symptom) {
		Instead instead = symptom.instead();
		if (instead == null || instead.protocol() == Protocol.UNKNOWN || instead.protocol().isProxyHeader()
				|| instead.protocol().isTls() || instead.protocol() == Protocol.OTHER_MESSAGE
				|| instead.messageOffset() != Evidence.UNKNOWN && instead.protocol() != Protocol.HTTP) {
			return Opinion.NONE;
		}
		return Opinion.likely(97, ByteRules.shown(instead));
	}

}
