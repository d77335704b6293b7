package io.tcpecho.client;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes an event loop when exchanges are due, on a thread of its own: a selector waits in
 * whole milliseconds, and half of one is much beside the time of an exchange.
 */
final class Pacer {

	private final long intervalInNanos;

	private final Runnable due;

	private final Thread thread = new Thread(this::run, "tcp-echo-load-pacer");

	private volatile boolean stopped;

	private Pacer(long rate, Runnable due) {
		this.intervalInNanos = TimeUnit.SECONDS.toNanos(1) / rate;
		this.due = due;
	}

	/**
	 * Start to wake.
	 * @param rate how often in a second, at most 1,000,000; 0 for never
	 * @param due wakes the loop
	 */
	static Pacer start(long rate, Runnable due) {
		Pacer pacer = new Pacer(Math.max(1, rate), due);
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
				this.due.run();
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

}
