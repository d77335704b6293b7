package io.tcpecho.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waits of services and clients that do on purpose what takes time.
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

	/** Be busy for a while. */
	public static void pause(int millis) {
		try {
			new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
