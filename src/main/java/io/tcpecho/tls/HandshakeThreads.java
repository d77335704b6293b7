package io.tcpecho.tls;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads for the arithmetic of handshakes, which would hold up an event loop. They
 * are daemons, and end when there was nothing to do for a second. Thread-safe.
 *
 * <p>
 * The queue has no limit of its own: each open connection has at most one task in it.
 */
public final class HandshakeThreads implements Executor {

	private final AtomicInteger started = new AtomicInteger();

	private final ThreadPoolExecutor threads;

	/**
	 * Create an executor without a thread.
	 * @param threads the most threads, at least 1
	 */
	public HandshakeThreads(int threads) {
		this.threads = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				this::thread);
		this.threads.allowCoreThreadTimeOut(true);
	}

	@Override
	public void execute(Runnable task) {
		this.threads.execute(task);
	}

	private Thread thread(Runnable work) {
		Thread thread = new Thread(work, "tcp-echo-handshake-" + this.started.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

}
