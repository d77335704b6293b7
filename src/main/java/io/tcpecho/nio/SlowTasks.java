package io.tcpecho.nio;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.tcpecho.limits.OutOfMemory;
import org.jspecify.annotations.Nullable;

/**
 * The threads for work of a wire that would hold up an event loop, such as the arithmetic
 * of a TLS handshake. The process has at most {@value #THREADS} of them, and none while
 * there is nothing to do. Thread-safe.
 */
final class SlowTasks {

	private static final int THREADS = 2;

	private static final AtomicInteger started = new AtomicInteger();

	private static final ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), SlowTasks::thread);

	static {
		threads.allowCoreThreadTimeOut(true);
	}

	private SlowTasks() {
	}

	/**
	 * Run a task on one of the threads.
	 * @param ended is called there afterwards, with what the task has thrown, or null; on
	 * the caller's thread if no thread can be had
	 */
	static void run(Runnable task, Consumer<@Nullable Throwable> ended) {
		try {
			threads.execute(() -> ended.accept(failureOf(task)));
		}
		catch (Throwable ex) {
			// A thread that cannot be created fails this connection only.
			ended.accept(ex);
		}
	}

	private static @Nullable Throwable failureOf(Runnable task) {
		try {
			task.run();
			return null;
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			return ex;
		}
	}

	private static Thread thread(Runnable work) {
		Thread thread = new Thread(work, "tcp-echo-slow-" + started.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

}
