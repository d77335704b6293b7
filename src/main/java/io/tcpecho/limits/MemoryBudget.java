package io.tcpecho.limits;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that all connections together may hold in request and reply buffers.
 * Thread-safe; shared by every loop of every listener.
 *
 * <p>
 * Fairness: a connection that gets nothing joins one queue, and as long as the queue is
 * not empty, only its head gets memory. Each release serves the queue from its head. The
 * head has {@code maxWait}; then its connection is reset and the memory that it held
 * serves the next. No connection waits longer than {@value #MAX_WAITS_IN_QUEUE} times
 * that in all. So each waiter gets memory or leaves in bounded time, and half-read
 * messages cannot lock each other out for ever.
 *
 * <p>
 * Concurrency: {@code used} is changed by compare-and-set; the queue and
 * {@code headSince} are guarded by {@code queue}; {@code waiting} mirrors the queue's
 * length so that a release without waiters takes no lock. A waiter is counted before its
 * last attempt, and a release looks for waiters after it has given back, so one of the
 * two sees the other. No foreign code runs under the lock: a waiter is taken from the
 * queue under it, together with its memory, and is told after it.
 */
public final class MemoryBudget {

	/** How many times {@code maxWait} a connection may wait in all. */
	private static final int MAX_WAITS_IN_QUEUE = 5;

	private final long capacityInBytes;

	private final long maxWaitInNanos;

	private final AtomicLong used = new AtomicLong();

	/** The bytes that each waiter waits for, in the order of arrival. */
	private final Map<Waiter, Long> queue = new LinkedHashMap<>();

	private volatile int waiting;

	private long headSince;

	/**
	 * Create a budget.
	 * @param capacityInBytes the most bytes that may be held
	 * @param maxWait how long the head of the queue may wait
	 */
	public MemoryBudget(long capacityInBytes, Duration maxWait) {
		this.capacityInBytes = capacityInBytes;
		this.maxWaitInNanos = maxWait.toNanos();
	}

	/** Return the most bytes that may be held. */
	public long capacity() {
		return this.capacityInBytes;
	}

	/** Return the bytes that are held now. */
	public long used() {
		return this.used.get();
	}

	/** Return how many connections wait for memory. */
	public int waiting() {
		return this.waiting;
	}

	/**
	 * Take memory if there is enough and the queue is empty; return whether that is so.
	 */
	boolean tryAcquire(long bytes) {
		return this.waiting == 0 && tryTake(bytes);
	}

	/** Take memory that is already allocated, even beyond the capacity. */
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
		long bytes = waiter.requested();
		synchronized (this.queue) {
			if (this.queue.isEmpty()) {
				this.headSince = System.nanoTime();
			}
			this.queue.put(waiter, bytes);
			this.waiting = this.queue.size();
		}
		serve();
	}

	/**
	 * Leave the queue.
	 * @return whether the waiter was in it. If not, the memory has been taken on its
	 * behalf, and {@link Waiter#granted()} has been called or will be, even after this
	 * has returned
	 */
	boolean cancel(Waiter waiter) {
		boolean removed;
		synchronized (this.queue) {
			removed = remove(waiter);
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
	 * Return whether a wait that began then has been too long in all, at any place in the
	 * queue. Without this limit, a long queue of peers that have left would keep the
	 * others out.
	 * @param since a {@link System#nanoTime()}
	 */
	boolean hasWaitedTooLong(long since) {
		return System.nanoTime() - since >= MAX_WAITS_IN_QUEUE * this.maxWaitInNanos;
	}

	/**
	 * Serve the queue as far as the memory goes. One waiter at a time: if one throws, the
	 * others are still in the queue, and the next release serves them.
	 */
	private void serve() {
		Waiter served;
		while ((served = takeForHead()) != null) {
			served.granted();
		}
	}

	/** Take memory for the head and return it; null if there is no head or too little. */
	private @Nullable Waiter takeForHead() {
		synchronized (this.queue) {
			Waiter head = head();
			if (head == null || !tryTake(this.queue.get(head))) {
				return null;
			}
			remove(head);
			return head;
		}
	}

	private boolean remove(Waiter waiter) {
		boolean wasHead = head() == waiter;
		boolean removed = this.queue.remove(waiter) != null;
		this.waiting = this.queue.size();
		if (wasHead) {
			this.headSince = System.nanoTime();
		}
		return removed;
	}

	private @Nullable Waiter head() {
		Iterator<Waiter> waiters = this.queue.keySet().iterator();
		return waiters.hasNext() ? waiters.next() : null;
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

	/** A connection that waits for memory. */
	interface Waiter {

		/** Return the bytes it waits for; asked once, when it joins the queue. */
		long requested();

		/**
		 * The memory was taken on its behalf; called once, on any thread that gives
		 * memory back, without a lock. Between the taking and this call the waiter may
		 * have tried to leave, see {@link MemoryBudget#cancel}. It must do no more than
		 * post a task: the caller serves connections of its own.
		 */
		void granted();

	}

}
