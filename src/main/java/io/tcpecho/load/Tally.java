package io.tcpecho.load;

import java.util.EnumMap;
import java.util.Map;

import io.tcpecho.probe.Replicas;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Observations;
import org.HdrHistogram.Histogram;

/**
 * How exchanges ended and how long they took. Not thread-safe.
 *
 * <p>
 * Times are those of exchanges that ended in {@link Verdict#OK}: how long a failure took
 * says more about timeouts than about the path. They have three significant digits.
 */
public final class Tally {

	private static final int SIGNIFICANT_DIGITS = 3;

	private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);

	private final Replicas replicas = new Replicas();

	private final Observations observations = new Observations();

	private final Histogram connectNanos = new Histogram(SIGNIFICANT_DIGITS);

	private final Histogram totalNanos = new Histogram(SIGNIFICANT_DIGITS);

	private final Passages passages = new Passages();

	/** Count a result. */
	public void add(Result result) {
		this.verdicts.merge(result.verdict(), 1L, Long::sum);
		this.replicas.add(result);
		this.observations.add(result);
		if (result.verdict() == Verdict.OK) {
			this.totalNanos.recordValue(result.totalNanos());
			if (result.connectNanos() != Result.NEVER) {
				this.connectNanos.recordValue(result.connectNanos());
			}
			if (result.passage() != null) {
				this.passages.add(result.passage());
			}
		}
	}

	/** Count what another tally has counted. */
	public void add(Tally other) {
		other.verdicts.forEach((verdict, count) -> this.verdicts.merge(verdict, count, Long::sum));
		this.observations.add(other.observations);
		this.replicas.add(other.replicas);
		this.connectNanos.add(other.connectNanos);
		this.passages.add(other.passages);
		this.totalNanos.add(other.totalNanos);
	}

	/**
	 * Return the number of exchanges by verdict, in the order of the verdicts, without
	 * zeros.
	 */
	public Map<Verdict, Long> verdicts() {
		return new EnumMap<>(this.verdicts);
	}

	/** Return what the exchanges showed. */
	public Observations observations() {
		return this.observations;
	}

	/** Return which replicas have answered, one answer for each connection. */
	public Replicas replicas() {
		return this.replicas;
	}

	/** Return how many exchanges ended in a verdict. */
	public long count(Verdict verdict) {
		return this.verdicts.getOrDefault(verdict, 0L);
	}

	/** Return how many exchanges there were. */
	public long exchanges() {
		return this.verdicts.values().stream().mapToLong(Long::longValue).sum();
	}

	/** Return the times until a connection was established, in nanoseconds. */
	public Histogram connectNanos() {
		return this.connectNanos;
	}

	/** Return the times of the way in. */
	public Passages passages() {
		return this.passages;
	}

	/** Return the times from beginning to end, in nanoseconds. */
	public Histogram totalNanos() {
		return this.totalNanos;
	}

}
