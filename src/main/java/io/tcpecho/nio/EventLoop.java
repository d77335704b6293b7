package io.tcpecho.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

import io.tcpecho.limits.OutOfMemory;
import io.tcpecho.limits.ThrottledLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One thread that serves many sockets: a selector, a queue of tasks and monotonic timers.
 *
 * <p>
 * Any thread may call {@link #execute}, {@link #submit}, {@link #stop},
 * {@link #awaitEnd}, {@link #hasBeatWithin} and {@link #answersWithin}; everything else
 * runs on the loop's own thread. An exception that a connection, a task or a timer throws
 * affects only that one; only exhausted memory ends the process (see
 * {@link OutOfMemory}).
 *
 * <p>
 * Tasks: handed over under {@code lock}. A loop that is about to select sets
 * {@code selecting} under the same lock, so that a task wakes the selector once, and only
 * when it has to. A task posted by a task runs in the next turn, after the sockets.
 *
 * <p>
 * Closing: the descriptor of a registered channel is released only by the next selection
 * of the thread that selects, therefore only the loop closes sockets, and it selects once
 * more before it ends.
 */
public final class EventLoop implements Executor {

	/**
	 * The size of the buffer that connections read into and write from. Measured with
	 * messages of 10 MB: 256 KiB need a fifth less processor time than 64 KiB.
	 */
	public static final int BUFFER_SIZE_IN_BYTES = 256 * 1024;

	private static final Log logger = LogFactory.getLog(EventLoop.class);

	private static final long BEAT_INTERVAL_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long PAUSE_AFTER_FAILED_SELECT_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private final Thread thread;

	private final Selector selector;

	private final long sweepIntervalInNanos;

	private final LongConsumer onDelay;

	private final ThrottledLog failures = new ThrottledLog(logger);

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE_IN_BYTES);

	private final ArrayList<Swept> swept = new ArrayList<>();

	private final PriorityQueue<Timer> timers = new PriorityQueue<>();

	private final Object lock = new Object();

	private ArrayDeque<Runnable> tasks = new ArrayDeque<>();

	private ArrayDeque<Runnable> runningTasks = new ArrayDeque<>();

	private boolean selecting;

	private boolean stopping;

	private boolean sweepScheduled;

	private long now = System.nanoTime();

	private volatile long lastBeatAt = this.now;

	private EventLoop(String name, Duration sweepInterval, LongConsumer onDelay) throws IOException {
		this.sweepIntervalInNanos = sweepInterval.toNanos();
		this.onDelay = onDelay;
		this.selector = Selector.open();
		this.thread = new Thread(this::run, name);
	}

	/**
	 * Create a loop and start its thread.
	 * @param name the name of the thread
	 * @param sweepInterval the time between two looks at the deadlines
	 * @throws IOException if the system has no descriptor left for the selector
	 */
	public static EventLoop start(String name, Duration sweepInterval) throws IOException {
		return start(name, sweepInterval, (delay) -> {
		});
	}

	/**
	 * Create a loop and start its thread.
	 * @param name the name of the thread
	 * @param sweepInterval the time between two looks at the deadlines
	 * @param onDelay called about once a second, on the loop, with the nanoseconds by
	 * which its heartbeat was late
	 * @throws IOException if the system has no descriptor left for the selector
	 */
	public static EventLoop start(String name, Duration sweepInterval, LongConsumer onDelay) throws IOException {
		OutOfMemory.prepare();
		EventLoop loop = new EventLoop(name, sweepInterval, onDelay);
		try {
			loop.thread.start();
			return loop;
		}
		catch (Throwable ex) {
			loop.selector.close();
			throw ex;
		}
	}

	/**
	 * Let the loop end after the tasks that are already posted, and return at once.
	 */
	public void stop() {
		synchronized (this.lock) {
			this.stopping = true;
			wakeUp();
		}
	}

	/**
	 * Wait until the loop has ended and every socket it closed is really closed.
	 * @return whether it has ended within the time
	 */
	public boolean awaitEnd(Duration timeout) throws InterruptedException {
		TimeUnit.NANOSECONDS.timedJoin(this.thread, timeout.toNanos());
		return !this.thread.isAlive();
	}

	/**
	 * Return whether the loop runs and has had its heartbeat, which comes once a second,
	 * within this time. Any thread.
	 */
	public boolean hasBeatWithin(Duration time) {
		return this.thread.isAlive() && System.nanoTime() - this.lastBeatAt <= time.toNanos();
	}

	/**
	 * Return whether the loop runs a task within this time. Any thread but the loop's own
	 * may call it, and waits for at most this time.
	 * @return false, too, if the loop is ending or the caller is interrupted, whose
	 * interrupt status is kept then
	 */
	public boolean answersWithin(Duration time) {
		try {
			submit(() -> null).get(time.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Return whether the loop was told to stop. Any thread. */
	public boolean isStopping() {
		synchronized (this.lock) {
			return this.stopping;
		}
	}

	/** Return the name of the loop's thread. */
	public String getName() {
		return this.thread.getName();
	}

	/** Return whether the caller runs on this loop. */
	public boolean isCurrent() {
		return Thread.currentThread() == this.thread;
	}

	/**
	 * Run a task on the loop, after those posted before it.
	 * @throws RejectedExecutionException if the loop is ending; the task will not run
	 */
	@Override
	public void execute(Runnable task) {
		synchronized (this.lock) {
			if (this.stopping) {
				throw new RejectedExecutionException(this.thread.getName() + " is stopping");
			}
			this.tasks.add(task);
			wakeUp();
		}
	}

	/**
	 * Run a task on the loop, after those posted before it, and return its result. What
	 * depends on the result runs on the loop, too, unless it says otherwise.
	 * @return completed with the task's result; or exceptionally with the exception of
	 * the task, unless that comes from exhausted memory, which ends the process; or at
	 * once with a {@link RejectedExecutionException} if the loop is ending, and the task
	 * will not run then
	 */
	public <T extends @Nullable Object> CompletableFuture<T> submit(Callable<T> task) {
		CompletableFuture<T> result = new CompletableFuture<>();
		try {
			execute(() -> {
				try {
					result.complete(task.call());
				}
				catch (Throwable ex) {
					OutOfMemory.exitIfCauseOf(ex);
					result.completeExceptionally(ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			result.completeExceptionally(ex);
		}
		return result;
	}

	private void wakeUp() {
		if (this.selecting) {
			this.selecting = false;
			this.selector.wakeup();
		}
	}

	/** Return the monotonic time in nanoseconds at which this turn's events were seen. */
	long now() {
		return this.now;
	}

	/** Read the clock again, after something that may have taken long. */
	long refreshNow() {
		this.now = System.nanoTime();
		return this.now;
	}

	/**
	 * Return the loop's direct buffer, cleared; its content is valid until the caller
	 * returns to the loop.
	 */
	ByteBuffer buffer() {
		return this.buffer.clear();
	}

	/**
	 * Run a task once, on the loop, after a delay; to be called on the loop only. It
	 * cannot be cancelled: a task that may have become needless has to check that itself,
	 * and the objects that it refers to stay in memory until then. A timer that is not
	 * due when the loop ends does not run.
	 */
	public void schedule(long delayInNanos, Runnable task) {
		this.timers.add(new Timer(System.nanoTime() + delayInNanos, task));
	}

	/** Register a channel. */
	SelectionKey register(SelectableChannel channel, int interestOps, Ready handler) throws IOException {
		return channel.register(this.selector, interestOps, handler);
	}

	/** Really close the channels closed so far, instead of in the next turn. */
	public void releaseClosedChannels() throws IOException {
		this.selector.selectNow(this::dispatch);
	}

	/** Begin to look at a connection's deadlines. */
	void join(Swept joining) {
		joining.index(this.swept.size());
		this.swept.add(joining);
		if (!this.sweepScheduled) {
			this.sweepScheduled = true;
			schedule(this.sweepIntervalInNanos, this::sweep);
		}
	}

	/** Stop looking at a connection's deadlines; the last of the list takes its index. */
	void leave(Swept leaving) {
		int index = leaving.index();
		Swept last = this.swept.remove(this.swept.size() - 1);
		if (last != leaving) {
			this.swept.set(index, last);
			last.index(index);
		}
	}

	/** Return a copy of the list of all that have joined and not left. */
	public List<Swept> swept() {
		return List.copyOf(this.swept);
	}

	private void run() {
		try {
			scheduleBeat();
			while (turn()) {
				// each turn is complete in itself
			}
		}
		catch (Throwable ex) {
			// Only the failure handling itself can have thrown this; the loop is lost.
			OutOfMemory.exitIfCauseOf(ex);
			throw ex;
		}
		finally {
			end();
		}
	}

	private void scheduleBeat() {
		long due = System.nanoTime() + BEAT_INTERVAL_IN_NANOS;
		this.timers.add(new Timer(due, () -> {
			this.lastBeatAt = refreshNow();
			scheduleBeat();
			this.onDelay.accept(this.now - due);
		}));
	}

	/** Serve everything that is due, once; return whether there will be another turn. */
	private boolean turn() {
		try {
			// A service that interrupts its thread would turn every wait into a spin.
			Thread.interrupted();
			refreshNow();
			boolean last = runTasks();
			runTimers();
			select(last ? 0 : nanosToWait());
			return !last;
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			this.failures.error(() -> this.thread.getName() + " failed and goes on", ex);
			LockSupport.parkNanos(PAUSE_AFTER_FAILED_SELECT_IN_NANOS);
			return true;
		}
	}

	private boolean runTasks() {
		boolean last;
		synchronized (this.lock) {
			this.selecting = false;
			last = this.stopping;
			ArrayDeque<Runnable> posted = this.tasks;
			this.tasks = this.runningTasks;
			this.runningTasks = posted;
		}
		Runnable task;
		while ((task = this.runningTasks.poll()) != null) {
			runTask(task);
		}
		return last;
	}

	private void runTimers() {
		Timer timer;
		while ((timer = this.timers.peek()) != null && timer.at - this.now <= 0) {
			this.timers.poll();
			runTask(timer.task);
		}
	}

	private void runTask(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			this.failures.error(() -> "A task of " + this.thread.getName() + " failed", ex);
		}
	}

	/**
	 * Return how long to wait: 0 for no wait, a negative number for a wait without end.
	 */
	private long nanosToWait() {
		synchronized (this.lock) {
			if (!this.tasks.isEmpty() || this.stopping) {
				return 0;
			}
			this.selecting = true;
		}
		Timer next = this.timers.peek();
		return (next == null) ? -1 : Math.max(1, next.at - System.nanoTime());
	}

	private void select(long nanosToWait) throws IOException {
		if (nanosToWait == 0) {
			this.selector.selectNow(this::dispatch);
		}
		else {
			// Rounded up: a timer that is not quite due must not make the loop spin.
			long millis = (nanosToWait < 0) ? 0 : TimeUnit.NANOSECONDS.toMillis(nanosToWait + 999_999);
			this.selector.select(this::dispatch, millis);
		}
	}

	private void dispatch(SelectionKey key) {
		Ready handler = (Ready) key.attachment();
		try {
			refreshNow();
			if (key.isValid()) {
				handler.ready(key.readyOps());
			}
		}
		catch (Throwable ex) {
			fail(handler, ex);
		}
	}

	private void sweep() {
		refreshNow();
		// From the end: one that leaves is replaced by one already visited.
		for (int i = this.swept.size() - 1; i >= 0; i--) {
			Swept next = this.swept.get(i);
			try {
				next.sweep();
			}
			catch (Throwable ex) {
				fail(next, ex);
			}
		}
		this.sweepScheduled = !this.swept.isEmpty();
		if (this.sweepScheduled) {
			schedule(this.sweepIntervalInNanos, this::sweep);
		}
	}

	private void fail(Ready handler, Throwable failure) {
		OutOfMemory.exitIfCauseOf(failure);
		runTask(() -> handler.failed(failure));
	}

	private void end() {
		for (Swept left : swept()) {
			runTask(left::loopEnds);
		}
		try {
			this.selector.selectNow((key) -> {
			});
			this.selector.close();
		}
		catch (IOException ex) {
			logger.warn("The selector of " + this.thread.getName() + " could not be closed", ex);
		}
	}

	private record Timer(long at, Runnable task) implements Comparable<Timer> {

		@Override
		public int compareTo(Timer other) {
			return Long.compare(this.at - other.at, 0);
		}

	}

	/** The owner of a channel that the loop selects; called on the loop's thread only. */
	interface Ready {

		/** Serve the events that the channel is ready for. */
		void ready(int readyOps) throws IOException;

		/** Handle an exception that another method of this object has thrown. */
		void failed(Throwable failure);

	}

	/**
	 * The owner of a channel with deadlines, which the loop looks at in regular
	 * intervals.
	 */
	public interface Swept extends Ready {

		/** Judge the deadlines. */
		void sweep() throws IOException;

		/** Release everything, because the loop ends. */
		void loopEnds();

		/** Return the index in the loop's list; for the loop only. */
		int index();

		/** Keep the index in the loop's list; for the loop only. */
		void index(int index);

	}

}
