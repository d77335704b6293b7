package io.tcpecho.hostile;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.integration.ip.tcp.connection.TcpConnection;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that half-close, close or reset at every moment, and a server that fails in the
 * middle of a reply.
 */
@ExtendWith(OutputCaptureExtension.class)
class HalfCloseAndResetTests {

	/** Rounds of a race; 10,000 with {@code -Plong}. */
	private static final int ROUNDS = Integer.getInteger("test.rounds", 2_000);

	private static final int LIMIT = 5 * 1024;

	private static final int MB = 1024 * 1024;

	private static EchoServer server;

	@BeforeAll
	static void startServer() {
		server = EchoServer.framing("eof").start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@Test
	@DisplayName("14: a half-closed client waits for a slow service, and the loop sleeps")
	void whenTheServiceIsSlowAfterFinTheReplyIsWholeAndTheLoopSleeps() {
		CountDownLatch go = new CountDownLatch(1);
		try (EchoServer slow = EchoServer.framing("eof").listener("executor", "pool").service((message) -> {
			await(go);
			return message;
		}).start()) {
			Oracle oracle = Oracle.watch(slow);
			try (Peer peer = Peer.connect(slow.port()).send("patience").halfClose()) {
				slow.awaitServiceCalls(1);
				Duration before = slow.loopTime();
				assertThat(peer.isSilentFor(3_000)).isTrue();
				// A half-closed socket is readable for ever.
				assertThat(slow.loopTime().minus(before)).as("processor time while the service is busy")
					.isLessThan(Duration.ofMillis(150));
				go.countDown();
				assertThat(peer.readToEnd()).isEqualTo(new Reply("patience".getBytes(), End.FIN));
			}
			oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
		}
	}

	@Test
	@DisplayName("15: a client that closes both directions is served once, and nothing is left or logged")
	void whenTheClientClosesBothDirectionsTheServiceRunsOnceAndNothingIsLeft(CapturedOutput output) {
		Oracle oracle = Oracle.watch(server, output);
		Crowd.run(8, ROUNDS, (number) -> {
			try (Peer peer = Peer.connect(server.port())) {
				peer.send(Payload.random(1 + number % LIMIT, number));
			}
		});
		oracle.settled().calls(ROUNDS);
		assertThat(oracle.accepted()).isEqualTo(ROUNDS);
		// The reply meets a closed socket, or is faster than the client's RST.
		assertThat(oracle.ended(Outcome.REPLIED) + oracle.ended(Outcome.RESET_BY_PEER)).isEqualTo(ROUNDS);
		assertThat(oracle.log()).isEmpty();
	}

	@Test
	@DisplayName("16: a message cut off by RST never reaches the service")
	void whenTheClientResetsInMidMessageTheServiceNeverRuns() {
		Oracle oracle = Oracle.watch(server);
		Crowd.run(8, ROUNDS, (number) -> {
			Peer peer = Peer.connect(server.port()).send(Payload.random(1 + number % LIMIT, number));
			peer.pause((number % 100 == 0) ? 1 : 0).reset();
		});
		oracle.settled().calls(0);
		// Nobody waits for an answer here, so the accept queue may overflow for a moment,
		// and a client that resets then was never accepted.
		assertThat(oracle.accepted()).isBetween(ROUNDS * 9L / 10, (long) ROUNDS);
		oracle.allEnded(Outcome.RESET_BY_PEER, oracle.accepted());
	}

	@Test
	@DisplayName("17: clients that reset while the service runs are forgotten once it returns, without a word")
	void whenTheClientResetsWhileTheServiceRunsEverythingIsFreedQuietly(CapturedOutput output) {
		CountDownLatch go = new CountDownLatch(1);
		int clients = 16;
		try (EchoServer slow = EchoServer.framing("eof").listener("executor", "pool").service((message) -> {
			await(go);
			return message;
		}).start()) {
			Oracle oracle = Oracle.watch(slow, output);
			Peer[] peers = new Peer[clients];
			Arrays.setAll(peers, (i) -> Peer.connect(slow.port()).send("message " + i).halfClose());
			slow.awaitServiceCalls(clients);
			for (Peer peer : peers) {
				peer.reset();
			}
			long start = System.nanoTime();
			go.countDown();
			slow.awaitOutcomes(Outcome.RESET_BY_PEER, clients);
			assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
			oracle.settled().calls(clients).allEnded(Outcome.RESET_BY_PEER, clients);
			assertThat(oracle.log()).isEmpty();
		}
	}

	@Test
	@DisplayName("18: a client that resets after a tenth of its reply is forgotten at once")
	void whenTheClientResetsInMidReplyEverythingIsFreedAtOnce() {
		byte[] message = Payload.random(40 * MB, 18);
		try (EchoServer large = EchoServer.framing("eof")
			.listener("max-message-size", "64MB")
			.property("tcp-echo.max-buffered", "256MB")
			.start()) {
			Oracle oracle = Oracle.watch(large);
			Peer peer = Peer.connect(large.port()).send(message).halfClose();
			assertThat(peer.read(4 * MB)).isEqualTo(Arrays.copyOf(message, 4 * MB));
			assertThat(large.budget().used()).isPositive();
			long start = System.nanoTime();
			peer.reset();
			large.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
			assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
			oracle.settled().calls(1).allEnded(Outcome.RESET_BY_PEER, 1);
		}
	}

	@Test
	@DisplayName("20: a server that fails in the middle of a reply resets")
	void whenTheServerFailsInMidReplyTheClientSeesReset() {
		try (EchoServer large = EchoServer.framing("eof")
			.listener("max-message-size", "4MB")
			.property("tcp-echo.drain.timeout", "200ms")
			.start()) {
			Oracle oracle = Oracle.watch(large);
			large.connectionFactory().setSoSendBufferSize(64 * 1024);
			failInMidReply(large, TcpConnection::close);
			oracle.settled().calls(1).allEnded(Outcome.CLOSED_BY_OPERATOR, 1);
			failInMidReply(large, (connection) -> large.context().close());
			oracle.settled().calls(2).ended(Outcome.DRAINED, 1);
		}
	}

	private static void failInMidReply(EchoServer large, Consumer<TcpConnection> failure) {
		byte[] message = Payload.random(4 * MB, 20);
		try (Peer peer = Peer.connect(large.port(), 64 * 1024).send(message).halfClose()) {
			assertThat(peer.read(MB)).isEqualTo(Arrays.copyOf(message, MB));
			large.connectionFactory().openConnections().map(TcpConnection.class::cast).forEach(failure);
			Reply rest = peer.readToEnd();
			assertThat(rest.end()).isEqualTo(End.RST);
			assertThat(rest.bytes().length).isLessThan(3 * MB);
		}
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
