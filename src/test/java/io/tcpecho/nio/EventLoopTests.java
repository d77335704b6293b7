package io.tcpecho.nio;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The loop's tasks, timers and end.
 */
class EventLoopTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration IDLE_TIME = Duration.ofMillis(600);

	private final List<String> events = new CopyOnWriteArrayList<>();

	private EventLoop loop;

	EventLoopTests() throws IOException {
		this.loop = EventLoop.start("loop-under-test", Duration.ofMillis(10));
	}

	@BeforeEach
	void theLoopRuns() throws Exception {
		assertThat(call(Thread::currentThread).getName()).isEqualTo("loop-under-test");
	}

	@AfterEach
	void theLoopEnds() throws InterruptedException {
		this.loop.stop();
		assertThat(this.loop.awaitEnd(PATIENCE)).as("ended").isTrue();
	}

	@Test
	void whenATaskThrowsTheLoopGoesOn() throws Exception {
		this.loop.execute(() -> {
			throw new IllegalStateException("A task that fails for a test");
		});
		this.loop.execute(() -> {
			throw new StackOverflowError("A task that fails for a test");
		});
		assertThat(call(this.loop::isCurrent)).as("the next task runs on the loop").isTrue();
		assertThat(this.loop.isCurrent()).as("the test runs on the loop").isFalse();
	}

	@Test
	void whenATaskPostsATaskItRunsAfterThosePostedBefore() throws Exception {
		CountDownLatch posted = new CountDownLatch(1);
		CompletableFuture<Void> last = new CompletableFuture<>();
		this.loop.execute(() -> {
			await(posted);
			this.events.add("first");
			this.loop.execute(() -> {
				this.events.add("posted by the first");
				this.loop.execute(() -> last.complete(null));
			});
		});
		this.loop.execute(() -> this.events.add("second"));
		posted.countDown();
		last.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		assertThat(this.events).containsExactly("first", "second", "posted by the first");
	}

	@Test
	void whenManyThreadsPostEveryTaskRunsInItsThreadsOrder() throws Exception {
		int threads = 4;
		int tasks = 20_000;
		List<List<Integer>> ran = new ArrayList<>();
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> results = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				List<Integer> mine = new ArrayList<>();
				ran.add(mine);
				results.add(executor.submit(() -> {
					for (int i = 0; i < tasks; i++) {
						int number = i;
						this.loop.execute(() -> mine.add(number));
					}
				}));
			}
			for (Future<?> result : results) {
				result.get(20, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
		List<List<Integer>> seen = call(() -> List.copyOf(ran));
		assertThat(seen).allSatisfy((numbers) -> assertThat(numbers).hasSize(tasks).isSorted().doesNotHaveDuplicates());
	}

	@Test
	void timersRunInTheOrderOfTheirTimeAndNotBeforeIt() throws Exception {
		CompletableFuture<Void> last = new CompletableFuture<>();
		call(() -> {
			long start = System.nanoTime();
			this.loop.schedule(TimeUnit.MILLISECONDS.toNanos(60), () -> {
				addTimer("60 ms", start, 60);
				last.complete(null);
			});
			this.loop.schedule(TimeUnit.MILLISECONDS.toNanos(20), () -> addTimer("20 ms", start, 20));
			this.loop.schedule(TimeUnit.MILLISECONDS.toNanos(40), () -> addTimer("40 ms", start, 40));
			this.loop.schedule(0, () -> addTimer("0 ms", start, 0));
			return null;
		});
		last.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		assertThat(this.events).containsExactly("0 ms", "20 ms", "40 ms", "60 ms");
	}

	private void addTimer(String name, long start, long delayInMillis) {
		boolean early = System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(delayInMillis);
		this.events.add(early ? name + " too early" : name);
	}

	@Test
	void whenATimerThrowsTheOthersRun() throws Exception {
		CompletableFuture<Void> second = new CompletableFuture<>();
		call(() -> {
			this.loop.schedule(TimeUnit.MILLISECONDS.toNanos(1), () -> {
				this.events.add("first");
				throw new IllegalStateException("A timer that fails for a test");
			});
			this.loop.schedule(TimeUnit.MILLISECONDS.toNanos(2), () -> second.complete(null));
			return null;
		});
		second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		assertThat(this.events).containsExactly("first");
	}

	@Test
	void whenTheLoopIsStoppedNothingMoreIsAccepted() {
		this.loop.stop();
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> this.loop.execute(() -> this.events.add("late")))
			.withMessage("loop-under-test is stopping");
	}

	@Test
	void whenTheLoopIsStoppedWhatWasPostedBeforeStillRuns() throws Exception {
		CountDownLatch stopped = new CountDownLatch(1);
		this.loop.execute(() -> await(stopped));
		for (int i = 0; i < 100; i++) {
			this.loop.execute(() -> this.events.add("task"));
		}
		this.loop.stop();
		assertThat(this.loop.awaitEnd(Duration.ofMillis(20))).as("ended while a task runs").isFalse();
		stopped.countDown();
		assertThat(this.loop.awaitEnd(PATIENCE)).as("ended").isTrue();
		assertThat(this.events).hasSize(100);
	}

	@Test
	void whenThereIsNoTimeToWaitForTheEndTheAnswerComesAtOnce() throws Exception {
		CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> {
			try {
				return this.loop.awaitEnd(Duration.ZERO) || this.loop.awaitEnd(Duration.ofNanos(1));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("ended").isFalse();
	}

	@Test
	void whenTheLoopIsIdleItUsesNoProcessorTime() throws Exception {
		Pipe pipe = Pipe.open();
		try (Pipe.SinkChannel sink = pipe.sink(); Pipe.SourceChannel source = pipe.source()) {
			call(() -> {
				source.configureBlocking(false);
				this.loop.register(source, SelectionKey.OP_READ, new SilentHandler());
				this.loop.schedule(TimeUnit.HOURS.toNanos(1), () -> this.events.add("timer"));
				return null;
			});
			assertThat(sink.isOpen()).isTrue();
			assertTheLoopRests();
		}
	}

	@Test
	void whenATaskInterruptsItsThreadTheLoopDoesNotSpin() throws Exception {
		call(() -> {
			Thread.currentThread().interrupt();
			return null;
		});
		assertTheLoopRests();
	}

	/** Assert that the loop waits, by the processor time of its thread. */
	private void assertTheLoopRests() throws Exception {
		long thread = call(() -> Thread.currentThread().getId());
		long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
		Waits.pause(IDLE_TIME);
		long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread) - before;
		assertThat(before).as("processor time, measured").isPositive();
		assertThat(Duration.ofNanos(used)).as("processor time of %s", IDLE_TIME).isLessThan(IDLE_TIME.dividedBy(10));
		assertThat(call(this.loop::isCurrent)).as("the loop serves tasks").isTrue();
	}

	@Test
	void whenATaskIsSubmittedItRunsAfterThosePostedBeforeAndItsResultIsReturned() throws Exception {
		this.loop.execute(() -> this.events.add("posted before"));
		CompletableFuture<String> result = this.loop.submit(() -> {
			this.events.add("submitted");
			return Thread.currentThread().getName();
		});
		assertThat(result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("loop-under-test");
		assertThat(this.events).containsExactly("posted before", "submitted");
	}

	@Test
	void whenASubmittedTaskThrowsOnlyItsResultFails() throws Exception {
		IOException exception = new IOException("A task that fails for a test");
		StackOverflowError error = new StackOverflowError("A task that fails for a test");
		CompletableFuture<Void> first = this.loop.submit(() -> {
			throw exception;
		});
		CompletableFuture<Void> second = this.loop.submit(() -> {
			throw error;
		});
		assertThat(call(this.loop::isCurrent)).as("the next task runs on the loop").isTrue();
		assertThat(first).failsWithin(PATIENCE).withThrowableThat().havingCause().isSameAs(exception);
		assertThat(second).failsWithin(PATIENCE).withThrowableThat().havingCause().isSameAs(error);
	}

	@Test
	void whenTheLoopIsStoppedASubmittedTaskDoesNotRunAndItsResultFailsAtOnce() throws Exception {
		this.loop.stop();
		CompletableFuture<Boolean> result = this.loop.submit(() -> this.events.add("late"));
		assertThat(result).isCompletedExceptionally();
		assertThat(result).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(RejectedExecutionException.class)
			.withMessage("loop-under-test is stopping");
		assertThat(this.loop.awaitEnd(PATIENCE)).as("ended").isTrue();
		assertThat(this.events).isEmpty();
	}

	@Test
	void whenTheLoopIsBusyItDoesNotAnswerAndAfterwardsItDoes() {
		CountDownLatch busy = new CountDownLatch(1);
		this.loop.execute(() -> await(busy));
		assertThat(this.loop.answersWithin(Duration.ofMillis(20))).as("answers while a task runs").isFalse();
		assertThat(this.loop.isStopping()).isFalse();
		busy.countDown();
		assertThat(this.loop.answersWithin(PATIENCE)).as("answers").isTrue();
	}

	@Test
	void whenTheLoopIsStoppedItDoesNotAnswer() {
		this.loop.stop();
		assertThat(this.loop.answersWithin(PATIENCE)).as("answers").isFalse();
		assertThat(this.loop.isStopping()).isTrue();
	}

	@Test
	void whenTheCallerIsInterruptedTheLoopDoesNotAnswerItAndTheInterruptIsKept() {
		CountDownLatch busy = new CountDownLatch(1);
		this.loop.execute(() -> await(busy));
		Thread.currentThread().interrupt();
		boolean answers = this.loop.answersWithin(PATIENCE);
		boolean interrupted = Thread.interrupted();
		busy.countDown();
		assertThat(answers).as("answers").isFalse();
		assertThat(interrupted).as("interrupted").isTrue();
	}

	@Test
	void theClockOfATurnStandsStillUntilItIsReadAgain() throws Exception {
		call(() -> {
			long turn = this.loop.now();
			long later = System.nanoTime();
			assertThat(turn).as("the turn's time").isLessThanOrEqualTo(later).isEqualTo(this.loop.now());
			assertThat(this.loop.refreshNow()).isGreaterThanOrEqualTo(later).isEqualTo(this.loop.now());
			return null;
		});
	}

	private <T> T call(Callable<T> task) throws Exception {
		return this.loop.submit(task).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	private static final class SilentHandler implements EventLoop.Ready {

		@Override
		public void ready(int readyOps) {
			throw new IllegalStateException("Nothing was sent");
		}

		@Override
		public void failed(Throwable failure) {
			throw new IllegalStateException(failure);
		}

	}

}
