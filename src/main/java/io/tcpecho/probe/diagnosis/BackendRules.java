package io.tcpecho.probe.diagnosis;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.tcpecho.probe.Verdict;

/**
 * The rules on backends: whether something is there that answers.
 */
final class BackendRules {

	/** HAProxy tries three times more to connect to a backend, a second apart. */
	private static final long RETRIES_IN_NANOS = TimeUnit.SECONDS.toNanos(3);

	private static final long RETRIES_TOLERANCE_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	/** A proxy that has no backend says so within this time, its retries included. */
	private static final long LONGEST_RETRIES_IN_NANOS = RETRIES_IN_NANOS + RETRIES_TOLERANCE_IN_NANOS;

	private BackendRules() {
	}

	static Opinion noBackend(Symptom symptom) {
		if (symptom.is(Verdict.TRUNCATED, Verdict.RESET_IN_REPLY, Verdict.STALLED, Verdict.CORRUPT,
				Verdict.EARLY_REPLY)) {
			return Opinion.excluded("bytes came back, so something answers");
		}
		if (symptom.is(Verdict.NO_REPLY)) {
			return (symptom.isEverAnswered() || symptom.unacknowledged() > 0) ? Opinion.NONE
					: Opinion.likely(15, "no byte came");
		}
		if (symptom.is(Verdict.TLS_CUT)) {
			return (symptom.isPlainOk() || symptom.isEverAnswered()) ? Opinion.NONE
					: Opinion.likely(50, symptom.detail());
		}
		if (!symptom.isEndedUnanswered()) {
			return Opinion.NONE;
		}
		if (symptom.isEverAnswered()) {
			return Opinion.excluded("other exchanges with the same address got bytes back");
		}
		if (symptom.isBeforeFirstByte()) {
			return Opinion.likely(90, symptom.how());
		}
		if (symptom.tracksOurFin() && symptom.hasWaitedForOurFin(LONGEST_RETRIES_IN_NANOS)) {
			return Opinion.excluded("with the half-close delayed the connection stayed open until our FIN");
		}
		if (symptom.isEndedByOurBytes()) {
			return Opinion.likely(20, "the peer ended the connection when our bytes came");
		}
		Spread early = symptom.endsBeforeOurFin();
		if (symptom.isEndedByFin() && early.isKnown() && symptom.smallestMessage() <= LimitRules.SMALL_IN_BYTES) {
			boolean known = isAfterRetries(early) || early.isBelow(Symptom.SHORTEST_LIMIT_IN_NANOS);
			return Opinion.likely(symptom.endsWheneverOurFinGoes().isConstant() && known ? 85 : known ? 70 : 45,
					"the peer ended the connection " + early + " after the connect, and did not wait for our FIN");
		}
		if (symptom.is(Verdict.EARLY_CLOSE, Verdict.RESET_WHILE_SENDING)) {
			return Opinion.likely((symptom.smallestMessage() > LimitRules.SMALL_IN_BYTES) ? 40 : 60, symptom.how());
		}
		if (symptom.isFinOrResetByChance() && !symptom.tracksOurFin()) {
			return Opinion.likely(62, symptom.how() + "; the same exchange ends by FIN at times and by RST at others");
		}
		int weight = symptom.tracksOurFin() ? 20 : isAfterRetries(symptom.sinceConnect()) ? 60 : 45;
		return Opinion.likely(weight, symptom.how());
	}

	/** Return whether HAProxy would give up at that time, with its defaults. */
	private static boolean isAfterRetries(Spread sinceConnect) {
		return sinceConnect.isAtLeast(RETRIES_IN_NANOS - RETRIES_TOLERANCE_IN_NANOS)
				&& sinceConnect.isBelow(RETRIES_IN_NANOS + RETRIES_TOLERANCE_IN_NANOS);
	}

	static Opinion oneOfSeveral(Symptom symptom) {
		long ok = symptom.okOfSameSetup();
		if (ok == 0) {
			return Opinion.NONE;
		}
		String reason = symptom.count() + " of " + symptom.countOfSameSetup() + " exchanges were " + symptom.verdict()
				+ ", " + ok + " OK";
		if (symptom.is(Verdict.REFUSED)) {
			return Opinion.likely(85, reason);
		}
		return (symptom.isEndedUnanswered() || symptom.is(Verdict.CONNECT_TIMEOUT, Verdict.UNREACHABLE))
				? Opinion.likely(60, reason) : Opinion.NONE;
	}

	static Opinion oneAddress(Symptom symptom) {
		InetSocketAddress peer = symptom.first().route().peer();
		if (peer == null || symptom.is(Verdict.OK)) {
			return Opinion.NONE;
		}
		List<InetSocketAddress> ok = symptom.okElsewhere();
		if (!ok.isEmpty()) {
			return Opinion.likely(96, text(peer.getAddress()) + " is " + symptom.verdict() + ", "
					+ ok.stream().map((other) -> text(other.getAddress())).collect(Collectors.joining(", ")) + " OK");
		}
		List<InetAddress> others = symptom.first().route().otherAddresses();
		if (!others.isEmpty() && symptom.ok() == 0
				&& symptom.is(Verdict.REFUSED, Verdict.CONNECT_TIMEOUT, Verdict.UNREACHABLE)) {
			return Opinion.likely(30, text(peer.getAddress()) + " was tried, and the name also stands for "
					+ others.stream().map(BackendRules::text).limit(3).collect(Collectors.joining(", ")));
		}
		return Opinion.NONE;
	}

	private static String text(InetAddress address) {
		return address.getHostAddress();
	}

}
