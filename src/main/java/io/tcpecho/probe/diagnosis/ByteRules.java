package io.tcpecho.probe.diagnosis;

import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Instead;
import io.tcpecho.probe.Protocol;
import io.tcpecho.probe.Verdict;

/**
 * The rules on wrong bytes: why other bytes came than those that were sent.
 */
final class ByteRules {

	private ByteRules() {
	}

	/** Show what came, by name and as text. */
	static String shown(Instead instead) {
		String what = (instead.protocol() == Protocol.UNKNOWN) ? "came"
				: "is " + instead.protocol().describe(instead.bytes());
		String shown = "\"" + instead.text() + "\" " + what
				+ ((instead.offset() > 0) ? " after " + instead.offset() + " right bytes" : "");
		return (instead.messageOffset() > 0)
				? shown + ", and our message follows unharmed at offset " + instead.messageOffset() : shown;
	}

	private static boolean isKnown(Instead instead) {
		return instead.protocol() != Protocol.UNKNOWN;
	}

	static Opinion before(Symptom symptom) {
		Instead instead = symptom.instead();
		return (symptom.is(Verdict.CORRUPT) && instead != null && !instead.protocol().isProxyHeader()
				&& !instead.protocol().isTls() && instead.messageOffset() > 0) ? Opinion.likely(90, shown(instead))
						: Opinion.NONE;
	}

	static Opinion after(Symptom symptom) {
		Instead instead = symptom.instead();
		if (!symptom.is(Verdict.EXTRA_BYTES) || instead != null && instead.messageOffset() == 0) {
			return Opinion.NONE;
		}
		return Opinion.likely(60, (instead != null) ? shown(instead) : "more came than the whole reply");
	}

	static Opinion twice(Symptom symptom) {
		Instead instead = symptom.instead();
		if (!symptom.is(Verdict.EXTRA_BYTES)) {
			return Opinion.NONE;
		}
		if (instead == null) {
			return Opinion.likely(30, "more came than the whole reply");
		}
		return (instead.messageOffset() == 0) ? Opinion.likely(95, "the message began anew after the whole reply")
				: Opinion.excluded("what follows the reply is not our message: " + shown(instead));
	}

	static Opinion mixed(Symptom symptom) {
		Instead instead = symptom.instead();
		if (!symptom.is(Verdict.CORRUPT, Verdict.EXTRA_BYTES) || instead == null) {
			return symptom.is(Verdict.CORRUPT) ? Opinion.likely(30, "") : Opinion.NONE;
		}
		if (instead.protocol() == Protocol.OTHER_MESSAGE
				|| instead.bytes().contains("tcp-echo/") && instead.messageOffset() == Evidence.UNKNOWN) {
			return Opinion.likely(92, shown(instead));
		}
		return (symptom.is(Verdict.CORRUPT) && !isKnown(instead) && instead.messageOffset() == Evidence.UNKNOWN)
				? Opinion.likely((instead.offset() > 0) ? 30 : 15, shown(instead)) : Opinion.NONE;
	}

	static Opinion rewritten(Symptom symptom) {
		Instead instead = symptom.instead();
		if (!symptom.is(Verdict.CORRUPT)) {
			return Opinion.NONE;
		}
		if (instead == null) {
			return Opinion.likely(60, "");
		}
		if (instead.messageOffset() > 0) {
			return Opinion
				.excluded("our message follows unharmed at offset " + instead.messageOffset() + " of what came");
		}
		if (isKnown(instead)) {
			return Opinion.excluded("what came is " + instead.protocol().describe(instead.bytes()));
		}
		return Opinion.likely((instead.offset() > 0) ? 70 : 40, shown(instead));
	}

	static Opinion noEcho(Symptom symptom) {
		Instead instead = symptom.instead();
		if (!symptom.is(Verdict.CORRUPT)) {
			return Opinion.NONE;
		}
		if (instead == null) {
			return Opinion.likely(40, "");
		}
		if (instead.messageOffset() > 0) {
			return Opinion.excluded("our message came back");
		}
		return isKnown(instead) ? Opinion.NONE : Opinion.likely((instead.offset() > 0) ? 20 : 55, shown(instead));
	}

	static Opinion atOnce(Symptom symptom) {
		return (symptom.is(Verdict.EARLY_REPLY) && symptom.isEndedByFin())
				? Opinion.likely(90, symptom.received() + " right bytes came, the first before our FIN") : Opinion.NONE;
	}

}
