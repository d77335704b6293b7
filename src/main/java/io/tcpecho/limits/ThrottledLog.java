package io.tcpecho.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;

/**
 * A log for events that a remote peer can trigger: at most one line a second, which says
 * how many were left out. Thread-safe.
 */
public final class ThrottledLog {

	private static final long INTERVAL_IN_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final Log log;

	private final AtomicLong nextAt = new AtomicLong(System.nanoTime());

	private final AtomicInteger leftOut = new AtomicInteger();

	/** Throttle the lines that go to a log by this way. */
	public ThrottledLog(Log log) {
		this.log = log;
	}

	/** Write a warning, or count it; the message is made only if it is written. */
	public void warn(Supplier<String> message) {
		if (mayLog()) {
			this.log.warn(message.get() + others());
		}
	}

	/** Write an error with its stack trace, or count it. */
	public void error(Supplier<String> message, Throwable failure) {
		if (mayLog()) {
			this.log.error(message.get() + others(), failure);
		}
	}

	private boolean mayLog() {
		long now = System.nanoTime();
		long next = this.nextAt.get();
		if (now - next >= 0 && this.nextAt.compareAndSet(next, now + INTERVAL_IN_NANOS)) {
			return true;
		}
		this.leftOut.incrementAndGet();
		return false;
	}

	private String others() {
		int others = this.leftOut.getAndSet(0);
		return (others == 0) ? "" : " (and " + others + " more like it)";
	}

}
