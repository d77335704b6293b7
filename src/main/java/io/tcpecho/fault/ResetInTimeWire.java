package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;

/**
 * Resets the connection at a time, whatever the peer is doing then. It acts between calls
 * of the service: a call that is under way ends first.
 */
final class ResetInTimeWire extends HoldingWire {

	private final long due;

	/**
	 * Create a layer.
	 * @param timeout in nanoseconds from now on
	 */
	ResetInTimeWire(Wire below, Strike strike, long timeout) {
		super(below, strike);
		this.due = after(timeout);
	}

	@Override
	public boolean flush() throws IOException {
		resetIfDue();
		return super.flush();
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		resetIfDue();
		return super.read(target);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		resetIfDue();
		return super.write(source);
	}

	@Override
	public boolean endOutput() throws IOException {
		resetIfDue();
		return super.endOutput();
	}

	private void resetIfDue() throws WireException {
		if (!strike().isOver() && !waits(this.due)) {
			strike().act();
			throw WireException.reset(Outcome.FAULT, strike().message());
		}
	}

}
