package io.tcpecho.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The handling of Ctrl-C during a command: it stops the command, and keeps the process
 * alive until the results are printed, for at most {@value #PATIENCE_IN_SECONDS} seconds.
 */
final class Interruption {

	private static final long PATIENCE_IN_SECONDS = 5;

	private Interruption() {
	}

	/**
	 * Do some work, and stop it if the process receives a signal to end meanwhile.
	 * @param stop lets the work end soon; called on another thread
	 * @return what the work returned
	 */
	static <T> T stopping(Runnable stop, Work<T> work) throws InterruptedException {
		CountDownLatch finished = new CountDownLatch(1);
		Thread hook = new Thread(() -> {
			stop.run();
			try {
				finished.await(PATIENCE_IN_SECONDS, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}, "tcp-echo-interruption");
		Runtime.getRuntime().addShutdownHook(hook);
		try {
			return work.run();
		}
		finally {
			finished.countDown();
			try {
				Runtime.getRuntime().removeShutdownHook(hook);
			}
			catch (IllegalStateException ex) {
				// The process is ending already.
			}
		}
	}

	/** Work that can be stopped. */
	interface Work<T> {

		T run() throws InterruptedException;

	}

}
