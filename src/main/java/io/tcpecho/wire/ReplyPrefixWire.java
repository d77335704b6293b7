package io.tcpecho.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A layer that sends given bytes right before the first byte of the application, or
 * before the end of the output if there is none. Unlike a {@link PrefixWire} it is silent
 * until then.
 */
public final class ReplyPrefixWire extends Layered {

	private static final int JOINED_IN_BYTES = 4 * 1024;

	private final ByteBuffer prefix;

	private ReplyPrefixWire(Wire below, byte[] prefix) {
		super(below);
		this.prefix = ByteBuffer.wrap(prefix);
	}

	/** Return the layer that sends these bytes, which must not change. */
	public static Layer of(byte[] prefix) {
		return (below, host) -> new ReplyPrefixWire(below, prefix);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (!this.prefix.hasRemaining()) {
			return super.write(source);
		}
		// In one segment with the first bytes of the reply, if they fit.
		ByteBuffer joined = ByteBuffer
			.allocate(this.prefix.remaining() + Math.min(source.remaining(), JOINED_IN_BYTES));
		joined.put(this.prefix.duplicate()).put(source.slice().limit(joined.remaining())).flip();
		int count = super.write(joined);
		int ofPrefix = Math.min(count, this.prefix.remaining());
		this.prefix.position(this.prefix.position() + ofPrefix);
		source.position(source.position() + count - ofPrefix);
		return count - ofPrefix;
	}

	@Override
	public boolean flush() throws IOException {
		boolean begun = this.prefix.position() > 0;
		return (!begun || isSent()) && super.flush();
	}

	@Override
	public boolean endOutput() throws IOException {
		// Before the handshake below nothing can be sent, and the end does not wait.
		return (isSent() || !isEstablished()) && super.endOutput();
	}

	private boolean isSent() throws IOException {
		if (this.prefix.hasRemaining()) {
			super.write(this.prefix);
		}
		return !this.prefix.hasRemaining();
	}

}
