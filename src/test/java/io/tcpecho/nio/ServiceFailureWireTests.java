package io.tcpecho.nio;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.tcpecho.testing.Waits.await;
import static io.tcpecho.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that fails, hangs or misbehaves costs its own connection and nobody else's.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceFailureWireTests {

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	/** Fails as the first byte of a message says. */
	private static final EchoService MOODY = (message) -> switch (message[0]) {
		case '0' -> null;
		case '1' -> throw new IllegalStateException("on purpose");
		case '2' -> overflowTheStack(0);
		case '3' -> throw new IllegalArgumentException("on purpose");
		case '4' -> Arrays.copyOf(message, message.length - 1);
		case '5' -> Arrays.copyOf(message, message.length + 1);
		case '6' -> new byte[0];
		case '7' -> throw new AssertionError("on purpose");
		default -> message;
	};

	private static final int MOODS = 8;

	@ParameterizedTest
	@CsvSource({ "eof,none", "eof,pool", "line,none", "line,pool" })
	void whenTheServiceFailsThatConnectionIsResetAndNoOtherIs(String framing, String executor) {
		int rounds = 20 * MOODS;
		AtomicInteger others = new AtomicInteger();
		try (EchoServer server = EchoServer.framing(framing).listener("executor", executor).service(MOODY).start()) {
			Crowd bystanders = Crowd.start(4, Integer.MAX_VALUE, (number) -> {
				byte[] message = Payload.line(100, number);
				message[0] = 'x';
				assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
				others.incrementAndGet();
			});
			Crowd.run(2, rounds, (number) -> {
				try (Peer peer = Peer.connect(server.port())) {
					peer.send((number % MOODS) + "oody\n");
					if (framing.equals("eof")) {
						peer.halfClose();
					}
					long start = System.nanoTime();
					assertThat(peer.readToEnd()).as("mood " + number % MOODS).isEqualTo(RESET);
					assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
				}
			});
			bystanders.stop();
			server.awaitOutcomes(Outcome.SERVICE_ERROR, rounds);
			server.awaitQuiet();
			assertThat(others.get()).isPositive();
			assertThat(server.serviceCalls()).isEqualTo(rounds + others.get());
		}
	}

	/** The median of 51 rounds, so that one pause of a busy machine is no failure. */
	@ParameterizedTest
	@ValueSource(strings = { "none", "pool" })
	void whenTheServiceAnswersNullTheResetComesWithin100Milliseconds(String executor) {
		try (EchoServer server = EchoServer.framing("eof")
			.listener("executor", executor)
			.service((message) -> null)
			.start()) {
			long[] nanos = new long[51];
			for (int round = 0; round < nanos.length; round++) {
				try (Peer peer = Peer.connect(server.port())) {
					peer.send("hello").halfClose();
					long start = System.nanoTime();
					assertThat(peer.readToEnd()).isEqualTo(RESET);
					nanos[round] = System.nanoTime() - start;
				}
			}
			Arrays.sort(nanos);
			assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(100));
			server.awaitOutcomes(Outcome.SERVICE_ERROR, nanos.length);
			server.awaitQuiet();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "pool" })
	void whenTheServiceFailsForALaterLineTheRepliesBeforeItAreSent(String executor) {
		try (EchoServer server = EchoServer.framing("line").listener("executor", executor).service(MOODY).start()) {
			for (int mood = 0; mood < MOODS; mood++) {
				try (Peer peer = Peer.connect(server.port())) {
					Reply reply = peer.send("one\ntwo\n" + mood + "oody\nthree\n").readToEnd();
					assertThat(reply.text()).isEqualTo("one\ntwo\n");
					assertThat(reply.end()).isEqualTo(End.RST);
				}
			}
			server.awaitOutcomes(Outcome.SERVICE_ERROR, MOODS);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(3 * MOODS);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "pool" })
	void whenTheServiceInterruptsItsThreadItsReplyIsStillDelivered(String executor) {
		EchoService interrupting = (message) -> {
			Thread.currentThread().interrupt();
			return message;
		};
		try (EchoServer server = EchoServer.framing("eof")
			.listener("executor", executor)
			.service(interrupting)
			.start()) {
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
	@ValueSource(strings = { "none", "pool" })
	void whenTheServiceAnswersWithAnArrayOfItsOwnThatIsTheReply(String executor) {
		EchoService copying = byte[]::clone;
		try (EchoServer server = EchoServer.framing("line")
			.listener("executor", executor)
			.listener("max-message-size", "100KB")
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

	@Test
	void whenTheServiceBlocksInThePoolOthersGoOnAndTheLoopSleeps() {
		CountDownLatch go = new CountDownLatch(1);
		EchoService blocking = (message) -> {
			if (message[0] == 'b') {
				await(go);
			}
			return message;
		};
		try (EchoServer server = EchoServer.framing("eof")
			.listener("executor", "pool")
			.listener("pool-size", 2)
			.service(blocking)
			.start(); Peer blocked = Peer.connect(server.port()).send("blocked").halfClose()) {
			server.awaitServiceCalls(1);
			for (int i = 0; i < 100; i++) {
				byte[] message = ("message " + i).getBytes();
				assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			}
			Duration before = server.loopTime();
			assertThat(blocked.isSilentFor(1_500)).isTrue();
			// A half-closed socket is readable for ever.
			assertThat(server.loopTime().minus(before)).as("processor time while the service blocks")
				.isLessThan(Duration.ofMillis(300));
			go.countDown();
			assertThat(blocked.readToEnd().text()).isEqualTo("blocked");
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(101);
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(101);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line" })
	void whenThePoolHasOneThreadAndNoQueueEverybodyIsAnswered(String framing) {
		EchoService slow = (message) -> {
			pause(5);
			return message;
		};
		try (EchoServer server = EchoServer.framing(framing)
			.listener("executor", "pool")
			.listener("pool-size", 1)
			.listener("pool-queue", 0)
			.service(slow)
			.start()) {
			Crowd.run(50, 100, (number) -> {
				byte[] message = Payload.line(200, number);
				assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			});
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(100);
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
		try (EchoServer server = EchoServer.framing("line").listener("executor", "pool").service(uneven).start()) {
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
		try (EchoServer server = EchoServer.framing("eof")
			.listener("executor", "pool")
			.listener("pool-size", 1)
			.listener("pool-queue", 0)
			.listener("timeouts.service", "400ms")
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
	void whenTheClientResetsWhileTheServiceRunsEverythingIsFreedQuietly(CapturedOutput output) {
		CountDownLatch go = new CountDownLatch(1);
		EchoService blocking = (message) -> {
			await(go);
			return message;
		};
		int clients = 16;
		try (EchoServer server = EchoServer.framing("eof").listener("executor", "pool").service(blocking).start()) {
			Peer[] peers = new Peer[clients];
			for (int i = 0; i < clients; i++) {
				peers[i] = Peer.connect(server.port()).send("message " + i).halfClose();
			}
			server.awaitServiceCalls(clients);
			for (Peer peer : peers) {
				peer.reset();
			}
			go.countDown();
			server.awaitOutcomes(Outcome.RESET_BY_PEER, clients);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(clients);
		}
		assertThat(output).doesNotContain("ERROR").doesNotContain("Exception").doesNotContain("\tat ");
	}

	@Test
	void whenTheOperatorClosesAConnectionItIsReset() {
		try (EchoServer server = EchoServer.framing("line").start(); Peer peer = Peer.connect(server.port())) {
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
		try (EchoServer server = EchoServer.framing("eof").listener("executor", "pool").service(blocking).start();
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

	private static byte[] overflowTheStack(int depth) {
		return (depth < 0) ? new byte[0] : overflowTheStack(depth + 1);
	}

}
