package io.tcpecho.path;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

import io.tcpecho.path.Finding.Rung;
import org.jspecify.annotations.Nullable;

/**
 * A ladder of connections that begin together, each with a time of its own, and a second
 * one between the longest time that went well and the shortest that did not.
 */
final class Ladder {

	/** The rungs of the first round, in seconds. */
	private static final long[] SECONDS = { 1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 345, 355, 400, 500,
			600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 14_400, 21_600, 28_800, 43_200, 64_800,
			86_400 };

	private static final int RUNGS_BETWEEN = 8;

	private final Steps steps;

	private final Measurement measurement;

	private final LongFunction<Step> rung;

	private final TreeMap<Long, StepOutcome> tried = new TreeMap<>();

	private boolean unstable;

	private boolean endedInSilence;

	/**
	 * Prepare a ladder.
	 * @param rung makes the step of a time in milliseconds
	 */
	Ladder(Steps steps, Measurement measurement, LongFunction<Step> rung) {
		this.steps = steps;
		this.measurement = measurement;
		this.rung = rung;
	}

	/** Climb to this time. */
	Finding climb(Duration longest) throws InterruptedException {
		long top = longest.toMillis();
		run(LongStream
			.concat(LongStream.of(SECONDS).map((seconds) -> seconds * 1_000).filter((time) -> time < top),
					LongStream.of(top))
			.boxed()
			.toList());
		if (lastGood() == 0) {
			return finding(Word.NOT_MEASURABLE,
					"the shortest, " + Durations.text(firstBad()) + ", fails: " + outcome(firstBad()).describe());
		}
		if (firstBad() == Finding.NONE) {
			return finding(Word.NO_LIMIT_FOUND, "no limit up to " + Durations.text(lastGood()));
		}
		if (outcome(firstBad()).json().has("error")) {
			return finding(Word.NO_LIMIT_FOUND,
					"no limit up to " + Durations.text(lastGood()) + "; the lab allows no longer wait (lab.max-wait)");
		}
		StepOutcome ended = endedInSilence();
		if (ended != null) {
			this.endedInSilence = true;
			return finding(Word.LIMIT_FOUND, "the connection is ended by " + ended.describe()
					+ KnownLimits.near(this.measurement, ended.since()));
		}
		long low = lastGood();
		long high = firstBad();
		narrow(low, high);
		if (this.unstable) {
			return finding(Word.UNSTABLE,
					Durations.text(low) + " go well and " + Durations.text(high) + " do not, but not always", low,
					high);
		}
		return finding(Word.LIMIT_FOUND,
				Durations.text(lastGood()) + ": OK; " + Durations.text(firstBad()) + ": "
						+ outcome(firstBad()).describe()
						+ KnownLimits.near(this.measurement, Duration.ofMillis((lastGood() + firstBad()) / 2)));
	}

	/** Return whether the limit that was found is an end in the silence. */
	boolean isEndedInSilence() {
		return this.endedInSilence;
	}

	/**
	 * Return the first that was ended in the silence, which gives the exact time; null if
	 * none was.
	 */
	private @Nullable StepOutcome endedInSilence() {
		return this.tried.tailMap(firstBad())
			.values()
			.stream()
			.filter(StepOutcome::isEndedInSilence)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Try times in between, and both bounds once more. What the bounds were before is
	 * overwritten.
	 */
	private void narrow(long low, long high) throws InterruptedException {
		List<Long> times = new ArrayList<>();
		for (int i = 0; i <= RUNGS_BETWEEN + 1; i++) {
			times.add(low + (high - low) * i / (RUNGS_BETWEEN + 1));
		}
		run(times);
		this.unstable |= !outcome(low).isAnswered() || (this.tried.get(high) != null && outcome(high).isAnswered());
	}

	private void run(List<Long> times) throws InterruptedException {
		List<StepOutcome> outcomes = this.steps.runUntilTwoFail(times.stream().map(this.rung::apply).toList());
		for (int i = 0; i < outcomes.size(); i++) {
			this.tried.put(times.get(i), outcomes.get(i));
		}
		long bad = firstBad();
		this.unstable |= bad != Finding.NONE
				&& this.tried.tailMap(bad).values().stream().anyMatch(StepOutcome::isAnswered);
	}

	private StepOutcome outcome(long time) {
		StepOutcome outcome = this.tried.get(time);
		if (outcome == null) {
			throw new IllegalStateException("No step of " + time + " ms");
		}
		return outcome;
	}

	/** Return the longest time of those at and below which all went well, 0 for none. */
	private long lastGood() {
		long last = 0;
		for (Map.Entry<Long, StepOutcome> entry : this.tried.entrySet()) {
			if (!entry.getValue().isAnswered()) {
				break;
			}
			last = entry.getKey();
		}
		return last;
	}

	private long firstBad() {
		Long next = this.tried.higherKey(lastGood());
		return (next != null) ? next : Finding.NONE;
	}

	private Finding finding(Word word, String text) {
		StepOutcome ended = (firstBad() != Finding.NONE) ? endedInSilence() : null;
		long until = (ended != null) ? ended.since().toMillis() : firstBad();
		return finding(word, text, lastGood(), until);
	}

	private Finding finding(Word word, String text, long good, long bad) {
		return new Finding(this.measurement, "", word, text, good, bad, this.tried.entrySet()
			.stream()
			.map((entry) -> new Rung(entry.getKey(), entry.getValue().isAnswered(), entry.getValue().describe()))
			.toList());
	}

}
