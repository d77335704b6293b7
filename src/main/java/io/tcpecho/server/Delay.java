package io.tcpecho.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A pause that an operator has configured. It is the one place of the program that
 * sleeps: everything else waits for something that happens, with a bound.
 */
final class Delay {

	private Delay() {
	}

	/**
	 * Let the calling thread sleep.
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	static void of(Duration duration) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(duration.toNanos());
	}

}
