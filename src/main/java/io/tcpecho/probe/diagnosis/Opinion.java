package io.tcpecho.probe.diagnosis;

/**
 * What a rule says about a symptom.
 *
 * @param weight the weight of the cause; 0 if the evidence excludes it, less if the rule
 * has nothing to say
 * @param reason the numbers that speak for it or exclude it
 */
record Opinion(int weight, String reason) {

	/** The symptom has nothing to do with this cause. */
	static final Opinion NONE = new Opinion(-1, "");

	static Opinion likely(int weight, String reason) {
		return new Opinion(weight, reason);
	}

	static Opinion excluded(String reason) {
		return new Opinion(0, reason);
	}

	boolean isLikely() {
		return this.weight > 0;
	}

	boolean isExcluded() {
		return this.weight == 0;
	}

}
