package io.tcpecho.probe.diagnosis;

import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;

/**
 * The rules on limits of time and of size.
 */
final class LimitRules {

	/**
	 * Messages up to this size are over no usual limit, as the server's default has it.
	 */
	static final int SMALL_IN_BYTES = 5 * 1024;

	private static final int TINY_IN_BYTES = 1024;

	private LimitRules() {
	}

	static Opinion idle(Symptom symptom) {
		if (!symptom.isPaused() || symptom.received() > 0
				|| !symptom.is(Verdict.EARLY_CLOSE, Verdict.RESET_WHILE_SENDING, Verdict.RESET_AFTER_FIN,
						Verdict.REPLY_LOST, Verdict.NO_REPLY, Verdict.SEND_STALLED)) {
			return Opinion.NONE;
		}
		boolean inPause = symptom.is(Verdict.EARLY_CLOSE, Verdict.RESET_WHILE_SENDING);
		Spread quiet = symptom.quiet();
		if (inPause && quiet.isKnown() && quiet.shortest() < Symptom.SHORTEST_LIMIT_IN_NANOS) {
			return Opinion.excluded(symptom.how() + ": the connection was idle for " + quiet + " only");
		}
		if (symptom.longestOkPause() >= symptom.pause()) {
			return Opinion.excluded("a pause of " + Words.time(symptom.longestOkPause()) + " was OK");
		}
		String reason = inPause ? symptom.how() + (quiet.isKnown() ? "; the connection was idle for " + quiet : "")
				: "the exchange failed after a pause of " + Words.time(symptom.pause());
		long okWithoutPause = symptom.ok((group) -> !group.isPaused());
		if (okWithoutPause > 0) {
			return Opinion.likely(90, reason + "; without a pause it is OK");
		}
		if (symptom.isEverAnswered()) {
			return Opinion.NONE;
		}
		if (!inPause && symptom.isBrokenWithoutPause()) {
			return Opinion.excluded("without a pause it is broken, too");
		}
		return inPause ? Opinion.likely(quiet.isKnown() ? 50 : 30, reason)
				: symptom.is(Verdict.REPLY_LOST) ? Opinion.NONE : Opinion.likely(35, reason);
	}

	static Opinion time(Symptom symptom) {
		if (symptom.isPaused() || !symptom.is(Verdict.EARLY_CLOSE, Verdict.RESET_WHILE_SENDING, Verdict.TRUNCATED,
				Verdict.RESET_IN_REPLY)) {
			return Opinion.NONE;
		}
		Spread life = symptom.sinceConnect();
		if (life.count() < 2 || !life.isConstant() || !life.isAtLeast(Symptom.SHORTEST_LIMIT_IN_NANOS)) {
			return Opinion.NONE;
		}
		if (symptom.longestOk() > life.longest()) {
			return Opinion.excluded("an exchange that took " + Words.time(symptom.longestOk()) + " was OK");
		}
		return Opinion.likely(75, "the connection was ended " + life + " after the connect in each of "
				+ Amounts.count(life.count(), "exchange"));
	}

	static Opinion size(Symptom symptom) {
		if (!symptom.isEndedUnanswered()) {
			return Opinion.NONE;
		}
		int size = symptom.smallestMessage();
		if (symptom.isBeforeFirstByte()) {
			return Opinion.excluded("the peer ended the connection before our first byte went");
		}
		if (symptom.ok((group) -> group.setup().messageSize() >= size) > 0) {
			return Opinion.excluded("another message of at least " + size + " bytes was OK");
		}
		long passing = symptom.passingUpTo();
		if (passing >= 0) {
			return Opinion.likely(88,
					"messages up to " + passing + " bytes are OK, those from " + size + " bytes on are not");
		}
		String reason = "the message had " + size + " bytes";
		if (size > SMALL_IN_BYTES) {
			return Opinion.likely(symptom.is(Verdict.REPLY_LOST) ? 35 : 55, reason);
		}
		return (size > TINY_IN_BYTES) ? Opinion.likely(20, reason) : Opinion.NONE;
	}

}
