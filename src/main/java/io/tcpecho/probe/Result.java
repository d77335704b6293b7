package io.tcpecho.probe;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * What one exchange showed.
 *
 * @param seq its number, from 1
 * @param size payload bytes of the message
 * @param verdict what became of it
 * @param bytesSent bytes that the kernel took, framing included
 * @param bytesReceived bytes of the reply that came, the first wrong one not included
 * @param connectNanos the time from the connect to the established connection, in
 * nanoseconds; {@link #NEVER} if there was none
 * @param firstByteNanos the time from the beginning to the first byte of the reply, in
 * nanoseconds; {@link #NEVER} if there was none
 * @param totalNanos the time from the beginning to the end, in nanoseconds
 * @param detail what happened, in a few words; empty for {@link Verdict#OK}
 * @param evidence everything that it showed
 * @param passage the way in of its connection; null if that had none, or was reused
 */
public record Result(long seq, int size, Verdict verdict, long bytesSent, long bytesReceived, long connectNanos,
		long firstByteNanos, long totalNanos, String detail, Evidence evidence, @Nullable Passage passage) {

	/** The time of what did not happen. */
	public static final long NEVER = -1;

	private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

	/** Return a time in milliseconds, to the microsecond. */
	public static double millis(long nanos) {
		return Math.round(nanos / 1_000.0) * 1_000 / NANOS_PER_MILLI;
	}

	/** Return this result with other evidence. */
	public Result with(Evidence other) {
		return new Result(this.seq, this.size, this.verdict, this.bytesSent, this.bytesReceived, this.connectNanos,
				this.firstByteNanos, this.totalNanos, this.detail, other, this.passage);
	}

	/** Return this result with another verdict. */
	public Result with(Verdict other, String why) {
		return new Result(this.seq, this.size, other, this.bytesSent, this.bytesReceived, this.connectNanos,
				this.firstByteNanos, this.totalNanos, why, this.evidence, this.passage);
	}

	/** Return the result of an exchange that ended before it had a connection. */
	public static Result withoutConnection(long seq, int size, Verdict verdict, long totalNanos, String detail,
			Evidence.Setup setup) {
		return new Result(seq, size, verdict, 0, 0, NEVER, NEVER, totalNanos, detail, Evidence.none(setup), null);
	}

}
