package io.tcpecho.fault;

import java.io.IOException;

import io.tcpecho.connection.Outcome;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;

/**
 * Resets the connection as soon as it begins.
 */
final class RefuseWire extends FaultWire {

	RefuseWire(Wire below, Strike strike) {
		super(below, strike);
	}

	@Override
	public boolean flush() throws IOException {
		strike().act();
		throw WireException.reset(Outcome.FAULT, strike().message());
	}

}
