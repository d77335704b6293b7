package io.tcpecho.probe.diagnosis;

import io.tcpecho.probe.Verdict;

/**
 * The rules on connects: why there was no connection.
 */
final class ConnectRules {

	private ConnectRules() {
	}

	static Opinion nothingListens(Symptom symptom) {
		if (!symptom.is(Verdict.REFUSED)) {
			return Opinion.NONE;
		}
		return symptom.isEverConnected() ? Opinion.excluded("another exchange with the same address was connected")
				: Opinion.likely(60, "SYN was answered with RST");
	}

	static Opinion serverGone(Symptom symptom) {
		return (symptom.is(Verdict.REFUSED) && symptom.isAfterAllConnected())
				? Opinion.likely(80, "earlier exchanges were connected, later ones are refused") : Opinion.NONE;
	}

	static Opinion rejected(Symptom symptom) {
		return symptom.is(Verdict.REFUSED) ? Opinion.likely(35, "SYN was answered with RST") : Opinion.NONE;
	}

	static Opinion dropped(Symptom symptom) {
		return symptom.is(Verdict.CONNECT_TIMEOUT) ? Opinion.likely((symptom.ok() > 0) ? 30 : 60, unanswered(symptom))
				: Opinion.NONE;
	}

	static Opinion acceptQueueFull(Symptom symptom) {
		return symptom.is(Verdict.CONNECT_TIMEOUT) ? Opinion.likely((symptom.ok() > 0) ? 70 : 40, unanswered(symptom))
				: Opinion.NONE;
	}

	private static String unanswered(Symptom symptom) {
		return "SYN got no answer within " + Words.time(symptom.first().setup().timeout().toNanos());
	}

	static Opinion noRoute(Symptom symptom) {
		return symptom.is(Verdict.UNREACHABLE) ? Opinion.likely(95, "") : Opinion.NONE;
	}

	static Opinion unknownName(Symptom symptom) {
		return symptom.is(Verdict.DNS_FAILURE) ? Opinion.likely(95, "") : Opinion.NONE;
	}

	static Opinion localLimit(Symptom symptom) {
		return symptom.is(Verdict.LOCAL_ERROR) ? Opinion.likely(95, "") : Opinion.NONE;
	}

}
