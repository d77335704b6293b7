package io.tcpecho.fault;

import java.nio.channels.SelectionKey;
import java.util.concurrent.TimeUnit;

import io.tcpecho.wire.Wire;

/**
 * The layer of a fault that holds output back for a while. While it does, it selects for
 * no event to write, so no deadline of the client runs.
 *
 * <p>
 * It looks several times a second whether the fault is over: a fault that is removed lets
 * go of the connections that it holds, and no timer outlives its connection for long.
 */
abstract class HoldingWire extends FaultWire {

	/** A time that never comes. */
	static final long FOR_EVER = Long.MAX_VALUE;

	private static final long LOOK_AGAIN_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	private boolean holding;

	/** When the turn comes that was last asked for. */
	private long turnAt;

	private boolean turnAsked;

	HoldingWire(Wire below, Strike strike) {
		super(below, strike);
	}

	/** Return the time at which a delay from now on is over. */
	final long after(long nanos) {
		return (nanos == FOR_EVER) ? FOR_EVER : host().now() + nanos;
	}

	/**
	 * Return whether a time has not come, and see to it that a turn comes then. Output
	 * goes on meanwhile.
	 */
	final boolean waits(long until) {
		long now = host().now();
		long left = until - now;
		if (left > 0) {
			lookAgain(now, Math.min(left, LOOK_AGAIN_IN_NANOS));
		}
		return left > 0;
	}

	/**
	 * Return whether output has to wait, and see to it that a turn comes when it need
	 * not.
	 * @param until a monotonic time in nanoseconds, or {@link #FOR_EVER}
	 */
	final boolean holds(long until) {
		long now = host().now();
		long left = (until == FOR_EVER) ? FOR_EVER : until - now;
		this.holding = left > 0 && !strike().isOver();
		if (this.holding) {
			lookAgain(now, Math.min(left, LOOK_AGAIN_IN_NANOS));
		}
		return this.holding;
	}

	private void lookAgain(long now, long nanos) {
		// Timers cannot be cancelled, so one at a time is enough.
		if (!this.turnAsked || now - this.turnAt >= 0 || now + nanos - this.turnAt < 0) {
			this.turnAsked = true;
			this.turnAt = now + nanos;
			host().turnAfter(nanos);
		}
	}

	@Override
	public int interest(int wanted) {
		int possible = this.holding ? wanted & ~SelectionKey.OP_WRITE : wanted;
		return (possible == 0) ? 0 : super.interest(possible);
	}

}
