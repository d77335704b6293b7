package io.tcpecho.junit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.tcpecho.fault.FaultType;
import io.tcpecho.fault.Faults;
import io.tcpecho.framing.Framing;

/**
 * The faults that a test asks for, as the request of an operator. Immutable.
 *
 * @param faults the members of each fault
 * @param connections how many connections they happen to, 0 for any number
 */
record FaultPlan(List<Map<String, Object>> faults, int connections) {

	/** No fault. */
	static final FaultPlan NONE = new FaultPlan(List.of(), 0);

	/** Longer than any test. */
	private static final Duration LASTING = Duration.ofDays(1);

	FaultPlan with(FaultType type, Map<String, ?> members) {
		Map<String, Object> fault = new HashMap<>(members);
		fault.put("type", type.toString());
		return new FaultPlan(Stream.concat(this.faults.stream(), Stream.of(fault)).toList(), this.connections);
	}

	FaultPlan first(int connections) {
		if (this.faults.isEmpty()) {
			throw new IllegalStateException("firstConnections needs a fault before it");
		}
		if (connections < 1) {
			throw new IllegalArgumentException("firstConnections is " + connections + ", and must be at least 1");
		}
		return new FaultPlan(this.faults, connections);
	}

	boolean isEmpty() {
		return this.faults.isEmpty();
	}

	/**
	 * Refuse faults that a server cannot have.
	 * @throws IllegalArgumentException if there are such
	 */
	void check(Framing framing) {
		if (!isEmpty()) {
			faults(framing);
		}
	}

	/** Return the faults, of which there is at least one. */
	Faults faults(Framing framing) {
		Map<String, Object> request = new HashMap<>();
		request.put("faults", this.faults);
		request.put("for", LASTING.toHours() + "h");
		if (this.connections > 0) {
			request.put("first", this.connections);
		}
		return Faults.parse(request, new Faults.Place(RunningServer.NAME, LASTING, framing == Framing.EOF, false));
	}

}
