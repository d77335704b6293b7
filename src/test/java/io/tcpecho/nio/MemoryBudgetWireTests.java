package io.tcpecho.nio;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tcpecho.testing.Waits.await;
import static io.tcpecho.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The memory budget over real sockets: a connection that gets none waits in one queue,
 * and gets memory or leaves in bounded time.
 */
class MemoryBudgetWireTests {

	private static final int KB = 1024;

	/** The largest message of the smallest budget, which is just as large. */
	private static final int LARGEST = 64 * KB;

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	@Test
	void whenTheBudgetIsTheSmallestOneClientCanStillSendTheLargestMessage() {
		byte[] message = Payload.random(LARGEST, 1);
		try (NioServer server = smallest(Framing.EOF)) {
			for (int round = 0; round < 30; round++) {
				int[] cuts = new Random(round).ints(round % 5, 1, message.length).sorted().toArray();
				try (Peer peer = Peer.connect(server.port())) {
					int from = 0;
					for (int cut : cuts) {
						peer.send(message, from, cut - from).pause(2);
						from = cut;
					}
					peer.send(message, from, message.length - from).halfClose();
					assertThat(peer.readToEnd()).as("cuts " + Arrays.toString(cuts))
						.isEqualTo(new Reply(message, End.FIN));
				}
				assertThat(Peer.exchange(server.port(), Payload.random(LARGEST + 1, round))).isEqualTo(RESET);
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(30);
			assertThat(server.outcomes(Outcome.OVERLOADED)).isZero();
		}
	}

	@Test
	void whenTheBudgetIsTheSmallestOneClientCanStillPipelineTheLargestLines() {
		byte[] line = Payload.line(LARGEST, 2);
		byte[] small = Payload.numberedLines(0, 3_000);
		byte[] lines = new byte[3 * line.length + small.length];
		System.arraycopy(line, 0, lines, 0, line.length);
		System.arraycopy(small, 0, lines, line.length, small.length);
		System.arraycopy(line, 0, lines, line.length + small.length, line.length);
		System.arraycopy(line, 0, lines, 2 * line.length + small.length, line.length);
		try (NioServer server = smallest(Framing.LINE)) {
			for (int round = 0; round < 20; round++) {
				Random random = new Random(round);
				try (Peer peer = Peer.connect(server.port())) {
					Crowd writer = Crowd.start(1, 1, (once) -> {
						int from = 0;
						while (from < lines.length) {
							int length = Math.min(lines.length - from, 1 + random.nextInt(40_000));
							peer.send(lines, from, length).pause(random.nextInt(2));
							from += length;
						}
						peer.halfClose();
					});
					assertThat(peer.readEcho(lines)).as("seed " + round).isEqualTo(End.FIN);
					writer.await();
				}
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(20 * 3_003);
			assertThat(server.outcomes(Outcome.OVERLOADED)).isZero();
		}
	}

	@Test
	void whenALoneClientIsSlowToReadItIsNotOverloadedByItsOwnReplies() {
		byte[] line = Payload.line(LARGEST, 3);
		try (NioServer server = smallest(Framing.LINE)) {
			server.connectionFactory().setSoSendBufferSize(16 * KB);
			try (Peer peer = Peer.connect(server.port(), 16 * KB)) {
				Crowd writer = Crowd.start(1, 1, (once) -> {
					for (int i = 0; i < 40; i++) {
						peer.send(line);
					}
					peer.halfClose();
				});
				// Longer than buffer-wait, shorter than timeouts.write.
				peer.pause(3_500);
				for (int i = 0; i < 40; i++) {
					assertThat(Arrays.equals(peer.read(line.length), line)).as("echo of line " + i).isTrue();
				}
				assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
				writer.await();
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(40);
			assertThat(server.outcomes(Outcome.OVERLOADED)).isZero();
		}
	}

	@Test
	void whenSomebodyWaitsForMemoryNobodyOvertakes() {
		try (NioServer server = server(Framing.EOF, Duration.ofSeconds(10)).start();
				Peer first = Peer.connect(server.port()).send(new byte[390 * KB]);
				Peer second = Peer.connect(server.port()).send(new byte[390 * KB])) {
			server.awaitOpen(2);
			byte[] large = Payload.random(200 * KB, 4);
			byte[] small = { 1, 2, 3 };
			try (Peer waiting = Peer.connect(server.port())) {
				Crowd writer = Crowd.start(1, 1, (once) -> waiting.send(large).halfClose());
				server.awaitWaiting(1);
				try (Peer late = Peer.connect(server.port()).send(small).halfClose()) {
					server.awaitWaiting(2);
					assertThat(late.isSilentFor(200)).isTrue();
					assertThat(server.serviceCalls()).isZero();
					second.reset();
					assertThat(waiting.readToEnd()).isEqualTo(new Reply(large, End.FIN));
					assertThat(late.readToEnd()).isEqualTo(new Reply(small, End.FIN));
				}
				writer.await();
			}
			first.reset();
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(2);
			assertThat(server.outcomes(Outcome.OVERLOADED)).isZero();
		}
	}

	@Test
	void whenNoMemoryComesTheFirstInTheLineIsResetAndTheNextIsServed() {
		Duration wait = Duration.ofMillis(700);
		try (NioServer server = server(Framing.EOF, Duration.ofMillis(700)).start();
				Peer first = Peer.connect(server.port()).send(new byte[390 * KB]);
				Peer second = Peer.connect(server.port()).send(new byte[390 * KB])) {
			server.awaitOpen(2);
			long start = System.nanoTime();
			try (Peer waiting = Peer.connect(server.port())) {
				waiting.trySend(new byte[350 * KB]);
				server.awaitWaiting(1);
				try (Peer late = Peer.connect(server.port()).send("late").halfClose()) {
					assertThat(waiting.readToEnd()).isEqualTo(RESET);
					assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(wait,
							wait.plus(Duration.ofSeconds(3)));
					assertThat(late.readToEnd().text()).isEqualTo("late");
				}
			}
			server.awaitOutcomes(Outcome.OVERLOADED, 1);
			assertThat(Peer.exchange(server.port(), "after".getBytes()).text()).isEqualTo("after");
			second.reset();
			server.awaitOpen(1);
			assertThat(first.halfClose().readToEnd().bytes()).hasSize(390 * KB);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(3);
		}
	}

	@Test
	void whenHalfReadMessagesLockEachOtherOutSomeAreResetAndTheRestIsServed() {
		int clients = 12;
		AtomicInteger replied = new AtomicInteger();
		try (NioServer server = server(Framing.EOF, Duration.ofMillis(200)).serviceTimeout(Duration.ofMillis(200))
			.start()) {
			AtomicLong peak = new AtomicLong();
			try (Crowd watch = watch(server, peak)) {
				Crowd.run(clients, clients, (number) -> {
					byte[] message = Payload.random(380 * KB, number);
					try (Peer peer = Peer.connect(server.port())) {
						Reply reply = peer.trySend(message).readAfterHalfClose();
						assertThat(reply).isIn(RESET, new Reply(message, End.FIN));
						replied.addAndGet((reply.end() == End.FIN) ? 1 : 0);
					}
				});
				server.awaitQuiet();
				watch.stop();
			}
			assertThat(replied.get()).isPositive();
			assertThat(server.serviceCalls()).isEqualTo(replied.get());
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(replied.get());
			assertThat(server.outcomes(Outcome.OVERLOADED)).isEqualTo(clients - replied.get());
			assertThat(peak.get()).isLessThanOrEqualTo(server.budget().capacity() + 64 * KB);
			byte[] largest = Payload.random(400 * KB, 5);
			assertThat(Peer.exchange(server.port(), largest)).isEqualTo(new Reply(largest, End.FIN));
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheServerMakesAClientWaitItsOtherClocksStandStill() {
		CountDownLatch go = new CountDownLatch(1);
		try (NioServer server = server(Framing.EOF, Duration.ofSeconds(20)).pool(16)
			.idleTimeout(Duration.ofMillis(600))
			.messageTimeout(Duration.ofMillis(600))
			.maxBuffered(1900 * KB)
			.service((message) -> {
				if (message[0] == 'h') {
					await(go);
				}
				return message;
			})
			.start()) {
			byte[] held = Payload.random(390 * KB, 6);
			held[0] = 'h';
			byte[] patient = Payload.random(380 * KB, 7);
			patient[0] = 'p';
			// Four hold their messages; the fifth finds no memory for the end of its own.
			Crowd holders = Crowd.start(4, 4,
					(number) -> assertThat(Peer.exchange(server.port(), held)).isEqualTo(new Reply(held, End.FIN)));
			server.awaitServiceCalls(4);
			Crowd waiter = Crowd.start(1, 1, (number) -> assertThat(Peer.exchange(server.port(), patient))
				.isEqualTo(new Reply(patient, End.FIN)));
			server.awaitWaiting(1);
			pause(1_500);
			assertThat(server.open()).isEqualTo(5);
			go.countDown();
			holders.await();
			waiter.await();
			server.awaitOutcomes(Outcome.REPLIED, 5);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(5);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void whenManyShareALittleMemoryEachIsServedOrTold(int eventLoops) {
		int rounds = 2_000;
		AtomicInteger replied = new AtomicInteger();
		try (NioServer server = server(Framing.EOF, Duration.ofSeconds(2)).maxMessageSize(32 * 1024)
			.eventLoops(eventLoops)
			.maxBuffered(128 * 1024)
			.start()) {
			AtomicLong peak = new AtomicLong();
			try (Crowd watch = watch(server, peak)) {
				Crowd.run(24, rounds, (number) -> {
					byte[] message = Payload.random(1 + new Random(number).nextInt(32 * KB), number);
					try (Peer peer = Peer.connect(server.port())) {
						Reply reply = peer.trySend(message).readAfterHalfClose();
						assertThat(reply).as("seed " + number).isIn(RESET, new Reply(message, End.FIN));
						replied.addAndGet((reply.end() == End.FIN) ? 1 : 0);
					}
				});
				server.awaitQuiet();
				watch.stop();
			}
			assertThat(server.serviceCalls()).isEqualTo(replied.get());
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(replied.get());
			assertThat(server.outcomes(Outcome.OVERLOADED)).isEqualTo(rounds - replied.get());
			assertThat(replied.get()).isGreaterThan(rounds * 9 / 10);
			// Each loop may hold the bytes of one turn beside the budget.
			assertThat(peak.get()).isLessThanOrEqualTo(server.budget().capacity() + eventLoops * 64 * KB);
		}
	}

	@Test
	void whenClientsResetWhileTheyWaitTheirMemoryComesBack() {
		try (NioServer server = server(Framing.EOF, Duration.ofMillis(50)).serviceTimeout(Duration.ofMillis(200))
			.start()) {
			crowdThatResets(server, 30);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isZero();
			byte[] largest = Payload.random(400 * KB, 8);
			assertThat(Peer.exchange(server.port(), largest)).isEqualTo(new Reply(largest, End.FIN));
			server.awaitQuiet();
		}
	}

	/** Let clients send more than there is memory for, and reset. */
	private static void crowdThatResets(NioServer server, int clients) {
		Crowd.run(clients, clients, (number) -> {
			try (Peer peer = Peer.connect(server.port())) {
				Crowd writer = Crowd.start(1, 1, (once) -> peer.trySend(new byte[390 * KB]));
				peer.pause(200).reset();
				writer.await();
			}
		});
	}

	@Test
	void whenThousandsOfLinesWaitForSlowReadersTheBudgetHolds() {
		byte[] lines = new byte[300 * KB];
		for (int i = 0; i < lines.length; i++) {
			lines[i] = (byte) ((i % 1_000 == 999) ? '\n' : 'x');
		}
		lines[lines.length - 1] = '\n';
		try (NioServer server = server(Framing.LINE, Duration.ofSeconds(10)).maxMessageSize(64 * 1024).start()) {
			server.connectionFactory().setSoSendBufferSize(8 * KB);
			AtomicLong peak = new AtomicLong();
			try (Crowd watch = watch(server, peak)) {
				Crowd.run(24, 24, (number) -> {
					try (Peer peer = Peer.connect(server.port(), 8 * KB)) {
						Crowd writer = Crowd.start(1, 1, (once) -> peer.send(lines).halfClose());
						peer.pause(500);
						assertThat(peer.readEcho(lines)).isEqualTo(End.FIN);
						writer.await();
					}
				});
				server.awaitQuiet();
				watch.stop();
			}
			assertThat(peak.get()).isBetween(1L, server.budget().capacity() + 128 * KB);
			assertThat(server.serviceCalls()).isEqualTo(24 * 308);
			assertThat(server.outcomes(Outcome.OVERLOADED)).isZero();
		}
	}

	@Test
	@DisplayName("Of four messages of 50 MB under a budget of 128 MB each is echoed or reset, and the next is served")
	void whenMessagesAreLargerThanTheBudgetTogetherEachIsServedOrTold() {
		byte[] message = Payload.random(50 * KB * KB, 36);
		try (NioServer server = NioServer.framing(Framing.EOF)
			.maxMessageSize(50 * KB * KB)
			.maxBuffered(128 * KB * KB)
			.bufferWait(Duration.ofMillis(500))
			.start()) {
			Oracle oracle = Oracle.watch(server);
			AtomicInteger replied = new AtomicInteger();
			Crowd.run(4, 4, (number) -> {
				try (Peer peer = Peer.connect(server.port()).trySend(message).tryHalfClose()) {
					End end = peer.readEcho(message);
					replied.addAndGet((end == End.FIN) ? 1 : 0);
					assertThat(end).isNotEqualTo(End.NONE);
				}
			});
			oracle.settled()
				.calls(replied.get())
				.ended(Outcome.REPLIED, replied.get())
				.ended(Outcome.OVERLOADED, 4 - replied.get());
			assertThat(replied.get()).isPositive();
			try (Peer next = Peer.connect(server.port()).send(message)) {
				assertThat(next.halfClose().readEcho(message)).isEqualTo(End.FIN);
			}
			oracle.settled().ended(Outcome.REPLIED, replied.get() + 1);
		}
	}

	private static NioServer smallest(Framing framing) {
		return NioServer.framing(framing).maxMessageSize(LARGEST).maxBuffered(LARGEST).start();
	}

	private static NioServerBuilder server(Framing framing, Duration bufferWait) {
		return NioServer.framing(framing).maxMessageSize(400 * KB).maxBuffered(KB * KB).bufferWait(bufferWait);
	}

	/** Note the largest use of the budget, until stopped. */
	private static Crowd watch(NioServer server, AtomicLong peak) {
		return Crowd.start(1, Integer.MAX_VALUE, (number) -> {
			peak.accumulateAndGet(server.budget().used(), Math::max);
			pause(Duration.ofNanos(50_000));
		});
	}

}
