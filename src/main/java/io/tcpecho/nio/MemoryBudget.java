package io.tcpecho.nio;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that all connections together may hold in request and reply buffers.
 * Thread-safe; shared by every loop of every listener.
 *
 * <p>
 * Fairness: whoever gets nothing joins one queue, and as long as anybody waits, nobody
 * else gets anything. Each release serves the queue from its head. The head has
 * {@code maxWait}; then its connection is reset and what it held serves the next. Nobody
 * waits longer than {@value #MAX_WAITS_IN_QUEUE} times that in all. So each waiter gets
 * memory or leaves in bounded time, and half-read messages cannot lock each other out for
 * ever.
 *
 * <p>
 * Concurrency: {@code used} is changed by compare-and-set; the queue and
 * {@code headSince} are guarded by {@code queue}; {@code waiting} mirrors the queue's
 * length so that a release without waiters takes no lock. A waiter is counted before its
 * last attempt, and a release looks for waiters after it has given back, so one of the
 * two sees the other.
 */
public final class MemoryBudget {

	/** How many times {@code maxWait} anybody may wait in all. */
	private static final int MAX_WAITS_IN_QUEUE = 5;

	private final long capacityInBytes;

	private final long maxWaitInNanos;

	private final AtomicLong used = new AtomicLong();

	/** In the order of arrival. */
	private final Set<Waiter> queue = new LinkedHashSet<>();

	private volatile int waiting;

	private long headSince;

	/**
	 * Create a budget.
	 * @param capacityInBytes what may be held at most
	 * @param maxWait how long the head of the queue may wait
	 */
	public MemoryBudget(long capacityInBytes, Duration maxWait) {
		this.capacityInBytes = capacityInBytes;
		this.maxWaitInNanos = maxWait.toNanos();
	}

	/** Return what may be held at most, in bytes. */
	public long capacity() {
		return this.capacityInBytes;
	}

	/** Return what is held now, in bytes. */
	public long used() {
		return this.used.get();
	}

	/** Return how many connections wait for memory. */
	public int waiting() {
		return this.waiting;
	}

	/** Take memory if there is some and nobody waits for it. */
	boolean tryAcquire(long bytes) {
		return this.waiting == 0 && tryTake(bytes);
	}

	/** Take memory that is already allocated, whatever the limit says. */
	void takeAnyway(long bytes) {
		this.used.addAndGet(bytes);
	}

	/** Give memory back. */
	void release(long bytes) {
		this.used.addAndGet(-bytes);
		if (this.waiting > 0) {
			serve();
		}
	}

	/** Join the queue; {@link Waiter#granted()} follows, perhaps before this returns. */
	void enqueue(Waiter waiter) {
		synchronized (this.queue) {
			if (this.queue.isEmpty()) {
				this.headSince = System.nanoTime();
			}
			this.queue.add(waiter);
			this.waiting = this.queue.size();
		}
		serve();
	}

	/**
	 * Leave the queue.
	 * @return whether the waiter was in it; if not, it has been or is being granted
	 */
	boolean cancel(Waiter waiter) {
		boolean removed;
		synchronized (this.queue) {
			boolean head = head() == waiter;
			removed = this.queue.remove(waiter);
			this.waiting = this.queue.size();
			if (head) {
				this.headSince = System.nanoTime();
			}
		}
		serve();
		return removed;
	}

	/** Return whether the waiter has been the head of the queue for too long. */
	boolean isOverdue(Waiter waiter) {
		synchronized (this.queue) {
			return head() == waiter && System.nanoTime() - this.headSince >= this.maxWaitInNanos;
		}
	}

	/**
	 * Return whether somebody has waited too long in all, wherever in the queue: else a
	 * long queue of peers that have left would keep the others out.
	 * @param since when the wait began, in nanoseconds
	 */
	boolean hasWaitedTooLong(long since) {
		return System.nanoTime() - since >= MAX_WAITS_IN_QUEUE * this.maxWaitInNanos;
	}

	private void serve() {
		synchronized (this.queue) {
			Waiter head;
			while ((head = head()) != null && tryTake(head.bytes())) {
				this.queue.remove(head);
				this.waiting = this.queue.size();
				this.headSince = System.nanoTime();
				head.granted();
			}
		}
	}

	private @Nullable Waiter head() {
		return this.queue.isEmpty() ? null : this.queue.iterator().next();
	}

	private boolean tryTake(long bytes) {
		long before;
		do {
			before = this.used.get();
			if (bytes > this.capacityInBytes - before) {
				return false;
			}
		}
		while (!this.used.compareAndSet(before, before + bytes));
		return true;
	}

	/** Somebody who waits for memory. */
	interface Waiter {

		/** Return the bytes it waits for. */
		long bytes();

		/**
		 * The memory was taken on its behalf. Called on any thread, under a lock: it must
		 * do no more than post a task.
		 */
		void granted();

	}

}
