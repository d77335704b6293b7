package io.tcpecho.nio;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What clients see when the server stops: closing the application context is what SIGTERM
 * does.
 */
class DrainWireTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@Test
	void whenAMessageIsHalfSentItIsFinishedAndAnswered() throws Exception {
		EchoServer server = EchoServer.framing("eof").property("tcp-echo.drain.timeout", "15s").start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("hel");
			server.awaitOpen(1);
			CompletableFuture<Void> stopping = stop(server);
			awaitRefusal(server.port());
			assertThat(peer.send("lo").halfClose().readToEnd().text()).isEqualTo("hello");
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
		assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(1);
	}

	@Test
	void whenAConnectionHasSentNothingYetItMayStillDoSo() throws Exception {
		EchoServer server = EchoServer.framing("eof").property("tcp-echo.drain.timeout", "15s").start();
		try (Peer peer = Peer.connect(server.port())) {
			server.awaitOpen(1);
			CompletableFuture<Void> stopping = stop(server);
			awaitRefusal(server.port());
			assertThat(peer.send("late").halfClose().readToEnd()).isEqualTo(new Reply("late".getBytes(), End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void whenAMessageIsInServiceItsReplyIsWaitedFor() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		EchoServer server = EchoServer.framing("eof")
			.listener("executor", "pool")
			.property("tcp-echo.drain.timeout", "15s")
			.service((message) -> {
				awaitLatch(answer);
				return message;
			})
			.start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("slow").halfClose();
			server.awaitServiceCalls(1);
			CompletableFuture<Void> stopping = stop(server);
			awaitRefusal(server.port());
			answer.countDown();
			assertThat(peer.readToEnd()).isEqualTo(new Reply("slow".getBytes(), End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void whenAConnectionThatStaysOpenIsBetweenMessagesItGetsFinAtOnce() {
		EchoServer server = EchoServer.framing("line").property("tcp-echo.drain.timeout", "15s").start();
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("one\n").read(4)).asString().isEqualTo("one\n");
			CompletableFuture<Void> stopping = stop(server);
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isEqualTo(1);
	}

	@Test
	void whenAConnectionThatStaysOpenIsInsideAMessageItGetsItsReplyAndThenFin() throws Exception {
		EchoServer server = EchoServer.framing("line").property("tcp-echo.drain.timeout", "15s").start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("tw");
			server.awaitOpen(1);
			CompletableFuture<Void> stopping = stop(server);
			awaitRefusal(server.port());
			assertThat(peer.send("o\n").readToEnd()).isEqualTo(new Reply("two\n".getBytes(), End.FIN));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
	}

	@Test
	void whenAClientDoesNotFinishInTimeItIsReset() {
		EchoServer server = EchoServer.framing("eof").property("tcp-echo.drain.timeout", "500ms").start();
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("never finished");
			server.awaitOpen(1);
			CompletableFuture<Void> stopping = stop(server);
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			assertThat(stopping).succeedsWithin(PATIENCE);
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isEqualTo(1);
		assertThat(server.serviceCalls()).isZero();
	}

	@Test
	void whenThereIsADelayNewConnectionsAreStillServedDuringIt() throws Exception {
		EchoServer server = EchoServer.framing("eof").property("tcp-echo.drain.delay", "1s").start();
		int port = server.port();
		CompletableFuture<Void> stopping = stop(server);
		int served = 0;
		while (!stopping.isDone()) {
			try {
				Reply reply = Peer.exchange(port, new byte[] { 1 });
				if (reply.end() == End.RST) {
					// The handshake fell between the last accept and the close: the port
					// is closed.
					assertThatThrownBy(() -> Peer.connect(port)).hasMessageContaining("Cannot connect");
					break;
				}
				assertThat(reply).isEqualTo(new Reply(new byte[] { 1 }, End.FIN));
				served++;
			}
			catch (UncheckedIOException ex) {
				break;
			}
		}
		assertThat(served).isPositive();
		assertThat(stopping).succeedsWithin(PATIENCE);
		assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(served);
	}

	@Test
	void whenClientsConnectAllTheTimeEachThatConnectsIsAnsweredToTheLast() throws Exception {
		for (int round = 0; round < 10; round++) {
			EchoServer server = EchoServer.framing("eof").property("tcp-echo.drain.timeout", "15s").start();
			AtomicInteger answered = new AtomicInteger();
			AtomicInteger reset = new AtomicInteger();
			Thread[] clients = new Thread[8];
			CountDownLatch underWay = new CountDownLatch(200);
			for (int i = 0; i < clients.length; i++) {
				clients[i] = new Thread(() -> connectUntilRefused(server.port(), answered, reset, underWay));
				clients[i].start();
			}
			awaitLatch(underWay);
			assertThat(stop(server)).succeedsWithin(PATIENCE);
			for (Thread client : clients) {
				client.join(PATIENCE.toMillis());
				assertThat(client.isAlive()).isFalse();
			}
			assertThat(server.outcomes(Outcome.REPLIED)).as("round %d", round).isEqualTo(answered.get());
			assertThat(server.listener().getCounters().closedCount()).isEqualTo(server.accepted());
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

	private static CompletableFuture<Void> stop(EchoServer server) {
		return CompletableFuture.runAsync(server::close);
	}

	/** Wait until the port is closed: what was accepted before is being drained then. */
	private static void awaitRefusal(int port) {
		assertThatThrownBy(() -> {
			long deadline = System.nanoTime() + PATIENCE.toNanos();
			while (System.nanoTime() < deadline) {
				Peer.connect(port).close();
			}
		}).hasMessageContaining("Cannot connect");
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
