package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;

/**
 * Resets the connection after so many bytes of the replies, once the client has them.
 */
final class ResetInReplyWire extends HoldingWire {

	private final long limit;

	private final long delay;

	private long passed;

	private boolean reached;

	private long due;

	/**
	 * Create a layer.
	 * @param limit in bytes
	 * @param delay the time from these bytes to the reset, in nanoseconds
	 */
	ResetInReplyWire(Wire below, Strike strike, long limit, long delay) {
		super(below, strike);
		this.limit = limit;
		this.delay = delay;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (this.passed < this.limit) {
			int count = strike().isOver() ? super.write(source) : writeAtMost(source, this.limit - this.passed);
			this.passed += count;
			return count;
		}
		return waits() ? 0 : super.write(source);
	}

	@Override
	public boolean endOutput() throws IOException {
		return (this.passed < this.limit || !waits()) && super.endOutput();
	}

	/** Reset, or return whether that is still to come. */
	private boolean waits() throws IOException {
		if (strike().isOver()) {
			holds(0);
			return false;
		}
		if (!super.flush()) {
			return true;
		}
		if (!this.reached) {
			this.reached = true;
			this.due = after(this.delay);
			host().sendAtOnce();
			strike().act();
		}
		if (holds(this.due)) {
			return true;
		}
		throw WireException.resetAfterDelivery(Outcome.FAULT, strike().message());
	}

}
