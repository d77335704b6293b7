package io.tcpecho.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How many listings are made for requests at the same time.
 */
class SharedListingTests {

	private static final int REQUESTS = 12;

	private final SharedListing listing = new SharedListing();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger made = new AtomicInteger();

	private final AtomicInteger atOnce = new AtomicInteger();

	private final CountDownLatch go = new CountDownLatch(1);

	@AfterEach
	void end() {
		this.go.countDown();
		this.threads.shutdownNow();
	}

	@Test
	void requestsThatWaitForTheSameShareOneListing() {
		CompletableFuture<byte[]> first = ask("all");
		awaitMade(1);
		List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
		for (int i = 0; i < REQUESTS; i++) {
			waiting.add(ask("all"));
		}
		awaitWaiting(REQUESTS);
		this.go.countDown();
		assertThat(first.join()).containsExactly(1);
		assertThat(waiting).extracting((answer) -> answer.join()[0]).containsOnly((byte) 2);
	}

	@Test
	void requestsForSomethingElseGetTheirOwnOneAfterTheOther() {
		ask("all");
		awaitMade(1);
		List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
		for (int i = 0; i < REQUESTS; i++) {
			waiting.add(ask("peer " + i));
		}
		awaitWaiting(REQUESTS);
		this.go.countDown();
		assertThat(waiting).extracting((answer) -> answer.join()[0]).doesNotHaveDuplicates().doesNotContain((byte) 1);
		assertThat(this.made).hasValue(1 + REQUESTS);
	}

	@Test
	void aLaterRequestGetsANewListing() {
		this.go.countDown();
		assertThat(ask("all").join()).containsExactly(1);
		assertThat(ask("all").join()).containsExactly(2);
	}

	private CompletableFuture<byte[]> ask(String query) {
		return CompletableFuture.supplyAsync(() -> this.listing.get(query, this::make), this.threads);
	}

	private byte[] make() {
		assertThat(this.atOnce.incrementAndGet()).isOne();
		int number = this.made.incrementAndGet();
		await(this.go);
		this.atOnce.decrementAndGet();
		return new byte[] { (byte) number };
	}

	private void awaitMade(int count) {
		await().atMost(Duration.ofSeconds(10)).until(() -> this.made.get() == count);
	}

	private void awaitWaiting(int count) {
		await().atMost(Duration.ofSeconds(10)).until(() -> this.listing.waiting() == count);
	}

}
