package io.tcpecho.hostile;

import java.time.Duration;
import java.util.Arrays;
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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Thousands of clients that close or reset at once, and a server that fails in the middle
 * of a reply. What one such client meets is in {@code nio.HalfCloseWireTests}.
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
	@DisplayName("A client that closes both directions is served once, and nothing is left or logged")
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
	@DisplayName("A thousand clients that connect and close at once, as a port scan does, leave nothing behind")
	void whenClientsConnectAndCloseAtOnceNothingHappens(CapturedOutput output) {
		Oracle oracle = Oracle.watch(server, output);
		int rounds = 1_000;
		Crowd.run(8, rounds, (number) -> {
			Peer peer = Peer.connect(server.port());
			if (number % 2 == 0) {
				peer.close();
			}
			else {
				peer.reset();
			}
		});
		oracle.settled().calls(0).ended(Outcome.EMPTY, rounds / 2).ended(Outcome.RESET_BY_PEER, rounds / 2);
		assertThat(oracle.accepted()).isEqualTo(rounds);
		assertThat(oracle.log()).isEmpty();
	}

	@Test
	@DisplayName("A server that fails in the middle of a reply resets the connection")
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
