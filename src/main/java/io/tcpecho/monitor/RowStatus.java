package io.tcpecho.monitor;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.tcpecho.monitor.Durations.Percentiles;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Cause;
import org.jspecify.annotations.Nullable;

/**
 * What the monitor knows of one peer of a target. What is not known is absent in JSON.
 *
 * @param peer the host and port that were configured, or an address of the name
 * @param replica what the peer calls itself
 * @param state whether it is watched
 * @param verdict the verdict of the last exchange; if there are several sizes, the first
 * that is not OK
 * @param since when an exchange began to have this verdict
 * @param exchanges how many have ended
 * @param ok how many of these were OK
 * @param last the last 20, the newest at the end
 * @param totalMillis the durations of the last 500 that were OK
 * @param certificateExpiresAt when the first certificate of its chain expires
 * @param lastFailure the last that was not OK
 */
@JsonInclude(Include.NON_NULL)
public record RowStatus(String peer, @Nullable String replica, State state, @Nullable Verdict verdict,
		@Nullable Instant since, long exchanges, long ok, List<Outcome> last, @Nullable Percentiles totalMillis,
		@Nullable Instant certificateExpiresAt, @Nullable Failure lastFailure) {

	/** Return this status with a last failure. */
	RowStatus with(Failure failure) {
		return new RowStatus(this.peer, this.replica, this.state, this.verdict, this.since, this.exchanges, this.ok,
				this.last, this.totalMillis, this.certificateExpiresAt, failure);
	}

	/** Whether a peer is watched. */
	public enum State {

		/** It is. */
		WATCHED,

		/** It is, and it looks as if it were leaving its name. */
		LEAVING,

		/** Its name has dropped it. */
		GONE

	}

	/**
	 * How an exchange went.
	 *
	 * @param verdict its verdict
	 * @param beganAt when it began
	 * @param size payload bytes
	 * @param totalMillis its duration
	 */
	@JsonInclude(Include.NON_NULL)
	public record Outcome(Verdict verdict, @Nullable Instant beganAt, int size, double totalMillis) {

		static Outcome of(Result result) {
			return new Outcome(result.verdict(), result.evidence().route().beganAt(), result.size(),
					Result.millis(result.totalNanos()));
		}

	}

	/**
	 * A failed exchange, and its likeliest cause.
	 *
	 * @param verdict its verdict
	 * @param at when it began
	 * @param size payload bytes
	 * @param detail what happened, in a few words
	 * @param cause the kind of the cause; absent if the evidence suggests none
	 * @param sentence the cause in a sentence
	 * @param reason what in the evidence speaks for it
	 * @param remedy what to do
	 */
	@JsonInclude(Include.NON_NULL)
	public record Failure(Verdict verdict, @Nullable Instant at, int size, String detail, @Nullable String cause,
			String sentence, @Nullable String reason, @Nullable String remedy) {

		static Failure of(Result result, @Nullable Cause cause) {
			Instant at = result.evidence().route().beganAt();
			return (cause == null)
					? new Failure(result.verdict(), at, result.size(), result.detail(), null,
							result.verdict().usualCause(), null, null)
					: new Failure(result.verdict(), at, result.size(), result.detail(), cause.kind().label(),
							cause.kind().sentence() + ".", cause.reason(), cause.kind().remedy());
		}

	}

}
