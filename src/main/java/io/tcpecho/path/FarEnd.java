package io.tcpecho.path;

import java.time.Duration;

/**
 * What answers at the other end of the path.
 *
 * @param kind which service it is
 * @param text what it said to the first question, in a few words
 */
record FarEnd(Kind kind, String text) {

	private static final String QUESTION = "SEEN path-check\n";

	/** Ask it. */
	static FarEnd ask(Steps steps) throws InterruptedException {
		StepOutcome outcome = steps.run(Step.sending(Step.bytes(QUESTION), Step.bytes(QUESTION)));
		if (outcome.json().has("token")) {
			return new FarEnd(Kind.LAB, "a lab");
		}
		return outcome.isAnswered() ? new FarEnd(Kind.ECHO, "an echo that half-closes")
				: new FarEnd(Kind.NEITHER, outcome.describe());
	}

	boolean isLab() {
		return this.kind == Kind.LAB;
	}

	/** Return the first line that asks a lab for something; nothing for another end. */
	byte[] line(String words) {
		return isLab() ? Step.bytes("LAB" + words + "\n") : new byte[0];
	}

	/** Return a time as first lines have it. */
	static String millis(Duration time) {
		return time.toMillis() + "ms";
	}

	/** The kinds of far ends. */
	enum Kind {

		/** It does what it is asked for. */
		LAB,

		/** It answers the message that FIN ends with the same bytes. */
		ECHO,

		/** It is neither, or it cannot be reached. */
		NEITHER

	}

}
