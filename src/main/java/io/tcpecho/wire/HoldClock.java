package io.tcpecho.wire;

/**
 * The time for which a wire holds its connection back: the connection waits for the peer,
 * and the wire selects for no event, so that the peer can do nothing about it. For one
 * thread.
 */
public final class HoldClock {

	private boolean held;

	private long heldSince;

	private long total;

	/**
	 * Set whether the connection is held back from now on.
	 * @param now the {@link System#nanoTime()}
	 */
	public void hold(boolean hold, long now) {
		if (hold == this.held) {
			return;
		}
		this.held = hold;
		if (hold) {
			this.heldSince = now;
		}
		else {
			this.total += now - this.heldSince;
		}
	}

	/** Return whether the connection is held back. */
	public boolean isHeld() {
		return this.held;
	}

	/** Return for how many nanoseconds it was held since this was last asked. */
	public long take(long now) {
		if (this.held) {
			this.total += now - this.heldSince;
			this.heldSince = now;
		}
		long time = this.total;
		this.total = 0;
		return time;
	}

}
