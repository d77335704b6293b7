package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Wire;

/**
 * Answers the first byte of the client with FIN, and drops every reply.
 */
final class EarlyFinWire extends CutWire {

	EarlyFinWire(Wire below, Strike strike) {
		super(below, strike, Long.MAX_VALUE);
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		int count = super.read(target);
		if (count > 0 && !isCut() && !strike().isOver()) {
			cut();
		}
		return count;
	}

}
