package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Sends the first bytes of the client back as soon as they are read, and leaves them out
 * of the reply.
 */
final class EarlyReplyWire extends FaultWire {

	private final int size;

	/** The bytes that the wire below has not taken; null before any were read. */
	private @Nullable ByteBuffer early;

	/** How many bytes of the reply the client has already. */
	private int toSkip;

	/**
	 * Create a layer.
	 * @param size the most bytes that are sent early, at least 1
	 */
	EarlyReplyWire(Wire below, Strike strike, int size) {
		super(below, strike);
		this.size = size;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		int start = target.position();
		int count = super.read(target);
		if (count > 0 && this.early == null && !strike().isOver()) {
			this.toSkip = Math.min(count, this.size);
			ByteBuffer first = target.slice(start, this.toSkip);
			this.early = ByteBuffer.allocate(this.toSkip).put(first).flip();
			strike().act();
			flush();
		}
		return count;
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		int skipped = Math.min(this.toSkip, source.remaining());
		if (skipped > 0) {
			this.toSkip -= skipped;
			source.position(source.position() + skipped);
		}
		return isEarlySent() ? skipped + super.write(source) : skipped;
	}

	@Override
	public boolean flush() throws IOException {
		return isEarlySent() && super.flush();
	}

	@Override
	public boolean endOutput() throws IOException {
		return isEarlySent() && super.endOutput();
	}

	private boolean isEarlySent() throws IOException {
		ByteBuffer unsent = this.early;
		if (unsent != null && unsent.hasRemaining()) {
			super.write(unsent);
			return !unsent.hasRemaining();
		}
		return true;
	}

}
