package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes of its own between the last reply and FIN.
 */
final class ExtraWire extends FaultWire {

	private static final byte EXTRA = '+';

	private final int size;

	private @Nullable ByteBuffer extra;

	/**
	 * Create a layer.
	 * @param size how many bytes, at least 1
	 */
	ExtraWire(Wire below, Strike strike, int size) {
		super(below, strike);
		this.size = size;
	}

	@Override
	public boolean endOutput() throws IOException {
		if (this.extra == null && strike().isOver()) {
			return super.endOutput();
		}
		if (this.extra == null) {
			byte[] bytes = new byte[this.size];
			Arrays.fill(bytes, EXTRA);
			this.extra = ByteBuffer.wrap(bytes);
			strike().act();
		}
		if (this.extra.hasRemaining()) {
			super.write(this.extra);
		}
		return super.flush() && !this.extra.hasRemaining() && super.endOutput();
	}

}
