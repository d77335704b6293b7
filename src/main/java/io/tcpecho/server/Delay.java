package io.tcpecho.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A pause that an operator has configured. It is the only place of the program that
 * sleeps: all other code waits for an event, with a time limit.
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
