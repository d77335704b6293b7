package io.tcpecho.fault;

import java.io.IOException;

import io.tcpecho.wire.Wire;

/**
 * Leaves out the words with which the layers below would end the output.
 */
final class NoCloseNotifyWire extends FaultWire {

	NoCloseNotifyWire(Wire below, Strike strike) {
		super(below, strike);
	}

	@Override
	public boolean endOutput() throws IOException {
		if (strike().isOver() && !strike().hasActed()) {
			return super.endOutput();
		}
		strike().act();
		return super.flush();
	}

	/** Return {@code true} once close_notify is left out: only FIN can end the stream. */
	@Override
	public boolean isEndedByFin() {
		return strike().hasActed() || super.isEndedByFin();
	}

}
