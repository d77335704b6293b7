package io.tcpecho.limits;

/**
 * The memory that one connection has taken from the budget, and its wait for more.
 *
 * <p>
 * Memory is acquired before bytes are read, and after each turn the unused part is
 * released. Everything runs on the loop's thread, but for {@link #granted()}.
 */
public final class MemoryAccount implements MemoryBudget.Waiter {

	private final MemoryBudget budget;

	private final Holder holder;

	private long charged;

	private long requested;

	private long waitingSince;

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
			// The service has replied with an array of its own.
			this.budget.takeAnyway(-surplus);
		}
	}

	/** Wait in the budget's queue for so many bytes beside those held. */
	public void await(long more, long now) {
		releaseUnused();
		this.requested = more;
		this.waitingSince = now;
		this.budget.enqueue(this);
	}

	/** Return whether it stands in the queue of the budget. */
	public boolean isWaiting() {
		return this.requested > 0;
	}

	/** Return whether the wait has taken too long, for this connection or for others. */
	public boolean isOverdue() {
		return isWaiting() && (this.budget.isOverdue(this) || this.budget.hasWaitedTooLong(this.waitingSince));
	}

	/**
	 * Use the memory that was granted.
	 * @return how long it was waited for, in nanoseconds
	 */
	public long useGrant(long now) {
		this.charged += this.requested;
		this.requested = 0;
		return now - this.waitingSince;
	}

	/** Give everything back. */
	public void close() {
		if (isWaiting() && !this.budget.cancel(this)) {
			// Granted, but the task that would use it finds a closed connection.
			this.charged += this.requested;
		}
		this.requested = 0;
		this.budget.release(this.charged);
		this.charged = 0;
	}

	/** Return how many bytes of the whole budget are free at the moment. */
	public long free() {
		return this.budget.capacity() - this.budget.used();
	}

	@Override
	public long requested() {
		return this.requested;
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

	}

}
