package io.tcpecho.server;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The drain, with a service that answers when a test lets it.
 */
class ServerLifecycleTests {

	private final CountDownLatch called = new CountDownLatch(1);

	private final CountDownLatch mayAnswer = new CountDownLatch(1);

	private final EchoService slowService = (message) -> {
		this.called.countDown();
		await(this.mayAnswer);
		return message;
	};

	@AfterEach
	void letTheServiceGo() {
		this.mayAnswer.countDown();
	}

	@Test
	void whenTheServiceRunsAtTheStopItsReplyIsDelivered() {
		EchoServer server = EchoServer.framing("eof")
			.listener("executor", "pool")
			.property("tcp-echo.drain.timeout", "20s")
			.service(this.slowService)
			.start();
		try (Peer peer = Peer.connect(server.port()).send("echo").halfClose()) {
			int port = server.port();
			await(this.called);
			CompletableFuture<Void> stop = stop(server);
			assertRefused(port);
			assertThat(stop).isNotDone();
			this.mayAnswer.countDown();
			assertThat(peer.readToEnd()).isEqualTo(reply("echo"));
			assertThat(stop).succeedsWithin(Duration.ofSeconds(10));
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(1);
			assertNothingIsOpen(server);
		}
		finally {
			server.close();
		}
	}

	@Test
	void whenTheServiceDoesNotAnswerTheClientIsResetAtTheDrainTimeout() {
		EchoServer server = EchoServer.framing("eof")
			.listener("executor", "pool")
			.property("tcp-echo.drain.timeout", "500ms")
			.service(this.slowService)
			.start();
		try (Peer peer = Peer.connect(server.port()).send("echo").halfClose()) {
			await(this.called);
			CompletableFuture<Void> stop = stop(server);
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			assertThat(stop).succeedsWithin(Duration.ofSeconds(5));
			assertThat(server.outcomes(Outcome.DRAINED)).isEqualTo(1);
			assertNothingIsOpen(server);
		}
		finally {
			server.close();
		}
	}

	@Test
	void whenConnectionsWaitInTheAcceptQueueAtTheStopTheyAreAnswered() {
		// The service holds up the loop, so that more than one turn's share waits.
		EchoServer server = EchoServer.framing("eof")
			.property("tcp-echo.drain.timeout", "20s")
			.service(this.slowService)
			.start();
		List<Peer> peers = new ArrayList<>();
		try {
			int port = server.port();
			peers.add(Peer.connect(port).send("0").halfClose());
			await(this.called);
			for (int i = 1; i < 150; i++) {
				peers.add(Peer.connect(port).send(Integer.toString(i)).halfClose());
			}
			CompletableFuture<Void> stop = stop(server);
			this.mayAnswer.countDown();
			for (int i = 0; i < peers.size(); i++) {
				assertThat(peers.get(i).readToEnd()).as("reply " + i).isEqualTo(reply(Integer.toString(i)));
			}
			assertThat(stop).succeedsWithin(Duration.ofSeconds(10));
			assertRefused(port);
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(150);
			assertNothingIsOpen(server);
		}
		finally {
			peers.forEach(Peer::close);
			server.close();
		}
	}

	@Test
	void whenTheContextStopsAndStartsItListensAgain() {
		this.mayAnswer.countDown();
		try (EchoServer server = EchoServer.framing("eof").service(this.slowService).start()) {
			int port = server.port();
			server.context().stop();
			assertRefused(port);
			server.context().start();
			assertThat(server.context().getEnvironment().getProperty("local.tcp-echo.echo.port", Integer.class))
				.isEqualTo(server.port());
			assertThat(Peer.exchange(server.port(), "echo".getBytes(StandardCharsets.US_ASCII)))
				.isEqualTo(reply("echo"));
		}
	}

	@Test
	void whenThereIsADelayNewConnectionsAreStillServedDuringIt() {
		EchoServer server = EchoServer.framing("eof").property("tcp-echo.drain.delay", "1s").start();
		int port = server.port();
		CompletableFuture<Void> stopping = server.closeLater();
		int served = 0;
		while (!stopping.isDone()) {
			try {
				Reply reply = Peer.exchange(port, new byte[] { 1 });
				if (reply.end() == End.RST) {
					// The handshake fell between the last accept and the close: the port
					// is closed.
					assertRefused(port);
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
		assertThat(stopping).succeedsWithin(Duration.ofSeconds(10));
		assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(served);
	}

	/** Begin to stop, and wait until the listener does not listen any more. */
	private static CompletableFuture<Void> stop(EchoServer server) {
		CompletableFuture<Void> stop = CompletableFuture.runAsync(server::close);
		Awaitility.await().until(() -> !server.listener().connectionFactory().isListening() || stop.isDone());
		return stop;
	}

	private static void assertRefused(int port) {
		Awaitility.await()
			.untilAsserted(() -> assertThatExceptionOfType(UncheckedIOException.class)
				.isThrownBy(() -> Peer.connect(port).close())
				.withCauseInstanceOf(ConnectException.class));
	}

	private static void assertNothingIsOpen(EchoServer server) {
		assertThat(server.listener().getOpenConnections()).isZero();
		assertThat(server.listener().getCounters().closedCount())
			.isEqualTo(server.listener().getCounters().acceptedCount());
	}

	private static Reply reply(String text) {
		return new Reply(text.getBytes(StandardCharsets.US_ASCII), End.FIN);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
