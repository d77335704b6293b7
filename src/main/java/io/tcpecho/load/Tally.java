package io.tcpecho.load;

import java.util.List;
import java.util.Map;

import io.tcpecho.load.Tag.Phase;
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

	private final Recordings recordings = new Recordings();

	private final Replicas replicas = new Replicas();

	private final Observations observations = new Observations();

	/** Count a result. */
	public void add(Result result) {
		this.recordings.add(result);
		this.replicas.add(result);
		this.observations.add(result);
	}

	/** Count what another tally has counted. */
	public void add(Tally other) {
		this.recordings.add(other.recordings);
		this.observations.add(other.observations);
		this.replicas.add(other.replicas);
	}

	/** Count exchanges of which only the times are known. */
	void add(Recordings others) {
		this.recordings.add(others);
	}

	/**
	 * Return the number of exchanges by verdict, in the order of the verdicts, without
	 * zeros.
	 */
	public Map<Verdict, Long> verdicts() {
		return this.recordings.verdicts();
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
		return verdicts().getOrDefault(verdict, 0L);
	}

	/** Return how many exchanges there were. */
	public long exchanges() {
		return verdicts().values().stream().mapToLong(Long::longValue).sum();
	}

	/** Return how many exchanges were not OK. */
	public long failures() {
		return exchanges() - count(Verdict.OK);
	}

	/** Return the times of a phase in nanoseconds, of exchanges that ended in OK. */
	Histogram nanos(Phase phase) {
		return (phase == Phase.EXCHANGE) ? totalNanos() : this.recordings.phase(phase);
	}

	/** Return the times until a connection was established, in nanoseconds. */
	public Histogram connectNanos() {
		return this.recordings.phase(Phase.CONNECT);
	}

	/**
	 * Return the times from the established connection until the last proxy was a tunnel,
	 * in nanoseconds.
	 */
	public Histogram viaNanos() {
		return this.recordings.phase(Phase.VIA);
	}

	/** Return the times of full handshakes of TLS, in nanoseconds. */
	public Histogram fullTlsNanos() {
		return this.recordings.phase(Phase.TLS);
	}

	/** Return the times of handshakes that resumed a session, in nanoseconds. */
	public Histogram resumedTlsNanos() {
		return this.recordings.phase(Phase.TLS_RESUMED);
	}

	/** Return the times from beginning to end, in nanoseconds. */
	public Histogram totalNanos() {
		return this.recordings.okNanos();
	}

	/** Return the figures of each size of message, the smallest first. */
	public List<OfSize> sizes() {
		return this.recordings.sizes()
			.stream()
			.map((size) -> new OfSize(size, this.recordings.verdicts(List.of(size)), this.recordings.okNanos(size)))
			.toList();
	}

	/**
	 * The figures of the messages of one size.
	 *
	 * @param size payload bytes
	 * @param verdicts the number of exchanges by verdict, without zeros
	 * @param totalNanos the times of those that ended in OK, in nanoseconds
	 */
	public record OfSize(int size, Map<Verdict, Long> verdicts, Histogram totalNanos) {

		/** Return how many exchanges ended in OK. */
		public long ok() {
			return this.verdicts.getOrDefault(Verdict.OK, 0L);
		}

		/** Return how many exchanges there were. */
		public long exchanges() {
			return this.verdicts.values().stream().mapToLong(Long::longValue).sum();
		}

	}

}
