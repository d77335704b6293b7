package io.tcpecho.nio;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The event loops of one listener, which take its connections in turn. Any thread may
 * call it, but {@link #next()} only one.
 */
public final class EventLoops {

	/** The event loops before the start and after the stop: none. */
	public static final EventLoops NONE = new EventLoops(List.of());

	private static final Duration UNDO_TIMEOUT = Duration.ofSeconds(10);

	private final List<EventLoop> loops;

	private int next;

	private EventLoops(List<EventLoop> loops) {
		this.loops = loops;
	}

	/**
	 * Start loops. If one of them fails to start, those before it are ended again.
	 * @param name the names of the threads, to which the number of the loop is added
	 * @param count how many, at least 1
	 * @param sweepInterval the time between two looks at the deadlines
	 * @param onDelay called on each loop, see {@link EventLoop#start}
	 * @throws IOException if the system has no descriptor left for a selector
	 */
	public static EventLoops start(String name, int count, Duration sweepInterval, LongConsumer onDelay)
			throws IOException {
		List<EventLoop> started = new ArrayList<>();
		try {
			for (int i = 0; i < count; i++) {
				started.add(EventLoop.start(name + "-" + i, sweepInterval, onDelay));
			}
			return new EventLoops(List.copyOf(started));
		}
		catch (Throwable ex) {
			undo(new EventLoops(started));
			throw ex;
		}
	}

	private static void undo(EventLoops started) {
		started.stop();
		try {
			started.awaitEnd(UNDO_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Return the loops, in the order of their numbers. */
	public List<EventLoop> all() {
		return this.loops;
	}

	/** Return the first loop, which also accepts. */
	public EventLoop first() {
		return this.loops.get(0);
	}

	/** Return the loop for the next connection; for one thread, the accepting loop. */
	public EventLoop next() {
		EventLoop loop = this.loops.get(this.next);
		this.next = (this.next + 1) % this.loops.size();
		return loop;
	}

	/**
	 * Run a task on each loop, with the loop as its argument, and return at once.
	 * @throws java.util.concurrent.RejectedExecutionException if a loop is ending
	 */
	public void execute(Consumer<EventLoop> task) {
		this.loops.forEach((loop) -> loop.execute(() -> task.accept(loop)));
	}

	/** Let each loop end after the tasks that are already posted, and return at once. */
	public void stop() {
		this.loops.forEach(EventLoop::stop);
	}

	/**
	 * Wait until the loops have ended, but not for the one that is the caller's thread.
	 * @param timeout for each of them
	 * @return whether all of them have ended within their time
	 */
	public boolean awaitEnd(Duration timeout) throws InterruptedException {
		boolean ended = true;
		for (EventLoop loop : this.loops) {
			ended &= loop.isCurrent() || loop.awaitEnd(timeout);
		}
		return ended;
	}

}
