package io.tcpecho.limits;

import io.tcpecho.payload.ChunkPool;

/**
 * The memory that one connection has taken from the budget, and its wait for more.
 *
 * <p>
 * Memory is acquired before bytes are read, and after each turn the unused part is
 * released. Everything runs on the loop's thread, but for {@link #granted()}.
 */
public final class MemoryAccount implements MemoryBudget.Waiter {

	/**
	 * A holding that moves this part of its bytes within the patience of the budget makes
	 * progress.
	 */
	static final int PROGRESS_DIVISOR = 40;

	private final MemoryBudget budget;

	private final Holder holder;

	private long charged;

	private long requested;

	private long waitingSince;

	/** The bytes held, if they are many; 0 otherwise. Any thread may read it. */
	private volatile long large;

	/** When it last made progress. Any thread may read it. */
	private volatile long progressAt;

	private long movedAtProgress;

	private boolean wasWithPeer;

	/** Whether it holds much and waits for more. Any thread may read it. */
	private volatile boolean waiting;

	/** Open an account that holds nothing yet. */
	public MemoryAccount(MemoryBudget budget, Holder holder) {
		this.budget = budget;
		this.holder = holder;
	}

	/**
	 * Make sure that so many bytes can be allocated beside those held.
	 * @return whether there is memory for them
	 */
	public boolean reserve(long more) {
		long missing = this.holder.held() + more - this.charged;
		if (missing > 0) {
			if (!this.budget.tryAcquire(missing)) {
				return false;
			}
			this.charged += missing;
		}
		return true;
	}

	/** Give back the memory that was reserved and is not held. */
	public void releaseUnused() {
		long surplus = this.charged - this.holder.held();
		this.charged -= surplus;
		if (surplus > 0) {
			this.budget.release(surplus);
		}
		else if (surplus < 0) {
			// The service has replied with a payload of its own.
			this.budget.takeAnyway(-surplus);
		}
		if (this.charged >= this.budget.large()) {
			noteProgress();
		}
		else if (this.large > 0) {
			forget();
		}
	}

	private void noteProgress() {
		long moved = this.holder.moved();
		boolean withPeer = this.holder.isWithPeer();
		if (this.large == 0 || !this.wasWithPeer || moved - this.movedAtProgress >= this.charged / PROGRESS_DIVISOR) {
			this.progressAt = this.budget.now();
			this.movedAtProgress = moved;
		}
		this.wasWithPeer = withPeer;
		if (this.large == 0) {
			this.budget.remember(this);
		}
		this.large = this.charged;
	}

	private void forget() {
		this.large = 0;
		this.waiting = false;
		this.budget.forget(this);
	}

	/**
	 * Return whether it holds more than so much, waits for its peer, and has not made
	 * progress for so long. Any thread.
	 */
	boolean isStalled(long bytes, long now, long patienceInNanos) {
		return this.large > bytes && now - this.progressAt >= patienceInNanos && !this.waiting
				&& this.holder.isWithPeer();
	}

	/** Return whether it holds more than so much, and waits for more. Any thread. */
	boolean isLargeWaiter(long bytes) {
		return this.large > bytes && this.waiting;
	}

	/** Return how much it holds, if that is much. Any thread. */
	long large() {
		return this.large;
	}

	/** Return how much it has held for how long without progress. Any thread. */
	double byteSeconds(long now) {
		return (double) this.large * (now - this.progressAt);
	}

	/** Tell the connection to give way, and return what it holds. Any thread. */
	long recall() {
		this.holder.memoryRecalled();
		return this.large;
	}

	/** Let connections that hold much and move little give way to those that wait. */
	public void recallOthers() {
		this.budget.recall();
	}

	/** Wait in the budget's queue for so many bytes beside those held. */
	public void await(long more, long now) {
		releaseUnused();
		this.waiting = this.large > 0;
		this.requested = more;
		this.waitingSince = now;
		this.budget.enqueue(this);
		this.budget.recall();
	}

	/** Return whether it stands in the queue of the budget. */
	public boolean isWaiting() {
		return this.requested > 0;
	}

	/**
	 * Return whether the wait has taken too long, for this connection or for others. The
	 * connection has to be closed then.
	 */
	public boolean isOverdue() {
		return isWaiting() && (this.budget.isOverdue(this) || this.budget.mustLeave(this.waitingSince, this.charged));
	}

	/**
	 * Use the memory that was granted.
	 * @return how long it was waited for, in nanoseconds
	 */
	public long useGrant(long now) {
		this.charged += this.requested;
		this.requested = 0;
		this.waiting = false;
		this.wasWithPeer = false;
		return now - this.waitingSince;
	}

	/** Give everything back. */
	public void close() {
		if (isWaiting() && !this.budget.cancel(this)) {
			// Granted, but the task that would use it finds a closed connection.
			this.charged += this.requested;
		}
		this.requested = 0;
		forget();
		this.budget.release(this.charged);
		this.charged = 0;
	}

	/** Return the chunks that its budget has for large messages. */
	public ChunkPool chunks() {
		return this.budget.chunks();
	}

	/** Return how many bytes could be taken at the moment if no connection waited. */
	public long free() {
		return this.budget.free();
	}

	@Override
	public long requested() {
		return this.requested;
	}

	@Override
	public long wanted() {
		return this.charged + this.requested;
	}

	@Override
	public boolean hasBegun() {
		return this.charged > 0;
	}

	/** The memory was taken on behalf of this connection. Any thread. */
	@Override
	public void granted() {
		this.holder.memoryGranted();
	}

	/** The owner of the memory that an account counts. */
	public interface Holder {

		/** Return the bytes held at the moment. */
		long held();

		/**
		 * The memory that was waited for is there: post a task that uses it. Any thread.
		 */
		void memoryGranted();

		/**
		 * Return whether its peer is waited for, and not the service. Any thread.
		 */
		boolean isWithPeer();

		/** Return how many bytes it has received and sent so far. Any thread. */
		long moved();

		/**
		 * Others need the memory that this connection holds and does not use: post a task
		 * that ends it. Any thread.
		 */
		void memoryRecalled();

	}

}
