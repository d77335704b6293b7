package io.tcpecho.load;

import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Result;
import org.HdrHistogram.Histogram;

/**
 * How long the way in of connections took. Not thread-safe.
 */
public final class Passages {

	private static final int SIGNIFICANT_DIGITS = 3;

	private final Histogram viaNanos = new Histogram(SIGNIFICANT_DIGITS);

	private final Histogram fullTlsNanos = new Histogram(SIGNIFICANT_DIGITS);

	private final Histogram resumedTlsNanos = new Histogram(SIGNIFICANT_DIGITS);

	/** Count the way in of a connection. */
	void add(Passage passage) {
		record(this.viaNanos, passage.viaNanos());
		if (passage.session() != null) {
			record(passage.session().resumed() ? this.resumedTlsNanos : this.fullTlsNanos, passage.tlsNanos());
		}
	}

	private static void record(Histogram histogram, long nanos) {
		if (nanos != Result.NEVER) {
			histogram.recordValue(nanos);
		}
	}

	/** Count those of another run, too. */
	void add(Passages other) {
		this.viaNanos.add(other.viaNanos);
		this.fullTlsNanos.add(other.fullTlsNanos);
		this.resumedTlsNanos.add(other.resumedTlsNanos);
	}

	/**
	 * Return the times from the established connection until the last proxy was a tunnel,
	 * in nanoseconds.
	 */
	public Histogram viaNanos() {
		return this.viaNanos;
	}

	/** Return the times of full handshakes of TLS, in nanoseconds. */
	public Histogram fullTlsNanos() {
		return this.fullTlsNanos;
	}

	/** Return the times of handshakes that resumed a session, in nanoseconds. */
	public Histogram resumedTlsNanos() {
		return this.resumedTlsNanos;
	}

}
