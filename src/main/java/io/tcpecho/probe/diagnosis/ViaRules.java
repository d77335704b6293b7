package io.tcpecho.probe.diagnosis;

import io.tcpecho.probe.Verdict;

/**
 * The rules on the proxies of the way in: each has said itself what is wrong.
 */
final class ViaRules {

	private ViaRules() {
	}

	static Opinion refuses(Symptom symptom) {
		return symptom.is(Verdict.VIA_REFUSED) ? Opinion.likely(95, symptom.detail()) : Opinion.NONE;
	}

	static Opinion broken(Symptom symptom) {
		return symptom.is(Verdict.VIA_FAILED) ? Opinion.likely(90, symptom.detail()) : Opinion.NONE;
	}

}
