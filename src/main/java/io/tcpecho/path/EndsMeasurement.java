package io.tcpecho.path;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

import tools.jackson.databind.JsonNode;

/**
 * What FIN and RST of either side become on the way to the other. The far end must be a
 * lab.
 */
final class EndsMeasurement {

	private static final int REPLY_IN_BYTES = 1_000;

	private static final int CUT_REPLY_IN_BYTES = 40_000;

	/** How long the lab looks for our RST. */
	private static final Duration LOOK = Duration.ofSeconds(3);

	/** From our first line to our end, so that a proxy has its connection by then. */
	private static final Duration BEFORE_END = Duration.ofMillis(500);

	/** A later end than this is named. */
	private static final Duration LATE = Duration.ofSeconds(1);

	private final Steps steps;

	EndsMeasurement(Steps steps) {
		this.steps = steps;
	}

	List<Finding> measure() throws InterruptedException {
		return List.of(serverFin(), serverReset("server's RST after its reply", "rst", REPLY_IN_BYTES),
				serverReset("server's RST in the middle of its reply", "cut", CUT_REPLY_IN_BYTES), clientFin(),
				clientReset());
	}

	private Finding serverFin() throws InterruptedException {
		String subject = "server's FIN";
		StepOutcome outcome = this.steps
			.run(Step.sending(Step.bytes("LAB reply=" + REPLY_IN_BYTES + "\n"), Step.pattern(REPLY_IN_BYTES)));
		return outcome.isAnswered() ? kept(subject, Duration.ZERO) : changed(subject, outcome.describe());
	}

	private Finding serverReset(String subject, String end, int size) throws InterruptedException {
		StepOutcome outcome = this.steps
			.run(Step.sending(Step.bytes("LAB reply=" + size + " end=" + end + "\n"), Step.pattern(size)));
		String came = " after " + outcome.bytes().length + " of " + size + " bytes";
		return switch (outcome.end()) {
			case RST -> (end.equals("cut") || outcome.bytes().length == size) ? kept(subject, Duration.ZERO)
					: changed(subject, "RST" + came);
			case FIN -> changed(subject, "RST became FIN" + came);
			case SILENCE -> changed(subject, "RST is lost" + came);
			case NOT_CONNECTED, LOCAL -> notMeasurable(subject, outcome.describe());
		};
	}

	private Finding clientFin() throws InterruptedException {
		String subject = "client's FIN";
		String token = token();
		StepOutcome outcome = this.steps.run(new Step(Step.bytes("LAB reply=none token=" + token + "\n"), BEFORE_END,
				Step.bytes("bye"), Step.End.FIN, Duration.ZERO, new byte[0]));
		return end(subject, token, "fin", "rst", outcome);
	}

	private Finding clientReset() throws InterruptedException {
		String subject = "client's RST";
		String token = token();
		StepOutcome outcome = this.steps.run(new Step(
				Step.bytes("LAB size=0 reply=none wait=" + FarEnd.millis(LOOK) + " end=rst token=" + token + "\n"),
				BEFORE_END, new byte[0], Step.End.RST, Duration.ZERO, new byte[0]));
		return end(subject, token, "rst", "fin", outcome);
	}

	/** Ask the lab what our end looked like, until it has seen the connection end. */
	private Finding end(String subject, String token, String wanted, String other, StepOutcome outcome)
			throws InterruptedException {
		if (outcome.end() == StepOutcome.End.NOT_CONNECTED || outcome.end() == StepOutcome.End.LOCAL) {
			return notMeasurable(subject, outcome.describe());
		}
		JsonNode seen = seen(token);
		long until = System.nanoTime() + LOOK.plus(this.steps.timeout()).toNanos();
		while (seen.path("outcome").isNull() && micros(seen, wanted) < 0 && System.nanoTime() - until < 0) {
			seen = seen(token);
		}
		if (!seen.path("known").asBoolean(false)) {
			return notMeasurable(subject, "the lab does not know of the connection: another replica may have answered");
		}
		long at = micros(seen, wanted);
		if (at >= 0) {
			return kept(subject, Duration.ofNanos(at * 1_000).minus(BEFORE_END));
		}
		String name = wanted.toUpperCase(Locale.ROOT);
		return changed(subject,
				(micros(seen, other) >= 0) ? name + " became " + other.toUpperCase(Locale.ROOT) : name + " is lost");
	}

	private JsonNode seen(String token) throws InterruptedException {
		Step question = new Step(new byte[0], Duration.ofMillis(100), Step.bytes("SEEN " + token + "\n"), Step.End.FIN,
				Duration.ZERO, new byte[0]);
		return this.steps.run(question).json();
	}

	private static long micros(JsonNode seen, String end) {
		JsonNode micros = seen.path(end + "Micros");
		return micros.isNumber() ? micros.asLong() : -1;
	}

	private static String token() {
		return Long.toHexString(ThreadLocalRandom.current().nextLong());
	}

	private static Finding kept(String subject, Duration delay) {
		return (delay.compareTo(LATE) > 0) ? changed(subject, "delayed by " + delay.toMillis() + " ms")
				: Finding.of(Measurement.ENDS, subject, Word.NO_LIMIT_FOUND, "kept");
	}

	private static Finding changed(String subject, String how) {
		return Finding.of(Measurement.ENDS, subject, Word.LIMIT_FOUND, how);
	}

	private static Finding notMeasurable(String subject, String why) {
		return Finding.of(Measurement.ENDS, subject, Word.NOT_MEASURABLE, why);
	}

}
