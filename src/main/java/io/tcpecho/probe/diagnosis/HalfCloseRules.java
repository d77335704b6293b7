package io.tcpecho.probe.diagnosis;

import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;

/**
 * The rules on half-closes. None of them concerns an exchange without one.
 */
final class HalfCloseRules {

	private HalfCloseRules() {
	}

	static Opinion lost(Symptom symptom) {
		if (!symptom.is(Verdict.REPLY_LOST, Verdict.RESET_AFTER_FIN, Verdict.TRUNCATED, Verdict.EARLY_CLOSE,
				Verdict.RESET_WHILE_SENDING)) {
			return Opinion.NONE;
		}
		if (!symptom.isEndedByFin()) {
			return Opinion.excluded("framing " + symptom.framing() + " sends no FIN before the reply");
		}
		if (symptom.is(Verdict.EARLY_CLOSE, Verdict.RESET_WHILE_SENDING)) {
			return Opinion.excluded("the peer ended the connection before our FIN");
		}
		if (!symptom.framingOfListener().isEmpty()) {
			return Opinion.likely(10, symptom.how());
		}
		if (symptom.is(Verdict.TRUNCATED)) {
			boolean soon = symptom.sinceFin().isBelow(Symptom.SOON_IN_NANOS);
			int weight = soon && symptom.isBeside(Verdict.REPLY_LOST) ? 70 : 35;
			return Opinion.likely(symptom.sinceFin().isAtLeast(Symptom.SHORTEST_LIMIT_IN_NANOS) ? 15 : weight,
					symptom.how());
		}
		if (symptom.isBeside(Verdict.EARLY_REPLY)) {
			return Opinion.likely(60, symptom.how() + "; before our FIN the reply came");
		}
		if (symptom.followsOurFin()) {
			return Opinion.likely(symptom.is(Verdict.REPLY_LOST) ? 90 : 75,
					symptom.how() + ", and so each time, whenever our FIN went");
		}
		Opinion alone = withoutOurFin(symptom);
		if (alone.isExcluded()) {
			return alone;
		}
		if (symptom.ok() > 0) {
			return Opinion.likely(symptom.isBeside(Verdict.TRUNCATED) ? 70 : 30,
					symptom.how() + ", though " + Amounts.count(symptom.ok(), "exchange") + " got the reply: a race");
		}
		int weight = symptom.is(Verdict.REPLY_LOST) ? 50 : 40;
		return Opinion.likely(symptom.sinceFin().isAtLeast(Symptom.SOON_IN_NANOS) ? 20 : weight, symptom.how());
	}

	/** Exclude our FIN as the reason if the peer ends connections without it. */
	private static Opinion withoutOurFin(Symptom symptom) {
		Spread early = symptom.endsBeforeOurFin();
		Spread whenever = symptom.endsWheneverOurFinGoes();
		if (early.isKnown() && (early.isBelow(Symptom.SOON_IN_NANOS) || whenever.isAlike())) {
			return Opinion.excluded("the peer ended the connection " + early
					+ " after the connect, without our FIN, when that was delayed");
		}
		return Opinion.NONE;
	}

	static Opinion limit(Symptom symptom) {
		if (!symptom.isEndedByFin() || !symptom.is(Verdict.REPLY_LOST, Verdict.RESET_AFTER_FIN, Verdict.TRUNCATED)) {
			return Opinion.NONE;
		}
		Spread wait = symptom.sinceFin();
		if (wait.isKnown() && !wait.isAtLeast(Symptom.SHORTEST_LIMIT_IN_NANOS)) {
			return Opinion.excluded(symptom.how() + ": no time limit is so short");
		}
		if (!wait.isKnown()) {
			return Opinion.NONE;
		}
		Opinion alone = withoutOurFin(symptom);
		if (alone.isExcluded()) {
			return alone;
		}
		if (symptom.tracksOurFin()) {
			return Opinion.likely(88, symptom.how() + ", and so each time, whenever our FIN went");
		}
		return wait.isConstant()
				? Opinion.likely(55, symptom.how() + ", in each of " + Amounts.count(wait.count(), "exchange"))
				: Opinion.likely(48, symptom.how());
	}

	static Opinion notPassed(Symptom symptom) {
		if (!symptom.is(Verdict.NO_REPLY)) {
			return Opinion.NONE;
		}
		if (!symptom.isEndedByFin()) {
			return Opinion.excluded("framing " + symptom.framing() + " sends no FIN before the reply");
		}
		if (symptom.unacknowledged() > 0) {
			return Opinion.excluded(symptom.kernel());
		}
		if (symptom.ok() > 0) {
			return Opinion.excluded(Amounts.count(symptom.ok(), "exchange") + " got the reply after our FIN");
		}
		String reason = symptom.isAllAcknowledged() ? "all bytes and our FIN were acknowledged, and no byte came"
				: "no byte came after our FIN";
		return symptom.isOtherFramingOk() ? Opinion.likely(85, reason + "; a framing without half-close was OK")
				: Opinion.likely(55, reason);
	}

	static Opinion peerFinMissing(Symptom symptom) {
		if (!symptom.is(Verdict.STALLED)) {
			return Opinion.NONE;
		}
		if (symptom.isReplyWhole() && symptom.okOfSameSetup() > 0) {
			return Opinion.likely(40, "all bytes of the reply came and FIN did not in " + symptom.count() + " of "
					+ symptom.countOfSameSetup() + " exchanges: it may only be late");
		}
		return symptom.isReplyWhole()
				? Opinion.likely(95, "all " + symptom.largestMessage() + " bytes of the reply came, FIN did not")
				: Opinion.excluded("bytes of the reply are missing, too");
	}

	static Opinion serverCloses(Symptom symptom) {
		if (!symptom.isEndedByFin() || !symptom.is(Verdict.REPLY_LOST) || !lost(symptom).isLikely()) {
			return Opinion.NONE;
		}
		if (symptom.isBeside(Verdict.EARLY_REPLY)) {
			return Opinion.likely(92, symptom.how() + "; before our FIN the reply came");
		}
		return Opinion.likely(symptom.sinceFin().isAtLeast(Symptom.SOON_IN_NANOS) ? 10 : 30, symptom.how());
	}

}
