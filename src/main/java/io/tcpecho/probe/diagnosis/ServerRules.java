package io.tcpecho.probe.diagnosis;

import io.tcpecho.probe.Verdict;

/**
 * The rules on RST and FIN: what the server or the path may have done by them.
 */
final class ServerRules {

	private ServerRules() {
	}

	static Opinion failed(Symptom symptom) {
		if (!symptom.isEndedUnanswered() || symptom.isBeforeFirstByte()) {
			return Opinion.NONE;
		}
		if (symptom.isEndedByOurBytes()) {
			return Opinion.likely(60, "the peer kept a connection for " + Words.time(symptom.waitedForFirstByte())
					+ " without a byte, and ended it when our bytes came");
		}
		if (!symptom.isEndedByFin()) {
			return Opinion.likely(40, symptom.how());
		}
		return switch (symptom.verdict()) {
			case RESET_AFTER_FIN -> Opinion.likely(35, symptom.how());
			case RESET_WHILE_SENDING -> Opinion.likely(15, symptom.how());
			default -> Opinion.NONE;
		};
	}

	static Opinion gaveUp(Symptom symptom) {
		return symptom.is(Verdict.TRUNCATED) ? Opinion.likely(30, symptom.how()) : Opinion.NONE;
	}

	static Opinion resetAsFin(Symptom symptom) {
		if (symptom.is(Verdict.TRUNCATED)) {
			return Opinion.likely(55, symptom.how());
		}
		return (symptom.is(Verdict.REPLY_LOST) && symptom.isEndedUnanswered()) ? Opinion.likely(16, symptom.how())
				: Opinion.NONE;
	}

	static Opinion reset(Symptom symptom) {
		if (!symptom.is(Verdict.RESET_IN_REPLY)) {
			return Opinion.NONE;
		}
		if (symptom.isReplyWhole()) {
			return Opinion.excluded("the whole reply had come");
		}
		return Opinion.likely((symptom.okOfSameSetup() > 0) ? 45 : 60, symptom.how());
	}

	static Opinion pathReset(Symptom symptom) {
		if (!symptom.is(Verdict.RESET_IN_REPLY) || symptom.isReplyWhole()) {
			return Opinion.NONE;
		}
		long ok = symptom.okOfSameSetup();
		return (ok > 0) ? Opinion.likely(55, symptom.how() + ", in " + symptom.count() + " of "
				+ symptom.countOfSameSetup() + " exchanges of that size") : Opinion.likely(40, symptom.how());
	}

	static Opinion closedByReset(Symptom symptom) {
		return (symptom.is(Verdict.RESET_IN_REPLY) && symptom.isReplyWhole()) ? Opinion.likely(90, symptom.how())
				: Opinion.NONE;
	}

	static Opinion strayReset(Symptom symptom) {
		return (symptom.first().hasStrayReset()) ? Opinion.likely(60, "RST came "
				+ Words.time(symptom.first().times().peerReset() - symptom.first().times().peerFin()) + " after FIN")
				: Opinion.NONE;
	}

}
