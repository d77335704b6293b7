package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Wire;

/**
 * Holds every byte of the replies back, and after a time drops them and sends FIN.
 */
final class TimeoutWire extends CutWire {

	private final long due;

	/**
	 * Create a layer.
	 * @param timeout in nanoseconds from now on; 0 for no FIN as long as the fault lasts
	 */
	TimeoutWire(Wire below, Strike strike, long timeout) {
		super(below, strike, 0);
		this.due = after((timeout == 0) ? FOR_EVER : timeout);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return waits() ? 0 : super.write(source);
	}

	@Override
	public boolean endOutput() throws IOException {
		return !waits() && super.endOutput();
	}

	private boolean waits() {
		if (isCut() || !holds(this.due)) {
			return false;
		}
		strike().act();
		return true;
	}

}
