package io.tcpecho.path;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * How one connection went.
 *
 * @param step what it did
 * @param end how it ended
 * @param bytes what came
 * @param inSilence whether it ended before the message was sent
 * @param since the time from the end of its own output to the end, or from the connect if
 * it ended in the silence; on the monotonic clock
 * @param cause what went wrong on this side, empty if nothing did
 */
record StepOutcome(Step step, End end, byte[] bytes, boolean inSilence, Duration since, String cause) {

	/** Return whether what was due has come, and then FIN. */
	boolean isAnswered() {
		return this.end == End.FIN && !this.inSilence && Arrays.equals(this.bytes, this.step.expected());
	}

	/** Return what came as text. */
	String text() {
		return new String(this.bytes, StandardCharsets.ISO_8859_1);
	}

	/** Describe it in a few words. */
	String describe() {
		if (isAnswered()) {
			return "OK";
		}
		return switch (this.end) {
			case NOT_CONNECTED -> "not connected: " + this.cause;
			case LOCAL -> "local error: " + this.cause;
			case SILENCE -> "no answer" + ((this.bytes.length > 0) ? " after " + this.bytes.length + " bytes" : "");
			case FIN,
					RST ->
				this.end + (this.inSilence ? " after " + Durations.text(this.since) + " of silence"
						: (this.bytes.length > 0) ? " after " + this.bytes.length + " bytes"
								: (this.since.compareTo(Duration.ofSeconds(1)) < 0) ? " at once" : "");
		};
	}

	/** How a connection ended. */
	enum End {

		/** The peer's FIN came. */
		FIN,

		/** The peer's RST came. */
		RST,

		/** Nothing came in time, or this side has reset it as the step says. */
		SILENCE,

		/** It was never established. */
		NOT_CONNECTED,

		/** This machine failed. */
		LOCAL

	}

}
