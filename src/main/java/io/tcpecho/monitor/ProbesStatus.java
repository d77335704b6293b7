package io.tcpecho.monitor;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /actuator/probes} shows.
 *
 * @param replica what this process calls itself
 * @param targets the targets that are probed on a schedule, by name
 */
public record ProbesStatus(String replica, List<TargetStatus> targets) {

	/**
	 * A target, and a row for each of its peers.
	 *
	 * @param name its name
	 * @param target as the configuration has it
	 * @param intervalMillis from the beginning of one round to that of the next
	 * @param timeoutMillis the longest time of one exchange
	 * @param framing the framing of the messages
	 * @param sizes payload bytes of the messages
	 * @param entrance what comes between the connect and the message; absent for nothing
	 * @param maxTargets how many addresses of a name are probed
	 * @param addresses how many addresses the name has, our own not included; absent for
	 * a target that is no {@code dns:}, and before the first look-up
	 * @param leftOut how many of them are not probed because they are too many
	 * @param rows what is known of each peer
	 */
	@JsonInclude(Include.NON_NULL)
	public record TargetStatus(String name, String target, long intervalMillis, long timeoutMillis, String framing,
			List<Integer> sizes, @Nullable String entrance, int maxTargets, @Nullable Integer addresses,
			@Nullable Integer leftOut, List<RowStatus> rows) {

	}

}
