package io.tcpecho.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.tcpecho.testing.Crowd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The memory that connections share: its limit, and the fairness of the queue for it.
 */
class MemoryBudgetTests {

	private static final int CAPACITY = 100;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration SHORT_WAIT = Duration.ofMillis(50);

	private final MemoryBudget budget = new MemoryBudget(CAPACITY, Duration.ofMinutes(5));

	/** The names of the waiters that were granted memory, in order. */
	private final List<String> granted = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(ints = { 1, CAPACITY - 1, CAPACITY })
	void whenThereIsMemoryItIsTaken(int bytes) {
		assertThat(this.budget.tryAcquire(bytes)).isTrue();
		assertThat(this.budget.used()).isEqualTo(bytes);
		this.budget.release(bytes);
		assertThat(this.budget.used()).isZero();
		assertThat(this.budget.capacity()).isEqualTo(CAPACITY);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, CAPACITY - 1, CAPACITY })
	void whenOneByteIsMissingNothingIsTaken(int used) {
		assertThat(this.budget.tryAcquire(used)).isTrue();
		assertThat(this.budget.tryAcquire(CAPACITY - used + 1)).isFalse();
		assertThat(this.budget.used()).as("used after the refusal").isEqualTo(used);
		assertThat(this.budget.tryAcquire(CAPACITY - used)).as("just what is left").isTrue();
	}

	@Test
	void whenMoreIsAskedForThanALongCanCountNothingIsTaken() {
		this.budget.tryAcquire(1);
		assertThat(this.budget.tryAcquire(Long.MAX_VALUE)).isFalse();
		assertThat(this.budget.used()).isEqualTo(1);
	}

	@Test
	void whenMemoryIsTakenAnywayOthersGetNothingUntilItIsBack() {
		this.budget.takeAnyway(CAPACITY + 10);
		assertThat(this.budget.used()).isEqualTo(CAPACITY + 10);
		assertThat(this.budget.tryAcquire(1)).isFalse();
		this.budget.release(11);
		assertThat(this.budget.tryAcquire(1)).isTrue();
		assertThat(this.budget.used()).isEqualTo(CAPACITY);
	}

	@Test
	void whenSomebodyWaitsNobodyOvertakesEvenIfThereIsMemory() {
		this.budget.tryAcquire(50);
		this.budget.enqueue(waiter("large", 60));
		assertThat(this.budget.waiting()).isEqualTo(1);
		assertThat(this.budget.tryAcquire(1)).isFalse();
		this.budget.enqueue(waiter("small", 1));
		assertThat(this.granted).isEmpty();
		assertThat(this.budget.waiting()).isEqualTo(2);
		assertThat(this.budget.used()).isEqualTo(50);
	}

	@Test
	void whenMemoryIsReleasedTheQueueIsServedInItsOrderAsFarAsItGoes() {
		this.budget.tryAcquire(CAPACITY);
		this.budget.enqueue(waiter("first", 30));
		this.budget.enqueue(waiter("second", 30));
		this.budget.enqueue(waiter("third", 50));
		this.budget.enqueue(waiter("fourth", 1));
		this.budget.release(29);
		assertThat(this.granted).as("one byte too few for the head").isEmpty();
		this.budget.release(1);
		assertThat(this.granted).containsExactly("first");
		this.budget.release(60);
		assertThat(this.granted).as("the fourth must not pass the third").containsExactly("first", "second");
		assertThat(this.budget.used()).isEqualTo(70);
		assertThat(this.budget.waiting()).isEqualTo(2);
		this.budget.release(60);
		assertThat(this.granted).containsExactly("first", "second", "third", "fourth");
		assertThat(this.budget.used()).isEqualTo(61);
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void whenThereIsMemoryMeanwhileAWaiterGetsItAtOnce() {
		this.budget.enqueue(waiter("lucky", CAPACITY));
		assertThat(this.granted).containsExactly("lucky");
		assertThat(this.budget.used()).isEqualTo(CAPACITY);
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void whenTheHeadLeavesTheNextIsServed() {
		this.budget.tryAcquire(50);
		MemoryBudget.Waiter head = waiter("head", 60);
		this.budget.enqueue(head);
		this.budget.enqueue(waiter("next", 50));
		assertThat(this.budget.cancel(head)).isTrue();
		assertThat(this.granted).containsExactly("next");
		assertThat(this.budget.used()).isEqualTo(CAPACITY);
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void whenAWaiterBehindTheHeadLeavesTheHeadStillWaits() {
		this.budget.tryAcquire(CAPACITY);
		MemoryBudget.Waiter second = waiter("second", 10);
		this.budget.enqueue(waiter("head", 60));
		this.budget.enqueue(second);
		assertThat(this.budget.cancel(second)).isTrue();
		assertThat(this.budget.cancel(second)).as("cancelled twice").isFalse();
		this.budget.release(CAPACITY);
		assertThat(this.granted).containsExactly("head");
		assertThat(this.budget.used()).isEqualTo(60);
	}

	@Test
	void whenAWaiterWasGrantedItCannotLeave() {
		MemoryBudget.Waiter waiter = waiter("granted", 10);
		this.budget.enqueue(waiter);
		assertThat(this.budget.cancel(waiter)).isFalse();
		assertThat(this.budget.used()).isEqualTo(10);
	}

	@Test
	void whenAWaiterIsToldOtherThreadsUseTheBudgetMeanwhile() {
		Teller waiter = new Teller(CAPACITY,
				() -> assertThat(CompletableFuture.supplyAsync(this::takeAndRelease)).succeedsWithin(PATIENCE)
					.isEqualTo(true));
		this.budget.enqueue(waiter);
		assertThat(waiter.told).as("told").isEqualTo(1);
		assertThat(this.budget.used()).isEqualTo(CAPACITY);
	}

	/**
	 * Use every method that takes the budget's lock; return whether memory was granted.
	 */
	private boolean takeAndRelease() {
		MemoryBudget.Waiter other = waiter("other", 1);
		this.budget.enqueue(other);
		boolean overdue = this.budget.isOverdue(other);
		this.budget.release(1);
		boolean granted = !this.budget.cancel(other);
		return granted && !overdue;
	}

	@Test
	void whenAWaiterLeavesWhileItIsBeingToldItIsTooLate() {
		AtomicBoolean left = new AtomicBoolean(true);
		Teller waiter = new Teller(10, () -> {
		});
		waiter.onGranted = () -> left.set(this.budget.cancel(waiter));
		this.budget.enqueue(waiter);
		assertThat(waiter.told).as("told").isEqualTo(1);
		assertThat(left).as("left the queue").isFalse();
		assertThat(this.budget.used()).isEqualTo(10);
	}

	@Test
	void whenAWaiterThrowsTheOthersStayInTheQueueForTheNextRelease() {
		this.budget.tryAcquire(CAPACITY);
		this.budget.enqueue(new Teller(10, () -> {
			throw new IllegalStateException("A waiter that fails for a test");
		}));
		this.budget.enqueue(waiter("next", 20));
		this.budget.enqueue(waiter("last", 30));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.budget.release(CAPACITY))
			.withMessage("A waiter that fails for a test");
		assertThat(this.budget.used()).as("taken for the waiter that failed").isEqualTo(10);
		this.budget.release(10);
		assertThat(this.granted).containsExactly("next", "last");
		assertThat(this.budget.used()).isEqualTo(50);
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void whenTheHeadHasWaitedTooLongItAloneIsOverdue() {
		MemoryBudget impatient = new MemoryBudget(CAPACITY, SHORT_WAIT);
		impatient.tryAcquire(CAPACITY);
		MemoryBudget.Waiter head = waiter("head", 1);
		MemoryBudget.Waiter second = waiter("second", 1);
		long start = System.nanoTime();
		impatient.enqueue(head);
		impatient.enqueue(second);
		await().atMost(PATIENCE).until(() -> impatient.isOverdue(head));
		assertThat(System.nanoTime() - start).as("nanoseconds").isGreaterThanOrEqualTo(SHORT_WAIT.toNanos());
		assertThat(impatient.isOverdue(second)).as("the second is overdue").isFalse();
	}

	@Test
	void whenAWaiterBehindTheHeadLeavesTheHeadsTimeGoesOn() {
		MemoryBudget impatient = new MemoryBudget(CAPACITY, SHORT_WAIT);
		impatient.tryAcquire(CAPACITY);
		MemoryBudget.Waiter head = waiter("head", 1);
		MemoryBudget.Waiter second = waiter("second", 1);
		impatient.enqueue(head);
		impatient.enqueue(second);
		await().atMost(PATIENCE).until(() -> impatient.isOverdue(head));
		impatient.cancel(second);
		assertThat(impatient.isOverdue(head)).isTrue();
	}

	@Test
	void whenTheHeadLeavesTheNextHasItsWholeTime() {
		MemoryBudget impatient = new MemoryBudget(CAPACITY, SHORT_WAIT);
		impatient.tryAcquire(CAPACITY);
		MemoryBudget.Waiter head = waiter("head", 1);
		MemoryBudget.Waiter second = waiter("second", CAPACITY);
		impatient.enqueue(head);
		impatient.enqueue(second);
		await().atMost(PATIENCE).until(() -> impatient.isOverdue(head));
		long start = System.nanoTime();
		impatient.cancel(head);
		assertOverdueOnlyAfterItsTime(impatient, second, start);
	}

	@Test
	void whenTheHeadIsGrantedTheNextHasItsWholeTime() {
		MemoryBudget impatient = new MemoryBudget(CAPACITY, SHORT_WAIT);
		impatient.tryAcquire(CAPACITY);
		MemoryBudget.Waiter head = waiter("head", 1);
		MemoryBudget.Waiter second = waiter("second", CAPACITY);
		impatient.enqueue(head);
		impatient.enqueue(second);
		await().atMost(PATIENCE).until(() -> impatient.isOverdue(head));
		long start = System.nanoTime();
		impatient.release(1);
		assertThat(this.granted).containsExactly("head");
		assertThat(impatient.isOverdue(head)).as("overdue after the grant").isFalse();
		assertOverdueOnlyAfterItsTime(impatient, second, start);
	}

	@Test
	void whenAConnectionHasWaitedFiveTimesTheHeadsTimeItLeavesWhereverItStands() {
		AtomicLong now = new AtomicLong();
		MemoryBudget budget = new MemoryBudget(CAPACITY, Duration.ofNanos(100), now::get);
		now.set(499);
		assertThat(budget.mustLeave(0, 0)).isFalse();
		now.set(500);
		assertThat(budget.mustLeave(0, 0)).isTrue();
		assertThat(budget.mustLeave(1, 0)).isFalse();
	}

	@Test
	void whenConnectionsThatHoldMemoryHaveWaitedTooLongTheyLeaveOneAfterTheOther() {
		AtomicLong now = new AtomicLong();
		MemoryBudget budget = new MemoryBudget(CAPACITY, Duration.ofNanos(100), now::get);
		now.set(500);
		List<Integer> left = new ArrayList<>();
		for (int waiter = 1; waiter <= 3; waiter++) {
			assertThat(budget.mustLeave(0, CAPACITY / 2)).as("%d leaves", waiter).isEqualTo(waiter == 1);
			assertThat(budget.mustLeave(0, 0)).as("one that holds nothing leaves").isTrue();
		}
		for (int time = 501; time <= 600; time++) {
			now.set(time);
			if (budget.mustLeave(0, CAPACITY / 2)) {
				left.add(time);
			}
		}
		assertThat(left).containsExactly(525, 575);
	}

	private static void assertOverdueOnlyAfterItsTime(MemoryBudget budget, MemoryBudget.Waiter waiter, long start) {
		boolean atOnce = budget.isOverdue(waiter);
		boolean timeIsUp = System.nanoTime() - start >= SHORT_WAIT.toNanos();
		assertThat(atOnce && !timeIsUp).as("overdue too early").isFalse();
		await().atMost(PATIENCE).until(() -> budget.isOverdue(waiter));
		assertThat(System.nanoTime() - start).as("nanoseconds").isGreaterThanOrEqualTo(SHORT_WAIT.toNanos());
	}

	@Test
	void whenAListenerHasAShareOthersCannotTakeIt() {
		MemoryBudget one = this.budget.share(20);
		MemoryBudget other = this.budget.share(30);
		assertThat(one.tryAcquire(71)).as("one byte of the other's share").isFalse();
		assertThat(one.tryAcquire(70)).as("its share and all that is common").isTrue();
		assertThat(other.tryAcquire(31)).isFalse();
		assertThat(other.tryAcquire(30)).isTrue();
		assertThat(this.budget.used()).isEqualTo(CAPACITY);
		one.release(60);
		assertThat(other.tryAcquire(50)).as("what was common again").isTrue();
		assertThat(one.tryAcquire(11)).isFalse();
		assertThat(one.tryAcquire(10)).isTrue();
		one.release(20);
		other.release(80);
		assertThat(this.budget.used()).isZero();
		assertThat(one.free()).isEqualTo(70);
		assertThat(other.free()).isEqualTo(80);
	}

	@Test
	void whenAShareIsLargerThanWhatIsLeftItIsRefused() {
		this.budget.share(60);
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> this.budget.share(41))
			.withMessage("A share of 41 bytes is not between 0 and 40 bytes, what is left of the budget");
	}

	@Test
	void whenAnotherListenerWaitsItsQueueDoesNotKeepAShareFromItsOwner() {
		MemoryBudget one = this.budget.share(20);
		MemoryBudget other = this.budget.share(30);
		one.tryAcquire(70);
		one.enqueue(waiter("large", 10));
		assertThat(other.tryAcquire(30)).isTrue();
		other.enqueue(waiter("small", 5));
		assertThat(this.granted).isEmpty();
		other.release(10);
		assertThat(this.granted).as("served from the share of its listener").containsExactly("small");
		one.release(10);
		assertThat(this.granted).containsExactly("small", "large");
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void whenALargeMessageCannotBeginASmallOneOfAnotherListenerDoesNotWaitForIt() {
		MemoryBudget one = this.budget.share(0);
		MemoryBudget other = this.budget.share(0);
		one.tryAcquire(60);
		one.enqueue(fresh("large", 50));
		assertThat(other.tryAcquire(10)).isTrue();
		assertThat(one.tryAcquire(10)).as("behind the large one of its own listener").isFalse();
		other.enqueue(fresh("next", 40));
		other.enqueue(fresh("small", 5));
		one.release(10);
		assertThat(this.granted).containsExactly("next");
		one.release(50);
		assertThat(this.granted).containsExactly("next", "large");
		other.release(50);
		assertThat(this.granted).containsExactly("next", "large", "small");
	}

	private MemoryBudget.Waiter fresh(String name, long bytes) {
		MemoryBudget.Waiter waiter = waiter(name, bytes);
		return new MemoryBudget.Waiter() {

			@Override
			public long requested() {
				return waiter.requested();
			}

			@Override
			public boolean hasBegun() {
				return false;
			}

			@Override
			public void granted() {
				waiter.granted();
			}

		};
	}

	@Test
	void whenManyThreadsTakeAndWaitOfSharesTheLimitHoldsAndNoneIsForgotten() throws Exception {
		MemoryBudget[] shares = { this.budget.share(10), this.budget.share(30) };
		AtomicInteger waits = new AtomicInteger();
		Crowd.run(8, 8, (seed) -> {
			Random random = new Random(seed);
			for (int i = 0; i < 3000; i++) {
				MemoryBudget share = shares[random.nextInt(2)];
				int bytes = 1 + random.nextInt(60);
				if (share.tryAcquire(bytes) || waitOrLeave(share, bytes, random.nextInt(4) == 0, waits)) {
					assertThat(this.budget.used()).isBetween(0L, (long) CAPACITY);
					share.release(bytes);
				}
			}
		});
		assertThat(waits.get()).as("waits: without any the test shows nothing").isPositive();
		assertThat(this.budget.used()).isZero();
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void whenManyThreadsTakeAndWaitTheLimitHoldsAndNobodyIsForgotten() throws Exception {
		int threads = 8;
		AtomicLong held = new AtomicLong();
		AtomicLong most = new AtomicLong();
		AtomicInteger waits = new AtomicInteger();
		Crowd.run(threads, threads, (seed) -> {
			Random random = new Random(seed);
			for (int i = 0; i < 5000; i++) {
				int bytes = 1 + random.nextInt(60);
				if (this.budget.tryAcquire(bytes) || waitOrLeave(bytes, random.nextInt(4) == 0, waits)) {
					most.accumulateAndGet(held.addAndGet(bytes), Math::max);
					Thread.yield();
					held.addAndGet(-bytes);
					this.budget.release(bytes);
				}
			}
		});
		assertThat(waits.get()).as("waits: without any the test shows nothing").isPositive();
		assertThat(most.get()).as("bytes held at a time").isBetween(1L, (long) CAPACITY);
		assertThat(this.budget.used()).isZero();
		assertThat(this.budget.waiting()).isZero();
	}

	/** Return whether memory was granted. */
	private boolean waitOrLeave(int bytes, boolean leave, AtomicInteger waits) throws InterruptedException {
		return waitOrLeave(this.budget, bytes, leave, waits);
	}

	private static boolean waitOrLeave(MemoryBudget budget, int bytes, boolean leave, AtomicInteger waits)
			throws InterruptedException {
		Patient waiter = new Patient(bytes);
		waits.incrementAndGet();
		budget.enqueue(waiter);
		if (leave && budget.cancel(waiter)) {
			assertThat(waiter.grants.get()).as("grants of one that left").isZero();
			return false;
		}
		assertThat(waiter.served.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("granted within 10 s").isTrue();
		assertThat(waiter.grants.get()).as("grants").isEqualTo(1);
		return true;
	}

	private MemoryBudget.Waiter waiter(String name, long bytes) {
		return new MemoryBudget.Waiter() {

			@Override
			public long requested() {
				return bytes;
			}

			@Override
			public void granted() {
				MemoryBudgetTests.this.granted.add(name);
			}

		};
	}

	/** Does something when it is told of its memory. */
	private static final class Teller implements MemoryBudget.Waiter {

		private final long bytes;

		private Runnable onGranted;

		private int told;

		Teller(long bytes, Runnable onGranted) {
			this.bytes = bytes;
			this.onGranted = onGranted;
		}

		@Override
		public long requested() {
			return this.bytes;
		}

		@Override
		public void granted() {
			this.told++;
			this.onGranted.run();
		}

	}

	private static final class Patient implements MemoryBudget.Waiter {

		private final long bytes;

		private final CountDownLatch served = new CountDownLatch(1);

		private final AtomicInteger grants = new AtomicInteger();

		Patient(long bytes) {
			this.bytes = bytes;
		}

		@Override
		public long requested() {
			return this.bytes;
		}

		@Override
		public void granted() {
			this.grants.incrementAndGet();
			this.served.countDown();
		}

	}

}
