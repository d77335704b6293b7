package io.tcpecho.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A simulation of the memory budget of two listeners, by the seed: peers that hold all
 * memory and move as little as they may, and others with messages of every size, on links
 * of every speed.
 */
class MemoryFairnessTests {

	private static final int KB = 1024;

	private static final int MB = 1024 * KB;

	private static final long CAPACITY = 64 * MB;

	private static final int LARGEST = 16 * MB;

	private static final int CHUNK = 256 * KB;

	private static final long STEP_IN_NANOS = Duration.ofMillis(10).toNanos();

	private static final int STEPS_OF_A_SWEEP = 50;

	private static final int STEPS = 6_000;

	/** The size of a message whose sender has a slow link. */
	private static final int SLOW_MESSAGE = 4 * MB;

	/**
	 * So many seconds of its link a peer may hold without being stalled: the patience of
	 * this budget is one second.
	 */
	private static final int SECONDS_HELD = MemoryAccount.PROGRESS_DIVISOR;

	private long now;

	private final MemoryBudget whole = new MemoryBudget(CAPACITY, Duration.ofSeconds(2), () -> this.now);

	private final MemoryBudget large = this.whole.share(8 * MB);

	private final MemoryBudget small = this.whole.share(8 * MB);

	private final List<Simulated> open = new ArrayList<>();

	private final int[] served = new int[2];

	private final int[] lost = new int[2];

	private int hostileEnded;

	private @Nullable Simulated slow;

	private int slowServed;

	/** How many bytes had arrived of each slow message that was told. */
	private final List<Long> slowLost = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void whenAFewPeersHoldAllMemoryTheOthersAreServedOnBothListeners(long seed) {
		run(new Random(seed), 4, 0);
		for (int listener = 0; listener < 2; listener++) {
			assertThat(this.served[listener]).as("served by listener %d, seed %d", listener, seed).isPositive();
			assertThat(this.lost[listener])
				.as("lost of %d by listener %d, seed %d", this.served[listener], listener, seed)
				.isLessThanOrEqualTo(this.served[listener] / 20);
		}
		assertThat(this.hostileEnded).as("hostile connections that were told").isPositive();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4 })
	void whenNoPeerIsHostileNoneIsTold(long seed) {
		run(new Random(seed), 0, 0);
		assertThat(this.served[0] + this.served[1]).isPositive();
		assertThat(this.lost[0] + this.lost[1]).as("lost, seed %d", seed).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "1, 110", "2, 110", "3, 110", "4, 110", "1, 200", "2, 800" })
	void whenAllMemoryIsHeldAMessageThatArrivesIn40SecondsIsServed(long seed, int kilobytesPerSecond) {
		run(new Random(seed), 4, kilobytesPerSecond * KB);
		assertThat(this.slowServed).isPositive();
		assertThat(this.slowLost).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "1, 25", "2, 25", "3, 25", "4, 25", "1, 50", "2, 50", "3, 50", "4, 50" })
	void whenAllMemoryIsHeldASlowerMessageIsToldOnceItHolds40SecondsOfItsLink(long seed, int kilobytesPerSecond) {
		run(new Random(seed), 4, kilobytesPerSecond * KB);
		assertThat(this.slowServed).isZero();
		long allowed = (long) SECONDS_HELD * kilobytesPerSecond * KB;
		assertThat(this.slowLost).isNotEmpty()
			.allSatisfy((arrived) -> assertThat(arrived).isBetween(allowed - CHUNK, SLOW_MESSAGE - 1L));
	}

	@ParameterizedTest
	@CsvSource({ "1, 25", "2, 50", "3, 100" })
	void whenNoPeerIsHostileASlowMessageIsNotTold(long seed, int kilobytesPerSecond) {
		run(new Random(seed), 0, kilobytesPerSecond * KB);
		assertThat(this.slowLost).isEmpty();
	}

	/**
	 * Simulate a minute.
	 * @param hostile how many peers hold all they can
	 * @param slowBytesPerSecond the rate of the slow link, on which one message follows
	 * the other; 0 for none
	 */
	private void run(Random random, int hostile, int slowBytesPerSecond) {
		for (int i = 0; i < hostile; i++) {
			this.open.add(new Simulated(this.large, LARGEST - i, 50 * MB, true));
		}
		for (int step = 0; step < STEPS; step++) {
			this.now += STEP_IN_NANOS;
			if (random.nextInt(5) == 0) {
				// From 64 bytes to 512 KB, at 200 KB to 25 MB a second.
				int size = 64 << random.nextInt(14);
				this.open.add(new Simulated(this.large, size, (200 << random.nextInt(8)) * KB, false));
				this.open.add(new Simulated(this.small, 1 + random.nextInt(5 * KB), 200 * KB, false));
			}
			if (slowBytesPerSecond > 0 && (this.slow == null || this.slow.ended)) {
				this.slow = new Simulated(this.large, SLOW_MESSAGE, slowBytesPerSecond, false);
				this.open.add(this.slow);
			}
			List<Simulated> turns = new ArrayList<>(this.open);
			Collections.shuffle(turns, random);
			for (Simulated connection : turns) {
				connection.turn();
				if (step % STEPS_OF_A_SWEEP == 0) {
					connection.sweep();
				}
			}
			this.open.removeIf((connection) -> connection.ended);
			assertThat(this.whole.used()).isBetween(0L, CAPACITY);
			for (int missing = hostile
					- (int) this.open.stream().filter((one) -> one.hostile).count(); missing > 0; missing--) {
				this.open.add(new Simulated(this.large, LARGEST - missing, 50 * MB, true));
			}
		}
		this.open.forEach(Simulated::end);
		assertThat(this.whole.used()).as("held by none").isZero();
		assertThat(this.whole.waiting()).as("waiting at the end").isZero();
	}

	/** A connection that reads its message in chunks, and then drips or is served. */
	private final class Simulated implements MemoryAccount.Holder {

		private final MemoryBudget budget;

		private final MemoryAccount account;

		private final long size;

		private final long bytesInAStep;

		private final boolean hostile;

		private long held;

		private long moved;

		private boolean granted;

		private boolean recalled;

		private boolean ended;

		Simulated(MemoryBudget budget, long size, long bytesPerSecond, boolean hostile) {
			this.budget = budget;
			this.account = new MemoryAccount(budget, this);
			this.size = size;
			this.bytesInAStep = Math.max(1, bytesPerSecond / (Duration.ofSeconds(1).toNanos() / STEP_IN_NANOS));
			this.hostile = hostile;
		}

		void turn() {
			if (this.recalled && !this.ended) {
				lose();
			}
			if (this.granted) {
				this.granted = false;
				this.account.useGrant(MemoryFairnessTests.this.now);
			}
			if (this.ended || this.account.isWaiting()) {
				return;
			}
			read();
			if (!this.ended && !this.account.isWaiting()) {
				this.account.releaseUnused();
			}
		}

		private void read() {
			long left = this.bytesInAStep;
			while (left > 0 && this.moved < this.size) {
				long room = this.held - this.moved;
				if (room == 0) {
					long chunk = Math.min(CHUNK, this.size - this.held);
					if (!this.account.reserve(chunk)) {
						this.account.await(chunk, MemoryFairnessTests.this.now);
						return;
					}
					this.held += chunk;
					room = chunk;
				}
				long count = Math.min(room, left);
				this.moved += count;
				left -= count;
			}
			if (this.moved >= this.size && this.hostile) {
				this.moved++;
			}
			else if (this.moved >= this.size) {
				MemoryFairnessTests.this.served[listener()]++;
				MemoryFairnessTests.this.slowServed += (this == MemoryFairnessTests.this.slow) ? 1 : 0;
				end();
			}
		}

		void sweep() {
			if (this.account.isWaiting() && !this.granted && !this.ended) {
				if (this.account.isOverdue()) {
					lose();
				}
				else {
					this.account.recallOthers();
				}
			}
		}

		private void lose() {
			if (this.hostile) {
				MemoryFairnessTests.this.hostileEnded++;
			}
			else {
				MemoryFairnessTests.this.lost[listener()]++;
				if (this == MemoryFairnessTests.this.slow) {
					MemoryFairnessTests.this.slowLost.add(this.moved);
				}
			}
			end();
		}

		private int listener() {
			return (this.budget == MemoryFairnessTests.this.large) ? 0 : 1;
		}

		void end() {
			if (!this.ended) {
				this.ended = true;
				this.held = 0;
				this.account.close();
			}
		}

		@Override
		public long held() {
			return this.held;
		}

		@Override
		public void memoryGranted() {
			this.granted = true;
		}

		@Override
		public boolean isWithPeer() {
			return !this.ended;
		}

		@Override
		public long moved() {
			return this.moved;
		}

		@Override
		public void memoryRecalled() {
			this.recalled = true;
		}

	}

}
