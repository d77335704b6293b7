package io.tcpecho.limits;

import java.util.function.Supplier;

import org.apache.commons.logging.Log;

/**
 * A log for events that a remote peer can trigger: at most one line a second, which says
 * how many were left out. Thread-safe.
 */
public final class ThrottledLog {

	private final Log log;

	private final Throttle throttle = new Throttle(System::nanoTime);

	/** Throttle the lines that go to a log by this way. */
	public ThrottledLog(Log log) {
		this.log = log;
	}

	/** Write a warning, or count it; the message is made only if it is written. */
	public void warn(Supplier<String> message) {
		if (this.throttle.tryPass()) {
			this.log.warn(message.get() + others());
		}
	}

	/** Write an error with its stack trace, or count it. */
	public void error(Supplier<String> message, Throwable failure) {
		if (this.throttle.tryPass()) {
			this.log.error(message.get() + others(), failure);
		}
	}

	private String others() {
		long others = this.throttle.takeLeftOut();
		return (others == 0) ? "" : " (and " + others + " more like it)";
	}

}
