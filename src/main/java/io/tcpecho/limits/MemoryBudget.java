package io.tcpecho.limits;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import io.tcpecho.payload.ChunkPool;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that all connections together may hold in request and reply buffers, and the
 * shares of it that listeners have. Thread-safe; used by every loop of every listener.
 *
 * <p>
 * Shares: a listener takes from its own share first, where no other can take anything,
 * and then from what all have in common.
 *
 * <p>
 * Fairness: a connection that gets nothing joins one queue, and as long as the queue is
 * not empty, only its head gets memory of the common part. There are two exceptions: what
 * fits into its listener's share never waits, and a head that has not begun its message
 * does not keep others from theirs. Each release serves the queue from its head. The head
 * has {@code maxWait}; then its connection is reset and the memory that it held serves
 * the next. After {@value #MAX_WAITS_IN_QUEUE} times that, a connection leaves at any
 * place in the queue, but those that hold memory leave one after the other, all of it in
 * {@code maxWait}, so that what one gives back can serve the others before they leave,
 * too. So each waiter gets memory or leaves in bounded time, and half-read messages
 * cannot lock each other out for ever.
 *
 * <p>
 * Recall: a connection that holds more than the head of the queue would, and for half of
 * {@code maxWait} (at least a second) has moved less than a
 * {@value MemoryAccount#PROGRESS_DIVISOR}th of it, is told to give way. Without this rule
 * a few peers that stop in the middle of large messages could keep all others out until
 * their deadlines.
 *
 * <p>
 * Concurrency: {@code used} is changed by compare-and-set; the queues and
 * {@code headSince} are guarded by the lock of the whole budget; {@code waiting} mirrors
 * the queues' length so that a release without waiters takes no lock. A waiter is counted
 * before its last attempt, and a release looks for waiters after it has given back, so
 * one of the two sees the other. No foreign code runs under the lock: a waiter is taken
 * from the queue under it, together with its memory, and is told after it.
 */
public final class MemoryBudget {

	/** How many times {@code maxWait} a connection may wait in all. */
	private static final int MAX_WAITS_IN_QUEUE = 5;

	/** This part of the budget may be given back at once by waiters that leave. */
	private static final int LEAVE_BURST_DIVISOR = 4;

	/** A connection with less than this part of the budget is never told to give way. */
	private static final int LARGE_DIVISOR = 1024;

	private static final long SHORTEST_RECALL_INTERVAL_IN_NANOS = Duration.ofMillis(5).toNanos();

	private static final long SHORTEST_PATIENCE_IN_NANOS = Duration.ofSeconds(1).toNanos();

	/** The budget that this is a share of; itself for the whole. */
	private final MemoryBudget whole;

	/** The capacity of the whole, or the bytes that only this share may use. */
	private final long capacityInBytes;

	private final LongSupplier clock;

	private final long maxWaitInNanos;

	/** The smallest holding that can be told to give way. */
	private final long large;

	/** The bytes taken: of a share in all, of the whole beyond the shares. */
	private final AtomicLong used = new AtomicLong();

	/** The connections that wait, in the order of their arrival. */
	private final Map<Waiter, Ticket> queue = new LinkedHashMap<>();

	private final List<MemoryBudget> shares = new CopyOnWriteArrayList<>();

	/** The chunks for large messages, which have only what connections leave free. */
	private final ChunkPool chunks;

	private final Set<MemoryAccount> largeAccounts = ConcurrentHashMap.newKeySet();

	private final Object lock = new Object();

	private volatile long reserved;

	private volatile int waiting;

	/** How many of those that wait have begun their message. */
	private volatile int begunWaiting;

	private long arrivals;

	private @Nullable Ticket head;

	private long headSince;

	private long recalledAt;

	/** When the next waiter that holds memory may leave; nanoseconds of the clock. */
	private long nextLeaveAt;

	/**
	 * Create a budget.
	 * @param capacityInBytes the most bytes that may be held
	 * @param maxWait how long the head of the queue may wait
	 */
	public MemoryBudget(long capacityInBytes, Duration maxWait) {
		this(capacityInBytes, maxWait, System::nanoTime);
	}

	/**
	 * Create a budget with a clock of its own.
	 * @param clock returns nanoseconds like {@link System#nanoTime()}
	 */
	MemoryBudget(long capacityInBytes, Duration maxWait, LongSupplier clock) {
		this.whole = this;
		this.clock = clock;
		this.nextLeaveAt = clock.getAsLong();
		this.recalledAt = this.nextLeaveAt - SHORTEST_RECALL_INTERVAL_IN_NANOS;
		this.capacityInBytes = capacityInBytes;
		this.maxWaitInNanos = maxWait.toNanos();
		this.large = Math.max(1, capacityInBytes / LARGE_DIVISOR);
		this.chunks = new ChunkPool(() -> this.capacityInBytes - used());
	}

	private MemoryBudget(MemoryBudget whole, long reservedInBytes) {
		this.whole = whole;
		this.clock = whole.clock;
		this.capacityInBytes = reservedInBytes;
		this.maxWaitInNanos = whole.maxWaitInNanos;
		this.large = whole.large;
		this.chunks = whole.chunks;
	}

	/**
	 * Return a budget for one listener, which may use a part that others cannot take, and
	 * beyond it what they have in common.
	 * @param reservedInBytes the size of that part
	 * @throws IllegalArgumentException if less than that is left
	 */
	public MemoryBudget share(long reservedInBytes) {
		if (this.whole != this || reservedInBytes < 0 || reservedInBytes > this.capacityInBytes - this.reserved) {
			throw new IllegalArgumentException("A share of " + reservedInBytes + " bytes is not between 0 and "
					+ (this.capacityInBytes - this.reserved) + " bytes, what is left of the budget");
		}
		MemoryBudget share = new MemoryBudget(this, reservedInBytes);
		this.reserved += reservedInBytes;
		this.shares.add(share);
		return share;
	}

	/** Return the time of its clock, in nanoseconds. */
	long now() {
		return this.clock.getAsLong();
	}

	/** Return the most bytes that may be held in all. */
	public long capacity() {
		return this.whole.capacityInBytes;
	}

	/** Return the bytes that are held now in all. */
	public long used() {
		long sum = this.whole.used.get();
		for (MemoryBudget share : this.whole.shares) {
			sum += Math.min(share.used.get(), share.capacityInBytes);
		}
		return sum;
	}

	/** Return how many connections wait for memory. */
	public int waiting() {
		return this.whole.waiting;
	}

	/** Return how many bytes a connection could take now if none waited. */
	long free() {
		long common = this.whole.capacityInBytes - this.whole.reserved - this.whole.used.get();
		return (isShare() ? Math.max(0, this.capacityInBytes - this.used.get()) : 0) + Math.max(0, common);
	}

	/** Return the chunks for large messages. */
	ChunkPool chunks() {
		return this.chunks;
	}

	/** Drop chunks that are not needed any more; to be called about once a second. */
	public void trimChunks() {
		this.chunks.trim();
	}

	private boolean isShare() {
		return this.whole != this;
	}

	/**
	 * Take memory if there is enough and no waiter comes first; return whether that is
	 * so.
	 */
	boolean tryAcquire(long bytes) {
		boolean first = this.whole.waiting == 0 || isShare() && this.whole.begunWaiting == 0 && !hasQueue();
		boolean taken = tryTake(bytes, first);
		this.chunks.fit();
		return taken;
	}

	private boolean hasQueue() {
		synchronized (this.whole.lock) {
			return !this.queue.isEmpty();
		}
	}

	/** Take memory that is already allocated, even beyond the capacity. */
	void takeAnyway(long bytes) {
		long after = this.used.addAndGet(bytes);
		if (isShare()) {
			this.whole.used.addAndGet(beyondShare(after) - beyondShare(after - bytes));
		}
		this.chunks.fit();
	}

	/** Give memory back. */
	void release(long bytes) {
		long after = this.used.addAndGet(-bytes);
		if (isShare()) {
			long common = beyondShare(after + bytes) - beyondShare(after);
			if (common > 0) {
				this.whole.used.addAndGet(-common);
			}
		}
		if (this.whole.waiting > 0) {
			this.whole.serve();
		}
	}

	private long beyondShare(long bytes) {
		return Math.max(0, bytes - this.capacityInBytes);
	}

	/** Join the queue; {@link Waiter#granted()} follows, perhaps before this returns. */
	void enqueue(Waiter waiter) {
		long bytes = waiter.requested();
		synchronized (this.whole.lock) {
			Ticket ticket = new Ticket(this.whole.arrivals++, waiter, bytes, waiter.wanted(), waiter.hasBegun());
			this.queue.put(waiter, ticket);
			this.whole.begunWaiting += ticket.begun() ? 1 : 0;
			this.whole.queuesChanged();
		}
		this.whole.serve();
	}

	/**
	 * Leave the queue.
	 * @return whether the waiter was in it. If not, the memory has been taken on its
	 * behalf, and {@link Waiter#granted()} has been called or will be, even after this
	 * has returned
	 */
	boolean cancel(Waiter waiter) {
		boolean removed;
		synchronized (this.whole.lock) {
			removed = remove(waiter);
		}
		this.whole.serve();
		return removed;
	}

	/** Return whether the waiter has been the head of the queue for too long. */
	boolean isOverdue(Waiter waiter) {
		synchronized (this.whole.lock) {
			Ticket first = this.whole.head;
			return first != null && first.waiter() == waiter && this.whole.isHeadOverdue();
		}
	}

	private boolean isHeadOverdue() {
		return now() - this.headSince >= this.maxWaitInNanos;
	}

	/**
	 * Return whether a waiter has to leave because its wait has been too long in all, at
	 * any place in the queue. Without this limit, a long queue of peers that have left
	 * would keep the others out. After a yes the waiter has to leave: what it holds
	 * counts as given back, and the next that holds memory may leave only once that could
	 * have served others.
	 * @param since when its wait began
	 * @param held the bytes that it gives back
	 */
	boolean mustLeave(long since, long held) {
		long now = now();
		if (now - since < MAX_WAITS_IN_QUEUE * this.maxWaitInNanos) {
			return false;
		}
		return held == 0 || this.whole.takeLeave(now, held);
	}

	private boolean takeLeave(long now, long held) {
		synchronized (this.lock) {
			if (now - this.nextLeaveAt < 0) {
				return false;
			}
			long earliest = now - this.maxWaitInNanos / LEAVE_BURST_DIVISOR;
			long from = (this.nextLeaveAt - earliest < 0) ? earliest : this.nextLeaveAt;
			double part = Math.min(1, (double) held / this.capacityInBytes);
			this.nextLeaveAt = from + Math.round(part * this.maxWaitInNanos);
			return true;
		}
	}

	// The queue, of the whole budget

	/** Find the head after a change of a queue; under the lock. */
	private void queuesChanged() {
		List<MemoryBudget> queues = queues();
		Ticket first = queues.isEmpty() ? null : queues.get(0).firstTicket();
		if (first != this.head) {
			this.head = first;
			this.headSince = now();
		}
		this.waiting = queues.stream().mapToInt((budget) -> budget.queue.size()).sum();
	}

	/** Return the budgets with a queue, in the order in which the first of each came. */
	private List<MemoryBudget> queues() {
		return Stream.concat(Stream.of(this), this.shares.stream())
			.filter((budget) -> !budget.queue.isEmpty())
			.sorted(Comparator.comparingLong((budget) -> budget.firstTicket().number()))
			.toList();
	}

	private Ticket firstTicket() {
		return this.queue.values().iterator().next();
	}

	/**
	 * Serve the queue as far as the memory goes. One waiter at a time: if one throws, the
	 * others are still in the queue, and the next release serves them.
	 */
	private void serve() {
		Waiter served;
		while ((served = takeForNext()) != null) {
			served.granted();
		}
	}

	/** Take memory for the next waiter and return it; null if there is none for any. */
	private @Nullable Waiter takeForNext() {
		synchronized (this.lock) {
			boolean common = true;
			for (MemoryBudget budget : queues()) {
				Ticket first = budget.firstTicket();
				if (budget.tryTake(first.bytes(), common)) {
					this.chunks.fit();
					budget.remove(first.waiter());
					return first.waiter();
				}
				common &= !first.begun();
			}
			return null;
		}
	}

	/** Take a waiter from the queue; under the lock. */
	private boolean remove(Waiter waiter) {
		Ticket removed = this.queue.remove(waiter);
		if (removed != null && removed.begun()) {
			this.whole.begunWaiting--;
		}
		this.whole.queuesChanged();
		return removed != null;
	}

	/**
	 * Take memory, or nothing.
	 * @param common whether it may be of the part that all have in common
	 */
	private boolean tryTake(long bytes, boolean common) {
		if (!isShare()) {
			return common && tryTakeCommon(bytes);
		}
		long before;
		do {
			before = this.used.get();
			if (bytes > this.capacityInBytes - before) {
				return common && tryTakeBeyondShare(bytes);
			}
		}
		while (!this.used.compareAndSet(before, before + bytes));
		return true;
	}

	/**
	 * Take more than the share has. Under the lock, so that what is taken from the common
	 * part for an attempt that fails is never missed by another taker.
	 */
	private boolean tryTakeBeyondShare(long bytes) {
		synchronized (this.whole.lock) {
			while (true) {
				long before = this.used.get();
				long beyond = Math.max(0, bytes - Math.max(0, this.capacityInBytes - before));
				if (!this.whole.tryTakeCommon(beyond)) {
					return false;
				}
				if (this.used.compareAndSet(before, before + bytes)) {
					return true;
				}
				this.whole.used.addAndGet(-beyond);
			}
		}
	}

	private boolean tryTakeCommon(long bytes) {
		long before;
		do {
			before = this.used.get();
			if (bytes > this.capacityInBytes - this.reserved - before) {
				return false;
			}
		}
		while (!this.used.compareAndSet(before, before + bytes));
		return true;
	}

	// Recall

	/** Return the smallest holding that can be told to give way. */
	long large() {
		return this.whole.large;
	}

	/** Remember an account that holds much. */
	void remember(MemoryAccount account) {
		this.whole.largeAccounts.add(account);
	}

	/** Forget an account that holds much no more. */
	void forget(MemoryAccount account) {
		this.whole.largeAccounts.remove(account);
	}

	/**
	 * Tell connections that hold much and move little to give way, as many as the head of
	 * the queue needs; those that have kept the most for the longest go first.
	 */
	void recall() {
		this.whole.recall(now());
	}

	private void recall(long now) {
		long patience = Math.max(SHORTEST_PATIENCE_IN_NANOS, this.maxWaitInNanos / 2);
		long missing;
		long most;
		boolean stuck;
		synchronized (this.lock) {
			Ticket first = this.head;
			if (first == null || isHeadOverdue() || now - this.recalledAt < SHORTEST_RECALL_INTERVAL_IN_NANOS) {
				return;
			}
			this.recalledAt = now;
			missing = first.bytes();
			most = first.wanted();
			stuck = now - this.headSince >= patience;
		}
		missing = recall(missing, (account) -> account.isStalled(most, now, patience),
				(account) -> account.byteSeconds(now));
		if (stuck) {
			recall(missing, (account) -> account.isLargeWaiter(most), MemoryAccount::large);
		}
	}

	/**
	 * Tell accounts to give way until enough is missing no more; return what still is.
	 */
	private long recall(long missing, Predicate<MemoryAccount> candidates, ToDoubleFunction<MemoryAccount> weight) {
		long left = missing;
		List<MemoryAccount> heaviest = this.largeAccounts.stream()
			.filter(candidates)
			.sorted(Comparator.comparingDouble(weight).reversed())
			.toList();
		for (int i = 0; i < heaviest.size() && left > 0; i++) {
			left -= heaviest.get(i).recall();
		}
		return left;
	}

	/** A connection that waits for memory. */
	interface Waiter {

		/** Return the bytes it waits for; asked once, when it joins the queue. */
		long requested();

		/**
		 * Return the bytes that it will hold with them; asked once, when it joins the
		 * queue.
		 */
		default long wanted() {
			return requested();
		}

		/**
		 * Return whether it holds part of a message already; asked once, when it joins
		 * the queue.
		 */
		default boolean hasBegun() {
			return true;
		}

		/**
		 * The memory was taken on its behalf; called once, on any thread that gives
		 * memory back, without a lock. Between the taking and this call the waiter may
		 * have tried to leave, see {@link MemoryBudget#cancel}. It must do no more than
		 * post a task: the caller serves connections of its own.
		 */
		void granted();

	}

	/**
	 * A place in the queue.
	 *
	 * @param number how many came before
	 * @param waiter the connection that waits
	 * @param bytes what it waits for
	 * @param wanted what it will hold with them
	 * @param begun whether it holds part of a message already
	 */
	private record Ticket(long number, Waiter waiter, long bytes, long wanted, boolean begun) {

	}

}
