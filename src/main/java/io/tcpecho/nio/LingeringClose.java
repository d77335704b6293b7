package io.tcpecho.nio;

/**
 * The clocks of a lingering close: FIN is sent, and what the peer still sends is read and
 * dropped for a while. A close with unread bytes would be a reset, and could destroy the
 * reply on its way.
 */
final class LingeringClose {

	private long startedAt;

	private long lastReadAt;

	/** Begin at a time of the loop's clock, in nanoseconds. */
	void begin(long now) {
		this.startedAt = now;
		this.lastReadAt = now;
	}

	/** The peer has sent something. */
	void progressed(long now) {
		this.lastReadAt = now;
	}

	/** Return whether the peer was silent for too long, or it has taken too long in all. */
	boolean isOverdue(long now) {
		return now - this.lastReadAt >= ConnectionTimeouts.LINGER_SILENCE.toNanos()
				|| now - this.startedAt >= ConnectionTimeouts.LINGER_TOTAL.toNanos();
	}

	/** Extend the deadlines by a wait that the server caused, not the peer. */
	void postpone(long nanos) {
		this.startedAt += nanos;
		this.lastReadAt += nanos;
	}

}
