package io.tcpecho.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bounded waits, and the pauses of clients and services that are slow on purpose.
 */
public final class Waits {

	private static final int PATIENCE_IN_SECONDS = 30;

	private Waits() {
	}

	/** Wait for a latch, which must open within 30 seconds. */
	public static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)).as("opened in time").isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Do nothing for a while, as a slow client or a slow service does, or while a test
	 * watches something. To wait for an event a test uses a bounded wait instead. This is
	 * the one place of the tests that sleeps.
	 */
	public static void pause(Duration duration) {
		try {
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Do nothing for a while. */
	public static void pause(int millis) {
		pause(Duration.ofMillis(millis));
	}

}
