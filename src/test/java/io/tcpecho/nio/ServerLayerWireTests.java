package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.ScriptedLayer;
import io.tcpecho.testing.Waits;
import io.tcpecho.wire.Layered;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an accepted connection does for the layers of its wire, whatever they are.
 */
class ServerLayerWireTests {

	private static final int MB = 1 << 20;

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	private final ScriptedLayer layer = new ScriptedLayer();

	// Bytes that a layer keeps back

	@Test
	void whenALayerKeepsBytesBackTheReplyIsCompleteBeforeFin() {
		try (NioServer server = start(server(Framing.EOF), this.layer.keepsBack(7))) {
			Oracle oracle = Oracle.watch(server);
			byte[] message = Payload.random(5_000, 1);
			assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
		}
	}

	@Test
	void whenALayerKeepsBytesBackNothingIsReadBeforeTheyAreGone() {
		try (NioServer server = start(server(Framing.LINE), this.layer.keepsBack(3));
				Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("one\ntwo\nthree\n").halfClose().readToEnd().text()).isEqualTo("one\ntwo\nthree\n");
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.CLOSED_BY_PEER)).isOne();
		}
	}

	// Bytes that a layer holds

	@Test
	void whenALayerHoldsInputEveryMessageIsServedWithoutAnotherEvent() {
		String lines = "a line that has forty bytes, all in all\n".repeat(5_000);
		try (NioServer server = start(server(Framing.LINE), this.layer.holdsInput(MB));
				Peer peer = Peer.connect(server.port())) {
			Thread sender = new Thread(() -> peer.send(lines));
			sender.start();
			assertThat(new String(peer.read(lines.length()), StandardCharsets.UTF_8)).isEqualTo(lines);
			assertThat(server.serviceCalls()).isEqualTo(5_000);
		}
	}

	@Test
	void whenALayerHoldsInputTheEndOfALargeMessageIsSeen() {
		byte[] message = Payload.random(3 * MB, 2);
		try (NioServer server = start(server(Framing.EOF).maxMessageSize(4 * MB), this.layer.holdsInput(MB));
				Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send(message).halfClose().readEcho(message)).isEqualTo(End.FIN);
		}
	}

	@Test
	void whenALayerHoldsInputALingeringCloseReadsAllOfIt() {
		try (NioServer server = start(server(Framing.EOF).maxMessageSize(10).truncate(), this.layer.holdsInput(MB));
				Peer peer = Peer.connect(server.port())) {
			byte[] message = Payload.random(MB, 3);
			assertThat(peer.send(message).halfClose().readToEnd()).isEqualTo(new Reply(first(message, 10), End.FIN));
			server.awaitOutcomes(Outcome.TRUNCATED, 1);
			assertThat(server.serviceCalls()).isOne();
		}
	}

	@Test
	void whenALayerEndsALingeringCloseTheConnectionEndsAsItSays() {
		Wire.Layer last = (below, host) -> new ResettingAfterFin(below);
		NioServerBuilder lingering = server(Framing.EOF).maxMessageSize(10)
			.truncate()
			.options((options) -> options.withLayers(List.of(last)));
		try (NioServer server = lingering.start(); Peer peer = Peer.connect(server.port())) {
			byte[] message = Payload.random(11, 5);
			assertThat(peer.send(message).readToEnd()).isEqualTo(new Reply(first(message, 10), End.FIN));
			peer.send("more");
			server.awaitOutcomes(Outcome.FAULT, 1);
		}
	}

	// What comes first, and last

	@Test
	void whenALayerGreetsItsBytesComeBeforeTheClientHasSentAny() {
		try (NioServer server = start(server(Framing.EOF), this.layer.greets(bytes("220 ready\r\n")));
				Peer peer = Peer.connect(server.port())) {
			assertThat(new String(peer.read(11), StandardCharsets.UTF_8)).isEqualTo("220 ready\r\n");
			assertThat(peer.send("hello").halfClose().readToEnd()).isEqualTo(new Reply(bytes("hello"), End.FIN));
		}
	}

	@Test
	void whenTheFirstMessageFailsThePeerHasTheWholeGreetingBeforeTheReset() {
		byte[] greeting = Payload.random(200_000, 4);
		try (NioServer server = start(server(Framing.LINE).maxMessageSize(10), this.layer.greets(greeting));
				Peer peer = Peer.connect(server.port(), 8 * 1024)) {
			peer.send("a line of more than ten bytes\n").pause(300);
			assertThat(peer.readToEnd()).isEqualTo(new Reply(greeting, End.RST));
			server.awaitOutcomes(Outcome.OVERSIZE, 1);
		}
	}

	@Test
	void whenThePeerTakesNoGreetingItIsReset() {
		try (NioServer server = start(server(Framing.EOF).writeTimeout(Duration.ofMillis(300)),
				this.layer.greets(new byte[16 * MB])); Peer peer = Peer.connect(server.port(), 8 * 1024)) {
			server.awaitOutcomes(Outcome.WRITE_TIMEOUT, 1);
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
		}
	}

	@Test
	void whenALayerEndsTheOutputItsWordsComeAfterTheReplyAndBeforeFin() {
		try (NioServer server = start(server(Framing.EOF), this.layer.keepsBack(1).endsOutputWith(bytes(" bye")))) {
			Oracle oracle = Oracle.watch(server);
			assertThat(Peer.exchange(server.port(), bytes("hello"))).isEqualTo(new Reply(bytes("hello bye"), End.FIN));
			oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
		}
	}

	@Test
	void whenALayerEndsTheOutputOfATruncatedReplyItsWordsComeBeforeTheLingering() {
		try (NioServer server = start(server(Framing.EOF).maxMessageSize(3).truncate(),
				this.layer.keepsBack(1).endsOutputWith(bytes(" bye"))); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("hello").readToEnd()).isEqualTo(new Reply(bytes("hel bye"), End.FIN));
			peer.halfClose();
			server.awaitOutcomes(Outcome.TRUNCATED, 1);
		}
	}

	@Test
	void whenThePeerDoesNotTakeTheLastWordsItIsReset() {
		try (NioServer server = start(server(Framing.EOF).writeTimeout(Duration.ofMillis(300)),
				this.layer.endsOutputWith(new byte[16 * MB])); Peer peer = Peer.connect(server.port(), 8 * 1024)) {
			peer.send("hello").halfClose();
			server.awaitOutcomes(Outcome.WRITE_TIMEOUT, 1);
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
		}
	}

	@Test
	void whenTheServiceFailsALayerHasNoLastWords() {
		try (NioServer server = start(server(Framing.EOF).service((message) -> {
			throw new IllegalStateException("A service that fails for a test");
		}), this.layer.endsOutputWith(bytes(" bye")))) {
			assertThat(Peer.exchange(server.port(), bytes("hello"))).isEqualTo(RESET);
			server.awaitOutcomes(Outcome.SERVICE_ERROR, 1);
		}
	}

	// A layer that ends the connection

	@Test
	void whenALayerEndsTheConnectionByResetItsOutcomeIsTold() {
		try (NioServer server = start(server(Framing.EOF),
				this.layer.endsAtRead(WireException.reset(Outcome.CLOSED_BY_OPERATOR, "for a test")))) {
			Oracle oracle = Oracle.watch(server);
			assertThat(endAfter("hello", server)).isEqualTo(RESET);
			oracle.settled().calls(0).allEnded(Outcome.CLOSED_BY_OPERATOR, 1);
		}
	}

	@Test
	void whenALayerEndsTheConnectionByFinItsOutcomeIsTold() {
		try (NioServer server = start(server(Framing.EOF),
				this.layer.endsAtRead(WireException.fin(Outcome.EMPTY, "for a test")))) {
			Oracle oracle = Oracle.watch(server);
			try (Peer peer = Peer.connect(server.port())) {
				assertThat(peer.send("hello").readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			}
			oracle.settled().calls(0).allEnded(Outcome.EMPTY, 1);
		}
	}

	@Test
	void whenALayerFailsByADefectOnlyItsConnectionIsReset() {
		try (NioServer server = start(server(Framing.EOF),
				this.layer.failsAtRead(new IllegalStateException("A layer that fails for a test")))) {
			Oracle oracle = Oracle.watch(server);
			assertThat(endAfter("hello", server)).isEqualTo(RESET);
			oracle.settled().calls(0).allEnded(Outcome.ERROR, 1);
		}
	}

	// Clocks

	@Test
	void whenALayerHoldsTheConnectionBackThePeersDeadlineStandsStill() {
		try (NioServer server = start(server(Framing.EOF).idleTimeout(Duration.ofMillis(300)),
				this.layer.stalls(Duration.ofMillis(1_500)))) {
			assertThat(Peer.exchange(server.port(), bytes("hello"))).isEqualTo(new Reply(bytes("hello"), End.FIN));
		}
	}

	@Test
	void whenTheHoldIsOverThePeersDeadlineRuns() {
		try (NioServer server = start(server(Framing.EOF).idleTimeout(Duration.ofMillis(300)),
				this.layer.stalls(Duration.ofMillis(700))); Peer silent = Peer.connect(server.port())) {
			long start = System.nanoTime();
			assertThat(silent.readToEnd()).isEqualTo(RESET);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(950));
			server.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
		}
	}

	@Test
	void whenAHeaderDripsTheIdleDeadlineRunsFromTheAccept() {
		try (NioServer server = start(server(Framing.EOF).idleTimeout(Duration.ofMillis(600)),
				this.layer.swallows(1_000)); Peer peer = Peer.connect(server.port())) {
			for (int i = 0; i < 100 && server.outcomes(Outcome.IDLE_TIMEOUT) == 0; i++) {
				peer.trySend(new byte[1]).pause(50);
			}
			assertThat(server.outcomes(Outcome.IDLE_TIMEOUT)).isOne();
			assertThat(server.serviceCalls()).isZero();
		}
	}

	// Another event than the connection waits for

	@Test
	void whenALayerHasToWriteBeforeItReadsTheConnectionSelectsForThat() {
		try (NioServer server = start(server(Framing.EOF), this.layer.readsByWriting())) {
			assertThat(Peer.exchange(server.port(), bytes("hello"))).isEqualTo(new Reply(bytes("hello"), End.FIN));
			assertThat(this.layer.turnsOfOtherEvent()).isOne();
		}
	}

	// Slow work

	@Test
	void whenALayerOffloadsItsConnectionWaitsAndOthersDoNot() {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		try (NioServer slow = start(server(Framing.EOF).idleTimeout(Duration.ofMillis(200)), this.layer.offloads(() -> {
			begun.countDown();
			Waits.await(done);
		})); Peer first = Peer.connect(slow.port())) {
			first.send("first").halfClose();
			Waits.await(begun);
			assertThat(slow.connectionFactory().getEventLoops().get(0).answersWithin(Duration.ofSeconds(10))).isTrue();
			assertThat(first.isSilentFor(600)).isTrue();
			done.countDown();
			assertThat(first.readToEnd()).isEqualTo(new Reply(bytes("first"), End.FIN));
		}
	}

	@Test
	void whenOffloadedWorkFailsTheConnectionIsReset() {
		try (NioServer server = start(server(Framing.EOF), this.layer.offloads(() -> {
			throw new IllegalStateException("Slow work that fails for a test");
		})); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.readToEnd()).isEqualTo(RESET);
			server.awaitOutcomes(Outcome.ERROR, 1);
		}
	}

	@Test
	void whenTheConnectionEndsDuringOffloadedWorkItsReturnIsHarmless() {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		try (NioServer server = start(server(Framing.EOF), this.layer.offloads(() -> {
			begun.countDown();
			Waits.await(done);
		})); Peer peer = Peer.connect(server.port())) {
			Waits.await(begun);
			server.connectionFactory()
				.openConnections()
				.forEach((open) -> server.connectionFactory().closeConnection(open.snapshot().id()));
			assertThat(peer.readToEnd()).isEqualTo(RESET);
			done.countDown();
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.CLOSED_BY_OPERATOR)).isOne();
		}
	}

	// Memory and places

	@Test
	void whenALayerHoldsMemoryTheBudgetCountsIt() {
		try (NioServer server = start(server(Framing.EOF), this.layer.holdsMemory(20_000))) {
			try (Peer silent = Peer.connect(server.port())) {
				assertThat(silent.isSilentFor(1)).isTrue();
				Awaitility.await().untilAsserted(() -> assertThat(server.budget().used()).isEqualTo(20_000));
			}
			server.awaitQuiet();
			assertThat(server.budget().used()).isZero();
		}
	}

	@Test
	void whenALayerNamesThePeerTheLimitForEachAddressCountsThatOne() {
		Iterator<InetSocketAddress> clients = List
			.of(address("192.0.2.1"), address("192.0.2.2"), address("192.0.2.1"), address("192.0.2.1"))
			.iterator();
		try (NioServer server = start(server(Framing.EOF).maxConnectionsPerAddress(1), this.layer.names(clients::next));
				Peer first = Peer.connect(server.port())) {
			server.awaitOpen(1);
			try (Peer second = Peer.connect(server.port())) {
				server.awaitOpen(2);
				assertThat(endAfter("", server)).isEqualTo(RESET);
				server.awaitOutcomes(Outcome.REJECTED, 1);
				assertThat(second.send("second").halfClose().readToEnd().text()).isEqualTo("second");
			}
			assertThat(first.send("first").halfClose().readToEnd().text()).isEqualTo("first");
			server.awaitQuiet();
			assertThat(Peer.exchange(server.port(), bytes("fourth")).text()).isEqualTo("fourth");
		}
	}

	/** Send bytes only: after a reset there is no connection to half-close. */
	private static Reply endAfter(String text, NioServer server) {
		try (Peer peer = Peer.connect(server.port())) {
			return (text.isEmpty() ? peer : peer.send(text)).readToEnd();
		}
	}

	private static NioServerBuilder server(Framing framing) {
		return NioServer.framing(framing);
	}

	private static NioServer start(NioServerBuilder server, ScriptedLayer layer) {
		return server.options((options) -> options.withLayers(List.of(layer))).start();
	}

	private static InetSocketAddress address(String address) {
		return new InetSocketAddress(address, 4242);
	}

	private static byte[] first(byte[] bytes, int count) {
		return Arrays.copyOf(bytes, count);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Resets the connection at the first byte that comes behind the end of the output.
	 */
	private static final class ResettingAfterFin extends Layered {

		private boolean ended;

		ResettingAfterFin(Wire below) {
			super(below);
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			int count = super.read(target);
			if (this.ended && count > 0) {
				throw WireException.reset(Outcome.FAULT, "A byte came behind the end");
			}
			return count;
		}

		@Override
		public boolean endOutput() throws IOException {
			this.ended = super.endOutput();
			return this.ended;
		}

	}

}
