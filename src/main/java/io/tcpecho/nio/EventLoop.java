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
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * One thread that serves many sockets: a selector, a queue of tasks and monotonic timers.
 *
 * <p>
 * Everything here runs on the loop's own thread, but for {@link #execute}, {@link #stop},
 * {@link #awaitEnd} and {@link #hasBeatWithin}, which any thread may call. What a member,
 * a task or a timer throws is its own failure and nobody else's; only exhausted memory
 * ends the process (see {@link Fatal}).
 *
 * <p>
 * Tasks: handed over under {@code lock}. A loop that is about to wait says so in
 * {@code waiting} under the same lock, so that a task wakes the selector once, and only
 * when it has to. A task posted by a task runs in the next turn, after the sockets.
 *
 * <p>
 * Closing: the descriptor of a registered channel is released only by the next selection
 * of the thread that selects, therefore only the loop closes sockets, and it selects once
 * more before it ends.
 */
public final class EventLoop implements Executor {

	/**
	 * The size of the buffer that members read into and write from. Measured with
	 * messages of 10 MB: 256 KiB need a fifth less processor time than 64 KiB.
	 */
	static final int BUFFER_SIZE_IN_BYTES = 256 * 1024;

	private static final Log logger = LogFactory.getLog(EventLoop.class);

	private static final long BEAT_INTERVAL_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long PAUSE_AFTER_FAILED_SELECT_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private final Thread thread;

	private final Selector selector;

	private final long sweepIntervalInNanos;

	private final LongConsumer delays;

	private final ThrottledLog failures = new ThrottledLog(logger);

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE_IN_BYTES);

	private final ArrayList<Member> members = new ArrayList<>();

	private final PriorityQueue<Timer> timers = new PriorityQueue<>();

	private final Object lock = new Object();

	private ArrayDeque<Runnable> tasks = new ArrayDeque<>();

	private ArrayDeque<Runnable> runningTasks = new ArrayDeque<>();

	private boolean waiting;

	private boolean stopping;

	private boolean sweepScheduled;

	private long now = System.nanoTime();

	private volatile long lastBeatAt = this.now;

	private EventLoop(String name, Duration sweepInterval, LongConsumer delays) throws IOException {
		this.sweepIntervalInNanos = sweepInterval.toNanos();
		this.delays = delays;
		this.selector = Selector.open();
		this.thread = new Thread(this::run, name);
	}

	/**
	 * Create a loop and start its thread.
	 * @param name the name of the thread
	 * @param sweepInterval the time between two looks at every member's deadlines
	 * @throws IOException if the system has no descriptor left for the selector
	 */
	public static EventLoop start(String name, Duration sweepInterval) throws IOException {
		return start(name, sweepInterval, (delay) -> {
		});
	}

	/**
	 * Create a loop and start its thread.
	 * @param name the name of the thread
	 * @param sweepInterval the time between two looks at every member's deadlines
	 * @param delays told about once a second, on the loop, by how many nanoseconds its
	 * heartbeat was late
	 * @throws IOException if the system has no descriptor left for the selector
	 */
	public static EventLoop start(String name, Duration sweepInterval, LongConsumer delays) throws IOException {
		Fatal.prepare();
		EventLoop loop = new EventLoop(name, sweepInterval, delays);
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
	 * Return whether the loop lives and has shown it, by its heartbeat of once a second,
	 * within this time. Any thread.
	 */
	public boolean hasBeatWithin(Duration time) {
		return this.thread.isAlive() && System.nanoTime() - this.lastBeatAt <= time.toNanos();
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

	private void wakeUp() {
		if (this.waiting) {
			this.waiting = false;
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

	/** Run a task once, on the loop, after a delay; to be called on the loop only. */
	public void schedule(long delayInNanos, Runnable task) {
		this.timers.add(new Timer(System.nanoTime() + delayInNanos, task));
	}

	/** Register a channel. */
	SelectionKey register(SelectableChannel channel, int interestOps, Handler handler) throws IOException {
		return channel.register(this.selector, interestOps, handler);
	}

	/** Really close the channels closed so far, instead of in the next turn. */
	void releaseClosedChannels() throws IOException {
		this.selector.selectNow(this::dispatch);
	}

	/** Begin to sweep a member. */
	void join(Member member) {
		member.slot(this.members.size());
		this.members.add(member);
		if (!this.sweepScheduled) {
			this.sweepScheduled = true;
			schedule(this.sweepIntervalInNanos, this::sweep);
		}
	}

	/** Stop sweeping a member; the last one takes its slot. */
	void leave(Member member) {
		int slot = member.slot();
		Member last = this.members.remove(this.members.size() - 1);
		if (last != member) {
			this.members.set(slot, last);
			last.slot(slot);
		}
	}

	/** Return the members at this moment. */
	List<Member> members() {
		return List.copyOf(this.members);
	}

	private void run() {
		try {
			scheduleBeat();
			while (turn()) {
				// each turn is complete in itself
			}
		}
		catch (Throwable ex) {
			// Thrown by what puts up with failures.
			Fatal.exitIfOutOfMemory(ex);
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
			this.delays.accept(this.now - due);
		}));
	}

	/** Serve what is due, once; return whether there will be another turn. */
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
			Fatal.exitIfOutOfMemory(ex);
			this.failures.error(() -> this.thread.getName() + " failed and goes on", ex);
			LockSupport.parkNanos(PAUSE_AFTER_FAILED_SELECT_IN_NANOS);
			return true;
		}
	}

	private boolean runTasks() {
		boolean last;
		synchronized (this.lock) {
			this.waiting = false;
			last = this.stopping;
			ArrayDeque<Runnable> posted = this.tasks;
			this.tasks = this.runningTasks;
			this.runningTasks = posted;
		}
		Runnable task;
		while ((task = this.runningTasks.poll()) != null) {
			run(task);
		}
		return last;
	}

	private void runTimers() {
		Timer timer;
		while ((timer = this.timers.peek()) != null && timer.at - this.now <= 0) {
			this.timers.poll();
			run(timer.task);
		}
	}

	private void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			Fatal.exitIfOutOfMemory(ex);
			this.failures.error(() -> "A task of " + this.thread.getName() + " failed", ex);
		}
	}

	/** Return 0 for no wait at all, a negative number for a wait without end. */
	private long nanosToWait() {
		synchronized (this.lock) {
			if (!this.tasks.isEmpty() || this.stopping) {
				return 0;
			}
			this.waiting = true;
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
		Handler handler = (Handler) key.attachment();
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
		// From the end: a member that leaves is replaced by one already visited.
		for (int i = this.members.size() - 1; i >= 0; i--) {
			Member member = this.members.get(i);
			try {
				member.sweep();
			}
			catch (Throwable ex) {
				fail(member, ex);
			}
		}
		this.sweepScheduled = !this.members.isEmpty();
		if (this.sweepScheduled) {
			schedule(this.sweepIntervalInNanos, this::sweep);
		}
	}

	private void fail(Handler handler, Throwable failure) {
		Fatal.exitIfOutOfMemory(failure);
		run(() -> handler.failed(failure));
	}

	private void end() {
		for (Member member : members()) {
			run(member::loopEnds);
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

	/** Has a channel that the loop selects; called on the loop's thread only. */
	interface Handler {

		/** Serve the events that the channel is ready for. */
		void ready(int readyOps) throws IOException;

		/** Put up with what another method has thrown. */
		void failed(Throwable failure);

	}

	/** A handler with deadlines that the loop sweeps. */
	interface Member extends Handler {

		/** Judge the deadlines. */
		void sweep() throws IOException;

		/** Release everything: the loop ends. */
		void loopEnds();

		/** Return the place among the loop's members. */
		int slot();

		/** Keep the place among the loop's members. */
		void slot(int slot);

	}

}
