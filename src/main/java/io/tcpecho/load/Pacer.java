package io.tcpecho.load;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes an event loop when exchanges are due, on a thread of its own: a selector waits in
 * whole milliseconds, and half of one is much beside the time of an exchange.
 */
final class Pacer {

	private final long intervalInNanos;

	private final Executor loop;

	private final Runnable due;

	/** Whether the loop has been told and has not begun: once is enough. */
	private final AtomicBoolean told = new AtomicBoolean();

	private final Thread thread = new Thread(this::run, "tcp-echo-load-pacer");

	private volatile boolean stopped;

	private Pacer(long rate, Executor loop, Runnable due) {
		this.intervalInNanos = TimeUnit.SECONDS.toNanos(1) / rate;
		this.loop = loop;
		this.due = due;
	}

	/**
	 * Start to wake.
	 * @param rate how often in a second, at most 1,000,000; 0 for never
	 * @param loop what to wake
	 * @param due what it runs then
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
				// Of the times that have passed meanwhile, one wake-up serves all.
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
