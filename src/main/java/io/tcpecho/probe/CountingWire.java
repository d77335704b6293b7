package io.tcpecho.probe;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;

/**
 * A layer that counts the bytes that pass, and changes nothing.
 */
final class CountingWire extends Layered {

	private long received;

	private long sent;

	CountingWire(Wire below) {
		super(below);
	}

	/** Return how many bytes have come. */
	long received() {
		return this.received;
	}

	/** Return how many bytes have gone. */
	long sent() {
		return this.sent;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		int count = super.read(target);
		this.received += Math.max(0, count);
		return count;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		int count = super.write(source);
		this.sent += count;
		return count;
	}

}
