package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Wire;

/**
 * Inverts all bits of some bytes of the replies: of one at an offset, or of a share.
 */
final class CorruptWire extends FaultWire {

	private final long offset;

	private final double rate;

	/** Decides for each byte alone, so that a byte that is tried again stays the same. */
	private final long salt;

	private long passed;

	/**
	 * Create a layer.
	 * @param offset of the byte, from 0; -1 for none
	 * @param rate the share of the bytes, from 0 to 1
	 */
	CorruptWire(Wire below, Strike strike, long offset, double rate) {
		super(below, strike);
		this.offset = offset;
		this.rate = rate;
		this.salt = strike.random().nextLong();
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (strike().isOver()) {
			return super.write(source);
		}
		ByteBuffer changed = ByteBuffer.allocate(source.remaining()).put(source.duplicate()).flip();
		long firstHit = Long.MAX_VALUE;
		for (int i = 0; i < changed.limit(); i++) {
			if (isHit(this.passed + i)) {
				changed.put(i, (byte) ~changed.get(i));
				firstHit = Math.min(firstHit, i);
			}
		}
		int count = super.write(changed);
		source.position(source.position() + count);
		this.passed += count;
		if (count > firstHit) {
			strike().act();
		}
		return count;
	}

	private boolean isHit(long position) {
		if (this.offset >= 0) {
			return position == this.offset;
		}
		long mixed = (this.salt + position) * 0x9E3779B97F4A7C15L;
		mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
		mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
		return ((mixed ^ mixed >>> 31) >>> 11) * 0x1.0p-53 < this.rate;
	}

}
