package io.tcpecho.nio;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.tcpecho.testing.Waits.await;
import static io.tcpecho.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that hangs or misbehaves costs its own connection and no other; one that
 * fails is in {@code hostile.ApplicationFaultTests}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceFailureWireTests {

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	@ParameterizedTest
	@ValueSource(ints = { 0, 16 })
	void whenTheServiceInterruptsItsThreadItsReplyIsStillDelivered(int poolThreads) {
		EchoService interrupting = (message) -> {
			Thread.currentThread().interrupt();
			return message;
		};
		try (NioServer server = NioServer.framing(Framing.EOF).pool(poolThreads).service(interrupting).start()) {
			Crowd.run(4, 400, (number) -> {
				byte[] message = Payload.random(1 + number, number);
				assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			});
			try (Peer waiting = Peer.connect(server.port())) {
				Duration before = server.loopTime();
				assertThat(waiting.isSilentFor(500)).isTrue();
				assertThat(server.loopTime().minus(before)).as("processor time of an idle loop")
					.isLessThan(Duration.ofMillis(250));
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(400);
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(400);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 16 })
	void whenTheServiceAnswersWithAnArrayOfItsOwnThatIsTheReply(int poolThreads) {
		EchoService copying = byte[]::clone;
		try (NioServer server = NioServer.framing(Framing.LINE)
			.pool(poolThreads)
			.maxMessageSize(100 * 1024)
			.service(copying)
			.start()) {
			Crowd.run(4, 40, (number) -> {
				byte[] line = Payload.line(2_500 * number, number);
				try (Peer peer = Peer.connect(server.port())) {
					assertThat(peer.send(line).read(line.length)).isEqualTo(line);
					assertThat(peer.send(line).halfClose().readToEnd()).isEqualTo(new Reply(line, End.FIN));
				}
			});
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(80);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "EOF", "LINE" })
	void whenThePoolHasOneThreadAndNoQueueEveryClientIsAnswered(Framing framing) {
		EchoService slow = (message) -> {
			pause(5);
			return message;
		};
		try (NioServer server = NioServer.framing(framing).pool(1, 0).service(slow).start()) {
			Crowd.run(50, 100, (number) -> {
				byte[] message = Payload.line(200, number);
				assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			});
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(100);
		}
	}

	@Test
	@DisplayName("All messages wait while the only thread of the pool is taken, and none is lost or reordered")
	void whenTheExecutorIsFullMessagesWaitInTheirOrder() {
		CountDownLatch go = new CountDownLatch(1);
		int clients = 20;
		int lines = 200;
		try (NioServer server = NioServer.framing(Framing.LINE).pool(1, 0).service((message) -> {
			await(go);
			return message;
		}).start()) {
			Oracle oracle = Oracle.watch(server);
			Peer[] peers = new Peer[clients];
			Arrays.setAll(peers,
					(i) -> Peer.connect(server.port()).send(Payload.numberedLines(1_000 * i, lines)).halfClose());
			server.awaitServiceCalls(1);
			assertThat(peers[0].isSilentFor(1_000)).isTrue();
			assertThat(oracle.calls()).as("calls while the thread is taken").isEqualTo(1);
			go.countDown();
			for (int i = 0; i < clients; i++) {
				assertThat(peers[i].readToEnd()).isEqualTo(new Reply(Payload.numberedLines(1_000 * i, lines), End.FIN));
				peers[i].close();
			}
			oracle.settled().calls(clients * lines).allEnded(Outcome.CLOSED_BY_PEER, clients);
		}
	}

	@Test
	void whenLinesArePipelinedToAPoolTheirRepliesKeepTheOrder() {
		AtomicInteger running = new AtomicInteger();
		EchoService uneven = (message) -> {
			running.incrementAndGet();
			if (message.length % 3 == 0) {
				Thread.yield();
			}
			return message;
		};
		try (NioServer server = NioServer.framing(Framing.LINE).pool(16).service(uneven).start()) {
			Crowd.run(8, 8, (number) -> {
				byte[] lines = Payload.numberedLines(number * 1_000, 1_000);
				try (Peer peer = Peer.connect(server.port())) {
					assertThat(peer.send(lines).halfClose().readToEnd()).isEqualTo(new Reply(lines, End.FIN));
				}
			});
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(8_000);
			assertThat(running.get()).isEqualTo(8_000);
		}
	}

	@Test
	void whenACallIsGivenUpBeforeItsTurnTheServiceIsNotCalled() {
		CountDownLatch go = new CountDownLatch(1);
		EchoService hanging = (message) -> {
			await(go);
			return message;
		};
		try (NioServer server = NioServer.framing(Framing.EOF)
			.pool(1, 0)
			.serviceTimeout(Duration.ofMillis(400))
			.service(hanging)
			.start()) {
			Crowd.run(20, 20, (number) -> assertThat(Peer.exchange(server.port(), new byte[] { 1 })).isEqualTo(RESET));
			server.awaitOutcomes(Outcome.SERVICE_TIMEOUT, 20);
			go.countDown();
			assertThat(Peer.exchange(server.port(), "next".getBytes()).text()).isEqualTo("next");
			server.awaitQuiet();
			assertThat(server.serviceCalls()).as("the one that hung, and the next").isEqualTo(2);
		}
	}

	@Test
	void whenTheOperatorClosesAConnectionItIsReset() {
		try (NioServer server = NioServer.framing(Framing.LINE).start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("one\n").read(4)).hasSize(4);
			assertThat(server.connectionFactory().getOpenConnectionIds()).hasSize(1).allSatisfy((id) -> {
				assertThat(server.connectionFactory().closeConnection(id)).isTrue();
				assertThat(peer.readToEnd()).isEqualTo(RESET);
				assertThat(server.connectionFactory().closeConnection(id)).isFalse();
			});
			server.awaitOutcomes(Outcome.CLOSED_BY_OPERATOR, 1);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(1);
		}
	}

	@Test
	void whenTheOperatorClosesAConnectionInServiceItIsResetWithoutAnError(CapturedOutput output) {
		CountDownLatch go = new CountDownLatch(1);
		EchoService blocking = (message) -> {
			await(go);
			return message;
		};
		try (NioServer server = NioServer.framing(Framing.EOF).pool(16).service(blocking).start();
				Peer peer = Peer.connect(server.port()).send("x").halfClose()) {
			server.awaitServiceCalls(1);
			server.connectionFactory()
				.getOpenConnectionIds()
				.forEach((id) -> assertThat(server.connectionFactory().closeConnection(id)).isTrue());
			assertThat(peer.readToEnd()).isEqualTo(RESET);
			go.countDown();
			server.awaitOutcomes(Outcome.CLOSED_BY_OPERATOR, 1);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(1);
		}
		assertThat(output).doesNotContain("Connection not found").doesNotContain("ERROR");
	}

}
