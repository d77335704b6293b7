package io.tcpecho.limits;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The bounded way to the executor.
 */
class ServiceGateTests {

	/** Has what was handed over, until the test runs it. */
	private final ArrayDeque<Runnable> handedOver = new ArrayDeque<>();

	/** What became of each call, in order. */
	private final List<String> events = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void whenTheCapacityIsReachedFurtherCallsWaitInTheirOrder(int capacity) {
		ServiceGate gate = new ServiceGate(this.handedOver::add, capacity);
		for (int i = 0; i < 6; i++) {
			gate.submit(call("call " + i));
			assertThat(this.handedOver).as("handed over of %d", i + 1).hasSize(Math.min(i + 1, capacity));
		}
		for (int i = 0; i < 6; i++) {
			this.handedOver.remove().run();
			assertThat(this.handedOver).as("handed over after call %d", i).hasSize(Math.min(5 - i, capacity));
		}
		assertThat(this.events).containsExactly("call 0", "call 1", "call 2", "call 3", "call 4", "call 5");
	}

	@Test
	void whenACallHasEndedItsPlaceIsFreeAgain() {
		ServiceGate gate = new ServiceGate(this.handedOver::add, 2);
		for (int i = 0; i < 10; i++) {
			gate.submit(call("a"));
			gate.submit(call("b"));
			gate.submit(call("c"));
			assertThat(this.handedOver).as("handed over in round %d", i).hasSize(2);
			runAll();
		}
		assertThat(this.events).hasSize(30);
	}

	@Test
	void whenAWaitingCallIsCancelledItDoesNotRunAndTheNextHasItsTurn() {
		ServiceGate gate = new ServiceGate(this.handedOver::add, 1);
		Call running = call("running");
		Call cancelled = call("cancelled");
		gate.submit(running);
		gate.submit(cancelled);
		gate.submit(call("next"));
		assertThat(gate.cancel(cancelled)).as("waited").isTrue();
		assertThat(gate.cancel(cancelled)).as("cancelled twice").isFalse();
		assertThat(gate.cancel(running)).as("cancelled after it was handed over").isFalse();
		runAll();
		assertThat(this.events).containsExactly("running", "next");
		gate.submit(call("last"));
		assertThat(this.handedOver).as("handed over after all have run").hasSize(1);
	}

	@Test
	void whenACallThrowsTheNextHasItsTurn() {
		ServiceGate gate = new ServiceGate(this.handedOver::add, 1);
		gate.submit(new Call("first", this.events) {

			@Override
			public void run() {
				throw new IllegalStateException("broken");
			}

		});
		gate.submit(call("second"));
		Runnable first = this.handedOver.remove();
		assertThatIllegalStateException().isThrownBy(first::run).withMessage("broken");
		runAll();
		gate.submit(call("third"));
		runAll();
		assertThat(this.events).containsExactly("second", "third");
	}

	@Test
	void whenTheExecutorRefusesTheCallFailsAndTheNextGoesOn() {
		RejectedExecutionException refusal = new RejectedExecutionException("full");
		Breakable executor = new Breakable(refusal);
		ServiceGate gate = new ServiceGate(executor, 1);
		executor.broken = true;
		Call refused = call("refused");
		gate.submit(refused);
		assertThat(refused.failure).isSameAs(refusal);
		executor.broken = false;
		gate.submit(call("next"));
		runAll();
		assertThat(this.events).containsExactly("refused failed", "next");
	}

	@Test
	void whenNoThreadCanBeCreatedOnlyThatCallFails() {
		OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
		Breakable executor = new Breakable(noThread);
		ServiceGate gate = new ServiceGate(executor, 1);
		executor.broken = true;
		Call refused = call("refused");
		gate.submit(refused);
		assertThat(refused.failure).isSameAs(noThread);
	}

	@Test
	void whenTheExecutorBreaksWhileCallsWaitEachOfThemFailsAndThePlaceIsFree() {
		Breakable executor = new Breakable(new RejectedExecutionException("shut down"));
		ServiceGate gate = new ServiceGate(executor, 1);
		gate.submit(call("running"));
		gate.submit(call("second"));
		gate.submit(call("third"));
		executor.broken = true;
		this.handedOver.remove().run();
		assertThat(this.events).containsExactly("running", "second failed", "third failed");
		executor.broken = false;
		gate.submit(call("fourth"));
		gate.submit(call("fifth"));
		assertThat(this.handedOver).hasSize(1);
		runAll();
		assertThat(this.events).endsWith("fourth", "fifth");
	}

	@Test
	void whenManyThreadsSubmitNoCallIsLostAndTheCapacityHolds() throws Exception {
		int submitters = 4;
		int calls = 5000;
		int capacity = 3;
		Random random = new Random(1);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger ran = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		CountDownLatch ends = new CountDownLatch(submitters * calls);
		ExecutorService workers = Executors.newFixedThreadPool(capacity + 2);
		ExecutorService threads = Executors.newFixedThreadPool(submitters);
		try {
			ServiceGate gate = new ServiceGate((task) -> {
				synchronized (random) {
					if (random.nextInt(20) == 0) {
						throw new RejectedExecutionException("by chance");
					}
				}
				workers.execute(task);
			}, capacity);
			for (int thread = 0; thread < submitters; thread++) {
				threads.execute(() -> {
					for (int i = 0; i < calls; i++) {
						gate.submit(new ServiceGate.Call() {

							@Override
							public void run() {
								most.accumulateAndGet(inside.incrementAndGet(), Math::max);
								ran.incrementAndGet();
								inside.decrementAndGet();
								ends.countDown();
							}

							@Override
							public void failed(Throwable failure) {
								failed.incrementAndGet();
								ends.countDown();
							}

						});
					}
				});
			}
			assertThat(ends.await(30, TimeUnit.SECONDS)).as("every call ran or failed").isTrue();
		}
		finally {
			threads.shutdownNow();
			workers.shutdownNow();
		}
		assertThat(ran.get() + failed.get()).as("ends").isEqualTo(submitters * calls);
		assertThat(failed.get()).as("calls that failed").isBetween(1, submitters * calls / 2);
		assertThat(most.get()).as("calls at a time").isBetween(1, capacity);
	}

	private void runAll() {
		Runnable next;
		while ((next = this.handedOver.poll()) != null) {
			next.run();
		}
	}

	private Call call(String name) {
		return new Call(name, this.events);
	}

	private static class Call implements ServiceGate.Call {

		private final String name;

		private final List<String> events;

		private Throwable failure = new AssertionError("did not fail");

		Call(String name, List<String> events) {
			this.name = name;
			this.events = events;
		}

		@Override
		public void run() {
			this.events.add(this.name);
		}

		@Override
		public void failed(Throwable failure) {
			this.failure = failure;
			this.events.add(this.name + " failed");
		}

	}

	private final class Breakable implements Executor {

		private final Throwable failure;

		private boolean broken;

		Breakable(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public void execute(Runnable task) {
			if (this.broken && this.failure instanceof Error error) {
				throw error;
			}
			if (this.broken && this.failure instanceof RuntimeException exception) {
				throw exception;
			}
			ServiceGateTests.this.handedOver.add(task);
		}

	}

}
