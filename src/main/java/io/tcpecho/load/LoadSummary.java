package io.tcpecho.load;

import java.time.Duration;
import java.util.List;

import io.tcpecho.probe.Verdict;

/**
 * What a load showed. It counts the exchanges that were due between the end of the
 * warm-up and the end of the time.
 *
 * @param settings what was asked for
 * @param measured the time between these two
 * @param tally how the exchanges ended and how long they took
 * @param seconds each second, the warm-up included
 * @param notBegun exchanges that were due but had no free connection until the end
 * @param generatorCpu what the generator itself needed
 */
public record LoadSummary(LoadSettings settings, Duration measured, Tally tally, List<LoadProgress> seconds,
		long notBegun, GeneratorCpu generatorCpu) implements LoadEvent {

	/** Return the exchanges in a second that ended in {@link Verdict#OK}. */
	public double rate() {
		double seconds = this.measured.toNanos() / 1e9;
		return (seconds > 0) ? this.tally.count(Verdict.OK) / seconds : 0;
	}

}
