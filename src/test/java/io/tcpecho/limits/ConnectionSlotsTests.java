package io.tcpecho.limits;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.testing.Crowd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The limits of connections, in all and for one address.
 */
class ConnectionSlotsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final InetAddress FIRST = address(1);

	private static final InetAddress SECOND = address(2);

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 10 })
	void whenEveryPlaceIsTakenOneMoreIsRefusedUntilOneIsGivenBack(int max) {
		ConnectionSlots slots = new ConnectionSlots(max, 0);
		for (int i = 0; i < max; i++) {
			assertThat(slots.take(address(i))).as("place %d of %d", i + 1, max).isTrue();
		}
		assertThat(slots.take(FIRST)).as("one place too many").isFalse();
		assertThat(slots.taken()).as("taken after the refusal").isEqualTo(max);
		slots.giveBack(FIRST);
		assertThat(slots.take(SECOND)).as("the place given back").isTrue();
		assertThat(slots.take(SECOND)).as("one place too many again").isFalse();
	}

	@Test
	void whenAnAddressHasItsPlacesOthersStillHaveTheirs() {
		ConnectionSlots slots = new ConnectionSlots(10, 2);
		assertThat(slots.take(FIRST)).isTrue();
		assertThat(slots.take(FIRST)).isTrue();
		assertThat(slots.take(FIRST)).as("one place too many for the address").isFalse();
		assertThat(slots.taken()).as("taken after the refusal").isEqualTo(2);
		assertThat(slots.take(SECOND)).as("a place for another address").isTrue();
		slots.giveBack(SECOND);
		assertThat(slots.take(FIRST)).as("after another address gave back").isFalse();
		slots.giveBack(FIRST);
		assertThat(slots.take(FIRST)).as("after the address itself gave back").isTrue();
		assertThat(slots.take(FIRST)).isFalse();
	}

	@Test
	void whenThereIsNoPlaceInAllNoneIsCountedForTheAddress() {
		ConnectionSlots slots = new ConnectionSlots(1, 1);
		assertThat(slots.take(FIRST)).isTrue();
		assertThat(slots.take(SECOND)).isFalse();
		slots.giveBack(FIRST);
		assertThat(slots.take(SECOND)).as("the address that was refused").isTrue();
	}

	@Test
	void whenAnAddressIsNotLimitedItMayHaveEveryPlace() {
		ConnectionSlots slots = new ConnectionSlots(100, 0);
		for (int i = 0; i < 100; i++) {
			assertThat(slots.take(FIRST)).isTrue();
		}
		assertThat(slots.taken()).isEqualTo(100);
	}

	@Test
	void whenNothingIsTakenNobodyWaits() throws InterruptedException {
		assertThat(new ConnectionSlots(1, 0).awaitAllFree(Duration.ZERO)).isTrue();
	}

	@Test
	void whenAPlaceStaysTakenTheWaitEndsAfterItsTime() throws InterruptedException {
		ConnectionSlots slots = new ConnectionSlots(2, 0);
		slots.take(FIRST);
		long start = System.nanoTime();
		assertThat(slots.awaitAllFree(Duration.ofMillis(30))).isFalse();
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
		assertThat(slots.awaitAllFree(Duration.ZERO)).isFalse();
	}

	@Test
	void whenTheLastPlaceIsGivenBackTheWaitEndsAtOnce() throws Exception {
		ConnectionSlots slots = new ConnectionSlots(2, 0);
		slots.take(FIRST);
		slots.take(SECOND);
		CompletableFuture<Boolean> free = CompletableFuture.supplyAsync(() -> {
			try {
				return slots.awaitAllFree(Duration.ofMinutes(5));
			}
			catch (InterruptedException ex) {
				return false;
			}
		});
		slots.giveBack(FIRST);
		assertThat(free).as("ended with one place taken").isNotDone();
		slots.giveBack(SECOND);
		assertThat(free.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void whenManyThreadsTakeAndGiveBackTheLimitsHoldAndNothingIsLost() throws Exception {
		int threads = 4;
		int max = 3;
		ConnectionSlots slots = new ConnectionSlots(max, 2);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Crowd.run(threads, threads, (seed) -> {
			Random random = new Random(seed);
			for (int i = 0; i < 20_000; i++) {
				InetAddress address = address(random.nextInt(2));
				if (slots.take(address)) {
					most.accumulateAndGet(inside.incrementAndGet(), Math::max);
					inside.decrementAndGet();
					slots.giveBack(address);
				}
			}
		});
		assertThat(most.get()).as("places taken at a time").isBetween(1, max);
		assertThat(slots.taken()).isZero();
		assertThat(slots.take(address(0))).isTrue();
		assertThat(slots.take(address(0))).isTrue();
		assertThat(slots.take(address(0))).as("one place too many for the address").isFalse();
	}

	private static InetAddress address(int last) {
		try {
			return InetAddress.getByAddress(new byte[] { (byte) 192, 0, 2, (byte) last });
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
