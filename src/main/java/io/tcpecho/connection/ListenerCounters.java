package io.tcpecho.connection;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the connections of one listener by how they ended. Thread-safe; while nothing is
 * open, the outcomes add up to the accepted connections.
 */
public final class OutcomeCounters implements ConnectionObserver {

	private final LongAdder accepted = new LongAdder();

	private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

	/** Create counters that start at zero. */
	public OutcomeCounters() {
		for (Outcome outcome : Outcome.values()) {
			this.outcomes.put(outcome, new LongAdder());
		}
	}

	@Override
	public void accepted() {
		this.accepted.increment();
	}

	@Override
	public void closed(ConnectionSummary connection) {
		counter(connection.outcome()).increment();
	}

	/** Return the connections accepted, those rejected at once included. */
	public long acceptedCount() {
		return this.accepted.sum();
	}

	/** Return the connections that ended this way. */
	public long count(Outcome outcome) {
		return counter(outcome).sum();
	}

	/** Return the connections that have ended. */
	public long closedCount() {
		return this.outcomes.values().stream().mapToLong(LongAdder::sum).sum();
	}

	private LongAdder counter(Outcome outcome) {
		LongAdder counter = this.outcomes.get(outcome);
		if (counter == null) {
			throw new IllegalStateException("No counter for " + outcome);
		}
		return counter;
	}

}
