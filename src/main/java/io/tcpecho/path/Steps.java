package io.tcpecho.path;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import io.tcpecho.nio.EventLoop;

/**
 * Runs steps, at most {@value #MAX_AT_ONCE} at once, each on a connection of its own. It
 * is used on one thread; any thread may {@link #stop()} it.
 */
final class Steps implements AutoCloseable {

	/** Each silent connection costs a port, and an entry of each NAT on the way. */
	static final int MAX_AT_ONCE = 64;

	private static final Duration SWEEP_INTERVAL = Duration.ofMillis(20);

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(2);

	private final EventLoop loop;

	private final InetSocketAddress peer;

	private final Duration timeout;

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	/**
	 * Start the event loop.
	 * @param timeout how long a connect and, separately, an answer may take
	 * @throws IOException if this machine has no descriptor left
	 */
	Steps(InetSocketAddress peer, Duration timeout) throws IOException {
		this.peer = peer;
		this.timeout = timeout;
		this.loop = EventLoop.start("tcp-echo-path", SWEEP_INTERVAL);
	}

	/** Return how long an answer may take. */
	Duration timeout() {
		return this.timeout;
	}

	/** Return whether the far end has an IPv6 address. */
	boolean isIpv6() {
		return this.peer.getAddress().getAddress().length > 4;
	}

	/** Run one step. */
	StepOutcome run(Step step) throws InterruptedException {
		return run(List.of(step)).get(0);
	}

	/** Run one step with another timeout. */
	StepOutcome run(Step step, Duration timeout) throws InterruptedException {
		return run(List.of(step), timeout).get(0);
	}

	/**
	 * Run steps that begin together.
	 * @return how each went, in the same order
	 * @throws InterruptedException if this thread is interrupted, or the run is stopped
	 */
	List<StepOutcome> run(List<Step> steps) throws InterruptedException {
		return run(steps, this.timeout);
	}

	private List<StepOutcome> run(List<Step> steps, Duration timeout) throws InterruptedException {
		return run(steps, timeout, Integer.MAX_VALUE);
	}

	/**
	 * Run steps that begin together, the shortest first, until two in a row were not
	 * answered, and abandon the rest.
	 * @return how each went that was not abandoned, in the same order
	 */
	List<StepOutcome> runUntilTwoFail(List<Step> steps) throws InterruptedException {
		return run(steps, this.timeout, 2);
	}

	private List<StepOutcome> run(List<Step> steps, Duration timeout, int failures) throws InterruptedException {
		if (steps.size() > MAX_AT_ONCE) {
			throw new IllegalArgumentException(steps.size() + " steps at once, and at most " + MAX_AT_ONCE);
		}
		List<StepConnection> connections = new ArrayList<>();
		for (Step step : steps) {
			StepConnection connection = new StepConnection(this.loop, step, timeout);
			connections.add(connection);
			this.loop.execute(() -> connection.start(this.peer));
		}
		try {
			List<StepOutcome> outcomes = new ArrayList<>();
			int failed = 0;
			for (int i = 0; i < connections.size() && failed < failures; i++) {
				StepOutcome outcome = await(connections.get(i).outcome());
				outcomes.add(outcome);
				failed = outcome.isAnswered() ? 0 : failed + 1;
			}
			return outcomes;
		}
		finally {
			connections.forEach((connection) -> this.loop.execute(connection::abandon));
		}
	}

	private StepOutcome await(CompletableFuture<StepOutcome> outcome) throws InterruptedException {
		try {
			CompletableFuture.anyOf(outcome, this.stopped).get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		if (!outcome.isDone()) {
			throw new InterruptedException("stopped");
		}
		return outcome.join();
	}

	/** Let the run that waits, and each later one, end with an exception. */
	void stop() {
		this.stopped.complete(null);
	}

	@Override
	public void close() {
		this.loop.stop();
		try {
			this.loop.awaitEnd(LOOP_END_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
