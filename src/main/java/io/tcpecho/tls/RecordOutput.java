package io.tcpecho.tls;

import java.io.IOException;
import java.nio.ByteBuffer;

import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The records on their way to the socket: those that it does not take are kept.
 */
final class RecordOutput {

	private final Wire below;

	private final Scratch scratch;

	/** Bytes that the socket has not taken, ready to be read. */
	private @Nullable ByteBuffer kept;

	RecordOutput(Wire below, Scratch scratch) {
		this.below = below;
		this.scratch = scratch;
	}

	/** Send bytes, and keep those that the socket does not take; none is kept before. */
	void send(ByteBuffer bytes) throws IOException {
		if (bytes.hasRemaining()) {
			this.below.write(bytes);
		}
		if (bytes.hasRemaining()) {
			this.kept = this.scratch.keep(bytes);
		}
	}

	/**
	 * Send the bytes that are kept.
	 * @return whether none is left
	 */
	boolean flush() throws IOException {
		ByteBuffer rest = this.kept;
		if (rest != null) {
			this.below.write(rest);
			if (rest.hasRemaining()) {
				return false;
			}
			this.kept = null;
			this.scratch.release(rest);
		}
		return true;
	}

	boolean isEmpty() {
		return this.kept == null;
	}

	/** Return the bytes of memory that are kept. */
	int held() {
		return (this.kept != null) ? this.kept.capacity() : 0;
	}

}
