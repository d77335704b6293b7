package io.tcpecho.load;

import java.time.Duration;
import java.util.List;

import io.tcpecho.probe.Verdict;

/**
 * The results of a load. They count the exchanges that were due between the end of the
 * warm-up and the end of the measured time.
 *
 * @param settings the settings of the load
 * @param measured the time between these two moments
 * @param tally how the exchanges ended and how long they took
 * @param seconds each second, the warm-up included
 * @param notBegun exchanges that were due but had no free connection until the end
 * @param generatorCpu the processor time of the generator itself
 */
public record LoadSummary(LoadSettings settings, Duration measured, Tally tally, List<LoadProgress> seconds,
		long notBegun, GeneratorCpu generatorCpu) implements LoadEvent {

	/** Return how many exchanges ended in {@link Verdict#OK} in a second, on average. */
	public double rate() {
		double seconds = this.measured.toNanos() / 1e9;
		return (seconds > 0) ? this.tally.count(Verdict.OK) / seconds : 0;
	}

}
