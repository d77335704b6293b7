package io.tcpecho.monitor;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.tcpecho.probe.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /actuator/probes/matrix} shows: what each replica sees of each other.
 *
 * @param replica what this process calls itself
 * @param at when the others were asked
 * @param replicas those that have answered, this one first
 * @param cells what they see
 * @param complete whether all have answered
 * @param missing those that have not
 */
public record MatrixStatus(String replica, Instant at, List<Replica> replicas, List<Cell> cells, boolean complete,
		List<Missing> missing) {

	/**
	 * A replica that has answered.
	 *
	 * @param name what it calls itself
	 * @param address its address; absent for this one
	 */
	@JsonInclude(Include.NON_NULL)
	public record Replica(String name, @Nullable String address) {

	}

	/**
	 * What one replica sees of another.
	 *
	 * @param probe the name of the target
	 * @param from the name of the replica that probes
	 * @param to the name of the other one; its address if it has not told its name
	 * @param peer the address and port that are probed
	 * @param state whether the peer is watched
	 * @param verdict as in its row; absent before the first exchange
	 * @param since as in its row
	 * @param exchanges how many have ended
	 * @param ok how many of these were OK
	 * @param p50Millis the median duration of those that were OK
	 */
	@JsonInclude(Include.NON_NULL)
	public record Cell(String probe, String from, String to, String peer, RowStatus.State state,
			@Nullable Verdict verdict, @Nullable Instant since, long exchanges, long ok, @Nullable Double p50Millis) {

		Cell between(String source, String destination) {
			return new Cell(this.probe, source, destination, this.peer, this.state, this.verdict, this.since,
					this.exchanges, this.ok, this.p50Millis);
		}

	}

	/**
	 * A replica that has not answered.
	 *
	 * @param peer the address and port of its lab
	 * @param reason why there is no answer, in a few words
	 */
	public record Missing(String peer, String reason) {

	}

}
