package io.tcpecho.probe.diagnosis;

import io.tcpecho.text.Json;

/**
 * A cause that the evidence leaves possible.
 *
 * @param kind what it is
 * @param weight how likely it is: from 1, barely, to {@link #CERTAIN}
 * @param reason what in the evidence speaks for it, with its numbers; may be empty
 */
public record Cause(Kind kind, int weight, String reason) {

	/** The weight of what the evidence proves. */
	public static final int CERTAIN = 100;

	/** Return it as a sentence with its reason. */
	public String text() {
		return this.kind.sentence() + (this.reason.isEmpty() ? "." : ": " + this.reason + ".");
	}

	/** Return it as JSON. */
	public Json json() {
		return new Json().with("cause", this.kind.label())
			.with("weight", this.weight)
			.with("sentence", this.kind.sentence() + ".")
			.with("reason", this.reason)
			.with("remedy", this.kind.remedy());
	}

}
