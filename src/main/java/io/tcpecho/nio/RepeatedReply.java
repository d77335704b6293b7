package io.tcpecho.nio;

import java.util.Arrays;

/**
 * A reply that repeats a piece, so that a long one takes no memory. It is sent without a
 * frame.
 *
 * @param piece the bytes that are repeated, which never change; at least one
 * @param size the bytes of the reply, at least 0; the last piece may be cut
 */
public record RepeatedReply(byte[] piece, long size) {

	/** Return the bytes of memory that it takes: a last piece that is cut is a copy. */
	long held() {
		return this.size % this.piece.length;
	}

	/** Queue it. */
	void addTo(OutputQueue output) {
		for (long left = this.size; left > 0; left -= this.piece.length) {
			output.add((left >= this.piece.length) ? this.piece : Arrays.copyOf(this.piece, (int) left));
		}
	}

}
