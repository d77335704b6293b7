package io.tcpecho.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that do the same at the same time, each on a thread of its own. The first
 * failure of one ends the work of all and fails the test.
 */
public final class Crowd implements AutoCloseable {

	/** For as many rounds as a busy machine does in it. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int PATIENT_ROUNDS = 10_000;

	private final AtomicReference<Throwable> failure = new AtomicReference<>();

	private final AtomicInteger next = new AtomicInteger();

	private final List<Thread> threads = new ArrayList<>();

	private final int rounds;

	private volatile boolean stopped;

	private Crowd(int clients, int rounds, Round round) {
		this.rounds = rounds;
		for (int i = 0; i < clients; i++) {
			Thread thread = new Thread(() -> work(round), "crowd-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
		}
		this.threads.forEach(Thread::start);
	}

	/**
	 * Let clients do a number of rounds in all, and wait until they have: 60 seconds at
	 * most, and as long again for every 10,000 rounds.
	 */
	public static void run(int clients, int rounds, Round round) {
		new Crowd(clients, rounds, round).await(PATIENCE.multipliedBy(1 + rounds / PATIENT_ROUNDS));
	}

	/** Let clients do rounds until {@link #stop()} or until they have done enough. */
	public static Crowd start(int clients, int rounds, Round round) {
		return new Crowd(clients, rounds, round);
	}

	/** Return how many rounds have begun. */
	public int rounds() {
		return this.next.get();
	}

	/** Let each client end after its round, and wait for that. */
	public void stop() {
		this.stopped = true;
		await();
	}

	/** Wait until every round is done, 60 seconds at most. */
	public void await() {
		await(PATIENCE);
	}

	private void await(Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		for (Thread thread : this.threads) {
			try {
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				thread.join(Math.max(1, left));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			if (thread.isAlive()) {
				this.failure.compareAndSet(null, new AssertionError(thread.getName() + " is not done after "
						+ patience.toSeconds() + " s, round " + this.next.get() + " of " + this.rounds));
			}
		}
		check();
	}

	/** Fail if a client has failed. */
	public void check() {
		Throwable first = this.failure.get();
		if (first != null) {
			throw new AssertionError("A client failed: " + first, first);
		}
	}

	private void work(Round round) {
		int number;
		while (!this.stopped && this.failure.get() == null && (number = this.next.getAndIncrement()) < this.rounds) {
			try {
				round.run(number);
			}
			catch (Throwable ex) {
				this.failure.compareAndSet(null, ex);
			}
		}
	}

	/** Stop, whatever the clients have met. */
	@Override
	public void close() {
		this.stopped = true;
		this.threads.forEach(Thread::interrupt);
	}

	/** What a client does. */
	@FunctionalInterface
	public interface Round {

		/**
		 * Do it once.
		 * @param number the number of this round, from 0
		 */
		void run(int number) throws Exception;

	}

}
