package io.tcpecho.lab;

/**
 * The reply to a message: a piece, repeated to a size.
 *
 * @param piece the bytes, which never change
 * @param size the bytes of the reply; the length of the piece if it is not repeated
 */
public record LabAnswer(byte[] piece, long size) {

	/** Return a reply that is not repeated. */
	static LabAnswer of(byte[] reply) {
		return new LabAnswer(reply, reply.length);
	}

	/** Return whether the piece is the reply. */
	public boolean isWhole() {
		return this.piece.length == this.size;
	}

}
