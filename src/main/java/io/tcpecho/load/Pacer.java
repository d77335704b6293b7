package io.tcpecho.load;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes an event loop when exchanges are due, on a thread of its own: a selector waits in
 * whole milliseconds, and half a millisecond is long compared with an exchange.
 */
final class Pacer {

	private final long intervalInNanos;

	private final Executor loop;

	private final Runnable due;

	/**
	 * Whether a wake-up is queued that the loop has not begun; a second one is not needed
	 * then.
	 */
	private final AtomicBoolean told = new AtomicBoolean();

	private final Thread thread = new Thread(this::run, "tcp-echo-load-pacer");

	private volatile boolean stopped;

	private Pacer(long rate, Executor loop, Runnable due) {
		this.intervalInNanos = TimeUnit.SECONDS.toNanos(1) / rate;
		this.loop = loop;
		this.due = due;
	}

	/**
	 * Start to wake a loop.
	 * @param rate the number of wake-ups in a second, at most 1,000,000; 0 for none
	 * @param loop the loop to wake
	 * @param due the task that the loop runs then
	 */
	static Pacer start(long rate, Executor loop, Runnable due) {
		Pacer pacer = new Pacer(Math.max(1, rate), loop, due);
		pacer.thread.setDaemon(true);
		if (rate > 0) {
			pacer.thread.start();
		}
		return pacer;
	}

	void stop() {
		this.stopped = true;
		LockSupport.unpark(this.thread);
	}

	private void run() {
		long next = System.nanoTime();
		try {
			while (!this.stopped) {
				tell();
				long now = System.nanoTime();
				// One wake-up serves all due times that have passed meanwhile.
				next += this.intervalInNanos * Math.max(1, (now - next) / this.intervalInNanos);
				LockSupport.parkNanos(next - now);
			}
		}
		catch (RejectedExecutionException ex) {
			// The loop has ended.
		}
	}

	private void tell() {
		if (!this.told.getAndSet(true)) {
			this.loop.execute(() -> {
				this.told.set(false);
				this.due.run();
			});
		}
	}

}
