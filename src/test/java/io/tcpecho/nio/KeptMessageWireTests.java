package io.tcpecho.nio;

import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.framing.Framing;
import io.tcpecho.payload.Payload;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tcpecho.testing.Payload.random;
import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A service that keeps its message after its return, or whose call was given up, neither
 * sees nor changes the bytes of other messages, whose memory may be the same.
 */
class KeptMessageWireTests {

	private static final int SIZE = 3 * 1024 * 1024;

	private static final int ROUNDS = 8;

	@ParameterizedTest
	@ValueSource(ints = { 0, 4 })
	void whenTheServiceKeepsPayloadsTheyHaveNoBytesAfterItsReturn(int poolThreads) {
		Queue<Payload> kept = new ConcurrentLinkedQueue<>();
		try (NioServer server = large(service((message) -> {
			kept.add(message);
			return message;
		})).pool(poolThreads).start()) {
			exchangeInTurn(server);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(ROUNDS);
		}
		assertThat(kept).hasSize(ROUNDS)
			.allSatisfy((payload) -> assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(payload::toByteArray));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 4 })
	void whenTheServiceKeepsArraysAndOverwritesThemLaterNoReplyIsAnother(int poolThreads) {
		Queue<byte[]> kept = new ConcurrentLinkedQueue<>();
		try (NioServer server = large((message) -> {
			kept.forEach((earlier) -> Arrays.fill(earlier, (byte) 0));
			kept.add(message);
			return message.clone();
		}).pool(poolThreads).start()) {
			exchangeInTurn(server);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(ROUNDS);
		}
		assertThat(kept).hasSize(ROUNDS);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 4 })
	void whenTheServiceAnswersWithAnEarlierMessageTheConnectionIsReset(int poolThreads) {
		Queue<Payload> kept = new ConcurrentLinkedQueue<>();
		try (NioServer server = large(service((message) -> {
			kept.add(message);
			return kept.element();
		})).pool(poolThreads).start()) {
			byte[] first = random(SIZE, 1);
			assertThat(Peer.exchange(server.port(), first)).isEqualTo(new Reply(first, End.FIN));
			server.awaitQuiet();
			try (Peer next = Peer.connect(server.port()).trySend(random(SIZE, 2))) {
				assertThat(next.readAfterHalfClose().bytes()).isEmpty();
			}
			server.awaitOutcomes(Outcome.SERVICE_ERROR, 1);
			server.awaitQuiet();
		}
	}

	@Test
	void whenCallsAreGivenUpTheirMessagesKeepTheirBytesAndOthersGetTheirOwn() {
		CountDownLatch go = new CountDownLatch(1);
		Queue<byte[]> seen = new ConcurrentLinkedQueue<>();
		CountDownLatch returned = new CountDownLatch(2);
		try (NioServer server = large(service((message) -> {
			if (message.size() < SIZE) {
				await(go);
				seen.add(message.toByteArray());
				returned.countDown();
			}
			return message;
		})).pool(8).serviceTimeout(Duration.ofSeconds(2)).start()) {
			byte[][] hung = { random(SIZE - 1, 21), random(SIZE - 2, 22) };
			Crowd.run(2, 2, (number) -> {
				try (Peer peer = Peer.connect(server.port()).trySend(hung[number])) {
					assertThat(peer.readAfterHalfClose()).isEqualTo(new Reply(new byte[0], End.RST));
				}
			});
			server.awaitOutcomes(Outcome.SERVICE_TIMEOUT, 2);
			exchangeInTurn(server);
			go.countDown();
			await(returned);
			assertThat(seen).containsExactlyInAnyOrder(hung);
			exchangeInTurn(server);
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(2 * ROUNDS);
		}
	}

	@Test
	void whenManyExchangeLargeMessagesAtATimeEachGetsItsOwn() {
		try (NioServer server = large(EchoService.identity()).eventLoops(2).start()) {
			Crowd.run(6, 48, (number) -> {
				byte[] message = random(SIZE / 2 + number, number);
				try (Peer peer = Peer.connect(server.port()).trySend(message)) {
					if (number % 5 == 0) {
						peer.reset();
					}
					else {
						assertThat(peer.halfClose().readEcho(message)).isEqualTo(End.FIN);
					}
				}
			});
			server.awaitQuiet();
			assertThat(server.budget().used()).isZero();
		}
	}

	private static void exchangeInTurn(NioServer server) {
		for (int round = 0; round < ROUNDS; round++) {
			byte[] message = random(SIZE, round);
			try (Peer peer = Peer.connect(server.port()).send(message).halfClose()) {
				assertThat(peer.readEcho(message)).as("round %d", round).isEqualTo(End.FIN);
			}
		}
	}

	private static NioServerBuilder large(EchoService service) {
		return NioServer.framing(Framing.EOF).maxMessageSize(SIZE).maxBuffered(32 * 1024 * 1024).service(service);
	}

	private static EchoService service(UnaryOperator<Payload> answer) {
		return new EchoService() {

			@Override
			public byte[] echo(byte[] message) {
				throw new IllegalStateException("The message is a payload");
			}

			@Override
			public Payload echo(Payload message) {
				return answer.apply(message);
			}

		};
	}

}
