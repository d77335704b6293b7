package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Wire;

/**
 * Ends the output with FIN after so many bytes, as if they were all, and drops the rest.
 * What the client sends is still read and served. Dropped bytes count as sent: the
 * connection above has written them.
 */
class CutWire extends HoldingWire {

	private final long limit;

	private long passed;

	private boolean cut;

	private boolean finSent;

	/**
	 * Create a layer.
	 * @param limit in bytes
	 */
	CutWire(Wire below, Strike strike, long limit) {
		super(below, strike);
		this.limit = limit;
	}

	/** End the output, as soon as the wire below has what it has taken before. */
	final void cut() throws IOException {
		if (!this.cut) {
			this.cut = true;
			strike().act();
		}
		sendFin();
	}

	final boolean isCut() {
		return this.cut;
	}

	private boolean sendFin() throws IOException {
		if (!this.finSent && super.endOutput()) {
			this.finSent = true;
			host().finish();
		}
		return this.finSent;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (!this.cut && this.passed < this.limit) {
			int count = strike().isOver() ? super.write(source) : writeAtMost(source, this.limit - this.passed);
			this.passed += count;
			return count;
		}
		if (!this.cut && strike().isOver()) {
			return super.write(source);
		}
		cut();
		int dropped = source.remaining();
		source.position(source.limit());
		return dropped;
	}

	@Override
	public boolean flush() throws IOException {
		return this.cut ? sendFin() : super.flush();
	}

	@Override
	public boolean endOutput() throws IOException {
		return this.cut ? sendFin() : super.endOutput();
	}

}
