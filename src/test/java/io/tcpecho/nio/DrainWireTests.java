package io.tcpecho.nio;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.ScriptedLayer;
import io.tcpecho.wire.PrefixWire;
import io.tcpecho.wire.ReplyPrefixWire;
import io.tcpecho.wire.Wire;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients see when the server stops in the order that the connection factory
 * documents.
 */
class DrainWireTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Test
	void whenAMessageIsHalfSentItIsFinishedAndAnswered() throws Exception {
		NioServer server = NioServer.framing(Framing.EOF).drainTimeout(Duration.ofSeconds(15)).start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("hel");
			server.awaitOpen(1);
			int port = server.port();
			CompletableFuture<Void> stopping = server.closeLater();
			server.awaitPortClosed(port);
			assertThat(peer.send("lo").halfClose().readToEnd().text()).isEqualTo("hello");
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
		assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(1);
	}

	@Test
	void whenAConnectionHasSentNothingYetItMayStillDoSo() throws Exception {
		NioServer server = NioServer.framing(Framing.EOF).drainTimeout(Duration.ofSeconds(15)).start();
		try (Peer peer = Peer.connect(server.port())) {
			server.awaitOpen(1);
			int port = server.port();
			CompletableFuture<Void> stopping = server.closeLater();
			server.awaitPortClosed(port);
			assertThat(peer.send("late").halfClose().readToEnd()).isEqualTo(new Reply("late".getBytes(), End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void whenAMessageIsInServiceItsReplyIsWaitedFor() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		NioServer server = NioServer.framing(Framing.EOF)
			.pool(16)
			.drainTimeout(Duration.ofSeconds(15))
			.service((message) -> {
				await(answer);
				return message;
			})
			.start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("slow").halfClose();
			server.awaitServiceCalls(1);
			int port = server.port();
			CompletableFuture<Void> stopping = server.closeLater();
			server.awaitPortClosed(port);
			answer.countDown();
			assertThat(peer.readToEnd()).isEqualTo(new Reply("slow".getBytes(), End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void whenAConnectionThatStaysOpenIsBetweenMessagesItGetsFinAtOnce() {
		NioServer server = NioServer.framing(Framing.LINE).drainTimeout(Duration.ofSeconds(15)).start();
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("one\n").read(4)).asString().isEqualTo("one\n");
			CompletableFuture<Void> stopping = server.closeLater();
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isEqualTo(1);
	}

	@Test
	void whenAConnectionThatStaysOpenIsInsideAMessageItGetsItsReplyAndThenFin() throws Exception {
		NioServer server = NioServer.framing(Framing.LINE).drainTimeout(Duration.ofSeconds(15)).start();
		try (Peer peer = Peer.connect(server.port())) {
			assertMessageIsFinishedInTheDrain(peer, server);
		}
	}

	@ParameterizedTest
	@MethodSource("first")
	void whenTheFirstBytesOfALayerWaitForAHeaderTheConnectionGetsFinAtOnce(Wire.Layer first) {
		NioServer server = withHeader(first);
		try (Peer silent = Peer.connect(server.port()); Peer begun = Peer.connect(server.port())) {
			begun.send("HEA");
			server.awaitOpen(2);
			CompletableFuture<Void> stopping = server.closeLater();
			assertThat(silent.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			assertThat(begun.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isEqualTo(2);
	}

	@ParameterizedTest
	@MethodSource("first")
	void whenAMessageHasBegunBehindAHeaderItGetsItsReplyAndThenFin(Wire.Layer first) throws Exception {
		NioServer server = withHeader(first);
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("HEADone\n").read(9)).asString().isEqualTo("FIRSTone\n");
			assertMessageIsFinishedInTheDrain(peer, server);
		}
	}

	/** Begin a message, let the server stop, and end the message. */
	private static void assertMessageIsFinishedInTheDrain(Peer peer, NioServer server) {
		peer.send("tw");
		server.awaitOpen(1);
		int port = server.port();
		CompletableFuture<Void> stopping = server.closeLater();
		server.awaitPortClosed(port);
		assertThat(peer.send("o\n").readToEnd()).isEqualTo(new Reply("two\n".getBytes(), End.FIN));
		assertThat(stopping).succeedsWithin(PATIENCE);
	}

	/** The layers that send something before the first reply. */
	private static List<Named<Wire.Layer>> first() {
		return List.of(Named.of("a greeting", PrefixWire.of("FIRST"::getBytes)),
				Named.of("an identity line", ReplyPrefixWire.of("FIRST".getBytes())),
				Named.of("bytes kept back", new ScriptedLayer().greets("FIRST".getBytes()).keepsBack(2)));
	}

	private static NioServer withHeader(Wire.Layer first) {
		return NioServer.framing(Framing.LINE)
			.drainTimeout(Duration.ofSeconds(15))
			.options((options) -> options.withLayers(List.of(new ScriptedLayer().swallows(4), first)))
			.start();
	}

	@Test
	void whenAClientDoesNotFinishInTimeItIsReset() {
		NioServer server = NioServer.framing(Framing.EOF).drainTimeout(Duration.ofMillis(500)).start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("never finished");
			server.awaitOpen(1);
			CompletableFuture<Void> stopping = server.closeLater();
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isEqualTo(1);
		assertThat(server.serviceCalls()).isZero();
	}

	@Test
	void whenClientsConnectAllTheTimeEachThatConnectsIsAnsweredToTheLast() throws Exception {
		for (int round = 0; round < 10; round++) {
			NioServer server = NioServer.framing(Framing.EOF).drainTimeout(Duration.ofSeconds(15)).start();
			AtomicInteger answered = new AtomicInteger();
			AtomicInteger reset = new AtomicInteger();
			Thread[] clients = new Thread[8];
			CountDownLatch underWay = new CountDownLatch(200);
			for (int i = 0; i < clients.length; i++) {
				clients[i] = new Thread(() -> connectUntilRefused(server.port(), answered, reset, underWay));
				clients[i].start();
			}
			await(underWay);
			assertThat(server.closeLater()).succeedsWithin(PATIENCE);
			for (Thread client : clients) {
				client.join(PATIENCE.toMillis());
				assertThat(client.isAlive()).isFalse();
			}
			assertThat(server.outcomes(Outcome.REPLIED)).as("round %d", round).isEqualTo(answered.get());
			assertThat(server.counters().closedCount()).isEqualTo(server.accepted());
			// Handshakes that the system completes between the last accept and the close.
			assertThat(reset.get()).as("connects reset in round %d", round).isLessThanOrEqualTo(clients.length);
		}
	}

	private static void connectUntilRefused(int port, AtomicInteger answered, AtomicInteger reset,
			CountDownLatch underWay) {
		while (true) {
			try {
				if (Peer.exchange(port, new byte[] { 7 }).end() == End.FIN) {
					answered.incrementAndGet();
				}
				else {
					reset.incrementAndGet();
				}
				underWay.countDown();
			}
			catch (UncheckedIOException ex) {
				if (ex.getMessage().startsWith("Cannot connect")) {
					return;
				}
				reset.incrementAndGet();
			}
		}
	}

}
