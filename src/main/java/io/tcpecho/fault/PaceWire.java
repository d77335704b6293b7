package io.tcpecho.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import io.tcpecho.wire.Wire;

/**
 * Lets replies leave in slices, each at its time: a bandwidth, or pieces with pauses.
 */
final class PaceWire extends HoldingWire {

	private static final long SECOND_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** A slice that is later than this is late because nothing was to be sent. */
	private static final long LONGEST_DELAY_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

	private final Pace pace;

	/** The bytes of the current slice that have not left. */
	private long left;

	private long due;

	private boolean begun;

	private PaceWire(Wire below, Strike strike, Pace pace) {
		super(below, strike);
		this.pace = pace;
	}

	/**
	 * Return the layer of a bandwidth: a slice of at most a twentieth of a second leaves
	 * when its time is over.
	 * @param rate bytes a second
	 */
	static Wire withRate(Wire below, Strike strike, long rate) {
		long most = Math.max(1, rate / 20);
		return new PaceWire(below, strike, new Pace() {

			@Override
			public long size() {
				return most;
			}

			@Override
			public long nanosBefore(long size, boolean first) {
				return (long) (size * (double) SECOND_IN_NANOS / rate);
			}

		});
	}

	/**
	 * Return the layer of pieces.
	 * @param average their size in bytes
	 * @param variation so many bytes more or less, evenly spread
	 * @param delay the pause between two of them in nanoseconds
	 */
	static Wire inSlices(Wire below, Strike strike, long average, long variation, long delay) {
		return new PaceWire(below, strike, new Pace() {

			@Override
			public long size() {
				return average + ((variation == 0) ? 0 : strike.random().nextLong(-variation, variation + 1));
			}

			@Override
			public long nanosBefore(long size, boolean first) {
				return first ? 0 : delay;
			}

		});
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		if (strike().isOver()) {
			holds(0);
			return super.write(source);
		}
		if (this.left == 0) {
			beginSlice(source.remaining());
		}
		if (holds(this.due)) {
			return 0;
		}
		int count = writeAtMost(source, this.left);
		this.left -= count;
		return count;
	}

	private void beginSlice(int available) throws IOException {
		long now = host().now();
		boolean first = !this.begun || now - this.due > LONGEST_DELAY_IN_NANOS;
		if (!this.begun) {
			this.begun = true;
			host().sendAtOnce();
			strike().act();
		}
		this.left = Math.min(available, this.pace.size());
		// From when the slice before was due, so that a late turn does not slow it down.
		this.due = (first ? now : this.due) + this.pace.nanosBefore(this.left, first);
	}

	/** How large slices are, and when each leaves. */
	private interface Pace {

		/** Return the most bytes of the next slice, at least 1. */
		long size();

		/**
		 * Return how long a slice waits.
		 * @param first whether no slice came shortly before
		 */
		long nanosBefore(long size, boolean first);

	}

}
