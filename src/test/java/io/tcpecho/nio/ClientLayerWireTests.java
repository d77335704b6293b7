package io.tcpecho.nio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.ClientExchange;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.ScriptedLayer;
import io.tcpecho.testing.Waits;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a connection of the client does for the layers of its wire, whatever they are. The
 * server has none: what it echoes is what the layers have sent.
 */
class ClientLayerWireTests {

	private static final int MB = 1 << 20;

	private final NioServer server = NioServer.framing(Framing.EOF).maxMessageSize(4 * MB).start();

	private final ScriptedLayer layer = new ScriptedLayer();

	private EventLoop loop;

	@BeforeEach
	void startLoop() throws IOException {
		this.loop = EventLoop.start("client-layer-tests", Duration.ofMillis(10));
	}

	@AfterEach
	void endLoop() throws InterruptedException {
		this.loop.stop();
		assertThat(this.loop.awaitEnd(Duration.ofSeconds(10))).isTrue();
		this.server.awaitQuiet();
		this.server.close();
	}

	@Test
	void whenALayerKeepsBytesBackFinFollowsTheLastOfThem() {
		byte[] message = Payload.random(5_000, 1);
		this.layer.keepsBack(7);
		assertThat(exchange(message)).isEqualTo(new End(message, null));
	}

	@Test
	void whenALayerHoldsInputAllOfItIsRead() {
		byte[] message = Payload.random(3 * MB, 2);
		this.layer.holdsInput(2 * MB);
		assertThat(exchange(message)).isEqualTo(new End(message, null));
	}

	@Test
	void whenALayerHasAHeaderItComesBeforeTheMessage() {
		this.layer.greets(bytes("HEADER "));
		assertThat(exchange(bytes("hello"))).isEqualTo(new End(bytes("HEADER hello"), null));
	}

	@Test
	void whenALayerEndsTheOutputItsWordsComeBeforeFin() {
		this.layer.keepsBack(1).endsOutputWith(bytes(" bye"));
		assertThat(exchange(bytes("hello"))).isEqualTo(new End(bytes("hello bye"), null));
	}

	@Test
	void whenALayerEndsTheConnectionByResetTheServerSeesIt() {
		this.layer.endsAtRead(WireException.reset(Outcome.ERROR, "for a test"));
		assertThat(exchange(Payload.random(4 * MB, 3)).failure()).isEqualTo(Failure.LOCAL);
		this.server.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
	}

	@Test
	void whenALayerFailsByADefectTheConnectionIsReset() {
		this.layer.failsAtRead(new IllegalStateException("A layer that fails for a test"));
		assertThat(exchange(Payload.random(4 * MB, 4)).failure()).isEqualTo(Failure.LOCAL);
		this.server.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
	}

	@Test
	void whenALayerHoldsTheConnectionBackItsDeadlineStandsStill() {
		this.layer.stalls(Duration.ofMillis(1_500));
		assertThat(exchange(bytes("hello"), Duration.ofMillis(500))).isEqualTo(new End(bytes("hello"), null));
	}

	@Test
	void whenTheHoldIsOverTheDeadlineRuns() {
		this.layer.stalls(Duration.ofMillis(300)).swallows(MB);
		assertThat(exchange(bytes("hello"), Duration.ofMillis(500)).failure()).isIn(Failure.TIMEOUT, null);
	}

	@Test
	void whenALayerHasToWriteBeforeItReadsTheConnectionSelectsForThat() {
		this.layer.readsByWriting();
		assertThat(exchange(bytes("hello"))).isEqualTo(new End(bytes("hello"), null));
		assertThat(this.layer.turnsOfOtherEvent()).isPositive();
	}

	@Test
	void whenALayerOffloadsTheLoopGoesOn() {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		this.layer.offloads(() -> {
			begun.countDown();
			Waits.await(done);
		});
		CompletableFuture<End> end = begin(bytes("hello"), Duration.ofMillis(500));
		Waits.await(begun);
		assertThat(this.loop.answersWithin(Duration.ofSeconds(10))).isTrue();
		Waits.pause(1_000);
		assertThat(end).isNotDone();
		done.countDown();
		assertThat(end(end)).isEqualTo(new End(bytes("hello"), null));
	}

	@Test
	void whenOffloadedWorkFailsTheConnectionIsReset() {
		this.layer.offloads(() -> {
			throw new IllegalStateException("Slow work that fails for a test");
		});
		assertThat(exchange(bytes("hello")).failure()).isEqualTo(Failure.LOCAL);
	}

	@Test
	void whenAConnectionIsFinishedTheLayerHasItsLastWords() throws Exception {
		this.layer.endsOutputWith(bytes("bye"));
		ClientExchange exchange = new ClientExchange(null);
		this.loop.execute(() -> open(exchange));
		NioClientConnection connection = exchange.established().get(10, TimeUnit.SECONDS);
		this.loop.execute(connection::finish);
		this.server.awaitOutcomes(Outcome.REPLIED, 1);
		assertThat(this.server.serviceCalls()).isOne();
	}

	private End exchange(byte[] message) {
		return exchange(message, Duration.ofSeconds(30));
	}

	private End exchange(byte[] message, Duration timeout) {
		return end(begin(message, timeout));
	}

	private CompletableFuture<End> begin(byte[] message, Duration timeout) {
		ClientExchange exchange = new ClientExchange(message);
		this.loop.execute(() -> open(exchange).deadline(System.nanoTime() + timeout.toNanos()));
		return exchange.ended().thenApply((failure) -> new End(exchange.received(), failure.orElse(null)));
	}

	private NioClientConnection open(ClientExchange exchange) {
		try {
			return exchange.open(this.loop, this.server.port(), List.of(this.layer));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static End end(CompletableFuture<End> end) {
		try {
			return end.get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** How an exchange ended: with these bytes and FIN, or with a failure. */
	private record End(byte[] bytes, @Nullable Failure failure) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof End end && Arrays.equals(end.bytes, this.bytes) && end.failure == this.failure;
		}

		@Override
		public int hashCode() {
			return Arrays.hashCode(this.bytes);
		}

		@Override
		public String toString() {
			return this.bytes.length + " bytes, " + this.failure;
		}

	}

}
