package io.tcpecho.probe.diagnosis;

import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Evidence.Traffic;
import io.tcpecho.probe.Verdict;
import io.tcpecho.text.Amounts;

/**
 * The rules on silence: why nothing, or too little, came until the timeout.
 */
final class SilenceRules {

	/** A message up to this size travels in a packet that every path carries. */
	private static final int SMALL_PACKET_IN_BYTES = 500;

	/** More bytes than this do not travel without a packet of full size. */
	private static final int FULL_PACKETS_IN_BYTES = 3_000;

	private SilenceRules() {
	}

	static Opinion pathMtu(Symptom symptom) {
		if (symptom.is(Verdict.TLS_STALLED)) {
			// A certificate travels in packets of full size, a hello does not.
			return symptom.isPlainOk() ? Opinion.NONE : Opinion.likely(30, symptom.detail());
		}
		if (!symptom.is(Verdict.NO_REPLY, Verdict.SEND_STALLED, Verdict.STALLED)
				|| symptom.largestMessage() <= SMALL_PACKET_IN_BYTES) {
			return Opinion.NONE;
		}
		if (symptom.received() > FULL_PACKETS_IN_BYTES) {
			return Opinion.excluded(symptom.received() + " bytes of the reply came, in packets of full size");
		}
		if (symptom.is(Verdict.SEND_STALLED) && symptom.acknowledged() > FULL_PACKETS_IN_BYTES) {
			return Opinion.excluded(symptom.acknowledged() + " bytes were acknowledged, in packets of full size");
		}
		if (symptom.isWindowClosed()) {
			return Opinion.excluded("the kernel waits to send and has sent nothing again");
		}
		long passing = symptom.passingUpTo();
		if (passing >= 0) {
			int weight = (passing <= FULL_PACKETS_IN_BYTES) ? 90 : 30;
			return Opinion.likely(symptom.isRetransmitting() ? Math.max(70, weight + 7) : weight,
					"messages up to " + passing + " bytes are OK, those from " + symptom.smallestMessage()
							+ " bytes on get no answer" + direction(symptom));
		}
		if (symptom.ok() > 0) {
			return Opinion.NONE;
		}
		if (symptom.isRetransmitting()) {
			return Opinion.likely(50, symptom.kernel());
		}
		return Opinion.likely(symptom.is(Verdict.SEND_STALLED) ? 35 : 20,
				"the message had " + symptom.largestMessage() + " bytes, and --size 64B,1KB,2KB,64KB would tell");
	}

	private static String direction(Symptom symptom) {
		if (symptom.isRetransmitting()) {
			return "; towards the server " + symptom.kernel();
		}
		return symptom.isAllAcknowledged() ? "; the message was acknowledged, so the reply is lost" : "";
	}

	static Opinion dropped(Symptom symptom) {
		if (!symptom.is(Verdict.NO_REPLY, Verdict.SEND_STALLED, Verdict.STALLED)) {
			return Opinion.NONE;
		}
		if (symptom.isReplyWhole()) {
			return Opinion.excluded("every byte came");
		}
		if (symptom.isRetransmitting()) {
			return Opinion.likely(65, symptom.kernel());
		}
		if (symptom.isWindowClosed()) {
			return Opinion.excluded("the kernel waits to send and has sent nothing again");
		}
		if (symptom.is(Verdict.NO_REPLY) && symptom.isAllAcknowledged()) {
			return Opinion.excluded("the whole message was acknowledged");
		}
		return Opinion.likely(symptom.is(Verdict.STALLED) ? 40 : 25, stood(symptom));
	}

	static Opinion receiverStopped(Symptom symptom) {
		if (!symptom.is(Verdict.NO_REPLY, Verdict.SEND_STALLED, Verdict.STALLED) || symptom.isReplyWhole()) {
			return Opinion.NONE;
		}
		if (symptom.isRetransmitting()) {
			return Opinion.excluded(symptom.kernel() + ", so packets or their acknowledgements are lost");
		}
		if (symptom.isWindowClosed()) {
			return Opinion.likely(85, symptom.unacknowledged() + " bytes wait in our kernel, and none was sent again");
		}
		return symptom.is(Verdict.SEND_STALLED) && !symptom.isAllAcknowledged() ? Opinion.likely(50, stood(symptom))
				: Opinion.NONE;
	}

	static Opinion replyStuck(Symptom symptom) {
		return (symptom.is(Verdict.STALLED) && !symptom.isReplyWhole()) ? Opinion.likely(50, stood(symptom))
				: Opinion.NONE;
	}

	static Opinion silent(Symptom symptom) {
		if (!symptom.is(Verdict.NO_REPLY)) {
			return Opinion.NONE;
		}
		if (symptom.unacknowledged() > 0) {
			return Opinion.excluded(symptom.kernel());
		}
		return Opinion.likely((symptom.passingUpTo() >= 0 && symptom.passingUpTo() <= FULL_PACKETS_IN_BYTES) ? 20 : 45,
				"no byte came within " + Words.time(symptom.first().setup().timeout().toNanos()));
	}

	static Opinion slow(Symptom symptom) {
		if (!symptom.is(Verdict.TOO_SLOW)) {
			return Opinion.NONE;
		}
		Evidence evidence = symptom.first();
		Traffic traffic = evidence.traffic();
		int size = evidence.setup().messageSize();
		boolean receiving = traffic.receiveRate() > 0;
		long rate = receiving ? traffic.receiveRate() : traffic.sendRate();
		long moved = receiving ? traffic.received() : traffic.sent();
		String reason = moved + " of " + size + " bytes had " + (receiving ? "come" : "gone");
		if (rate > 0) {
			reason += ", and still moved at " + Amounts.rate(rate) + "; the rest needs about "
					+ Words.time(1e9 * (size - moved) / rate) + (receiving ? "" : ", and then the reply");
		}
		return Opinion.likely(95, reason);
	}

	/** Say when the last byte moved, and how many had. */
	private static String stood(Symptom symptom) {
		Evidence evidence = symptom.first();
		long last = Math.max(evidence.times().lastReceived(), evidence.times().lastSent());
		String since = Evidence.isKnown(last) && Evidence.isKnown(evidence.times().ended())
				? ", and none moved in the last " + Words.time(evidence.times().ended() - last) : "";
		return symptom.is(Verdict.STALLED)
				? symptom.received() + " of " + symptom.largestMessage() + " bytes came" + since
				: Math.max(0, evidence.traffic().sent()) + " of " + evidence.setup().messageSize() + " bytes went out"
						+ since;
	}

}
