package io.tcpecho.path;

import java.time.Duration;
import java.util.Arrays;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

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

	private static final Duration AT_ONCE = Duration.ofSeconds(1);

	/** Return whether what was due has come, and then FIN. */
	boolean isAnswered() {
		return this.end == End.FIN && !this.inSilence && Arrays.equals(this.bytes, this.step.expected());
	}

	/**
	 * Return whether something ended the connection while both sides were silent on
	 * purpose.
	 */
	boolean isEndedInSilence() {
		boolean ended = this.end == End.FIN || this.end == End.RST;
		return ended && this.bytes.length == 0 && (this.inSilence || this.since.compareTo(this.step.delay()) < 0);
	}

	/**
	 * Return what came as JSON; a missing node if it is none.
	 */
	JsonNode json() {
		try {
			return JsonMapper.shared().readTree(this.bytes);
		}
		catch (JacksonException ex) {
			return MissingNode.getInstance();
		}
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
			case FIN, RST -> this.end + when();
		};
	}

	private String when() {
		if (isEndedInSilence()) {
			return " after " + Durations.text(this.since) + " of silence";
		}
		if (this.bytes.length > 0) {
			return " after " + this.bytes.length + " bytes";
		}
		return (this.since.compareTo(AT_ONCE) < 0) ? " at once" : " after " + Durations.text(this.since);
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
