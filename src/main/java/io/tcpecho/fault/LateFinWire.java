package io.tcpecho.fault;

import java.io.IOException;

import io.tcpecho.wire.Wire;

/**
 * Holds the end of the output back, for a time or for ever; the bytes before it are sent.
 */
final class LateFinWire extends HoldingWire {

	private final long delay;

	private boolean begun;

	private long due;

	/**
	 * Create a layer.
	 * @param delay in nanoseconds, or {@link #FOR_EVER}
	 */
	LateFinWire(Wire below, Strike strike, long delay) {
		super(below, strike);
		this.delay = delay;
	}

	@Override
	public boolean endOutput() throws IOException {
		if (!super.flush()) {
			return false;
		}
		if (!this.begun && !strike().isOver()) {
			this.begun = true;
			this.due = after(this.delay);
			strike().act();
		}
		return !(this.begun && holds(this.due)) && super.endOutput();
	}

}
