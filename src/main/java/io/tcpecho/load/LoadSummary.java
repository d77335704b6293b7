package io.tcpecho.load;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.tcpecho.probe.Verdict;

/**
 * The results of a load. They count the exchanges that were due between the end of the
 * warm-up and the end of the measured time.
 *
 * @param options what it was asked to do
 * @param origin where it was made
 * @param beganAt when it began
 * @param measured the time between these two moments
 * @param tally how the exchanges ended and how long they took
 * @param seconds each second, the warm-up included
 * @param notBegun exchanges that were due but had no free connection until the end
 * @param generatorCpu the processor time of the generator itself; of several generators,
 * that of the busiest
 * @param generators the results of each generator where there are several; empty where
 * there is one
 */
public record LoadSummary(LoadOptions options, Origin origin, Instant beganAt, Duration measured, Tally tally,
		List<LoadProgress> seconds, long notBegun, GeneratorCpu generatorCpu,
		List<LoadSummary> generators) implements LoadEvent {

	public LoadSummary {
		seconds = List.copyOf(seconds);
		generators = List.copyOf(generators);
	}

	/**
	 * Return how many exchanges ended in {@link Verdict#OK} in a second, on average; of
	 * several generators, the sum.
	 */
	public double rate() {
		return perSecond(this.tally.count(Verdict.OK), LoadSummary::rate);
	}

	/** Return how many payload bytes went each way in a second, likewise. */
	public double bytesPerSecond() {
		return perSecond(this.tally.sizes().stream().mapToLong((size) -> size.ok() * size.size()).sum(),
				LoadSummary::bytesPerSecond);
	}

	private double perSecond(long amount, ToDoubleFunction<LoadSummary> ofOne) {
		double seconds = this.measured.toNanos() / 1e9;
		return !this.generators.isEmpty() ? this.generators.stream().mapToDouble(ofOne).sum()
				: (seconds > 0) ? amount / seconds : 0;
	}

	/**
	 * Return the whole seconds of the warm-up and the measured time. Exchanges that ended
	 * after these are of a time in which nothing was begun any more.
	 */
	public List<LoadProgress> wholeSeconds() {
		long last = this.options.warmup().plus(this.measured).toSeconds();
		return this.seconds.stream().filter((second) -> second.isWhole() && second.second() <= last).toList();
	}

	/** Return when the measured time began. */
	public Instant measuredFrom() {
		return this.beganAt.plus(this.options.warmup());
	}

	/** Return when the measured time ended. */
	public Instant measuredUntil() {
		return measuredFrom().plus(this.measured);
	}

}
