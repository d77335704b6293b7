package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Wire;

/**
 * Delays the first byte of each answer to what the client has sent, its FIN included.
 */
final class LatencyWire extends HoldingWire {

	private final long latency;

	private final long jitter;

	/** Whether nothing has been written since bytes or FIN were last read. */
	private boolean fresh = true;

	private long due;

	/**
	 * Create a layer.
	 * @param latency in nanoseconds
	 * @param jitter so many nanoseconds more or less, evenly spread
	 */
	LatencyWire(Wire below, Strike strike, long latency, long jitter) {
		super(below, strike);
		this.latency = latency;
		this.jitter = jitter;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		int count = super.read(target);
		this.fresh |= count != 0;
		return count;
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
		if (this.fresh && !strike().isOver()) {
			this.fresh = false;
			long more = (this.jitter == 0) ? 0 : strike().random().nextLong(-this.jitter, this.jitter + 1);
			this.due = after(Math.max(0, this.latency + more));
			strike().act();
		}
		return !this.fresh && holds(this.due);
	}

}
