package io.tcpecho.payload;

/**
 * A reply that repeats a piece, so that a long one takes no memory. It is sent without a
 * frame.
 *
 * @param piece the bytes that are repeated, which never change; at least one
 * @param size the bytes of the reply, at least 0; the last piece may be cut
 */
public record RepeatedReply(byte[] piece, long size) {

	/** Queue it. */
	public void addTo(OutputQueue output) {
		for (long left = this.size; left > 0; left -= this.piece.length) {
			output.add(this.piece, (int) Math.min(left, this.piece.length), null);
		}
	}

}
