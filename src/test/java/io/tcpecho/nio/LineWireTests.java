package io.tcpecho.nio;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The wire contract of framing {@code line}: many messages for a connection, answered in
 * order.
 */
class LineWireTests {

	private static final int LIMIT = 5 * 1024;

	private static NioServer server;

	private int callsBefore;

	@BeforeAll
	static void startServer() {
		server = NioServer.framing(Framing.LINE).maxMessageSize(5 * 1024).start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void rememberCalls() {
		this.callsBefore = server.serviceCalls();
	}

	@AfterEach
	void nothingIsLeftBehind() {
		server.awaitQuiet();
	}

	@ParameterizedTest
	@CsvSource({ "hello~,1", "~,1", "~~~a~~,5", "a^~^~^^b~,3", "a^~,1" })
	void whenLinesEndEachIsEchoedAsItIs(String text, int messages) {
		String lines = text.replace('~', '\n').replace('^', '\r');
		long before = server.outcomes(Outcome.CLOSED_BY_PEER);
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send(lines).halfClose().readToEnd().text()).isEqualTo(lines);
		}
		server.awaitOutcomes(Outcome.CLOSED_BY_PEER, before + 1);
		assertThat(serviceCalls()).isEqualTo(messages);
	}

	@Test
	void whenALineHasEveryOtherByteItIsStillOneLine() {
		byte[] line = new byte[256];
		for (int i = 0; i < line.length; i++) {
			line[i] = (byte) (i + '\n' + 1);
		}
		assertThat(line[255]).isEqualTo((byte) '\n');
		assertThat(Peer.exchange(server.port(), line)).isEqualTo(new Reply(line, End.FIN));
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenThousandsOfLinesComeAtOnceTheyAreEchoedInOrder() {
		byte[] lines = Payload.numberedLines(0, 20_000);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(lines);
			assertThat(peer.read(lines.length)).isEqualTo(lines);
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
		}
		assertThat(serviceCalls()).isEqualTo(20_000);
	}

	@Test
	void whenLinesOfRandomSizesAreCutAnywhereTheyAreEchoedInOrder() {
		long seed = System.nanoTime();
		System.out.println("Seed of random lines and cuts: " + seed);
		Crowd.run(8, 400, (number) -> {
			Random random = new Random(seed + number);
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			for (int i = 0; i < 40; i++) {
				int size = switch (random.nextInt(4)) {
					case 0 -> 0;
					case 1 -> random.nextInt(10);
					case 2 -> random.nextInt(LIMIT + 1);
					default -> random.nextInt(100);
				};
				bytes.write(Payload.line(size, seed + i), 0, size + 1);
			}
			byte[] lines = bytes.toByteArray();
			try (Peer peer = Peer.connect(server.port())) {
				Crowd writer = Crowd.start(1, 1, (once) -> {
					int from = 0;
					while (from < lines.length) {
						int length = Math.min(lines.length - from, 1 + random.nextInt(20_000));
						peer.send(lines, from, length).pause((random.nextInt(20) == 0) ? 1 : 0);
						from += length;
					}
					peer.halfClose();
				});
				assertThat(peer.readToEnd()).as("seed %d, round %d", seed, number).isEqualTo(new Reply(lines, End.FIN));
				writer.await();
			}
		});
		server.awaitQuiet();
		assertThat(serviceCalls()).isEqualTo(400 * 40);
	}

	@Test
	void whenFinComesBeforeAnyByteFinFollows() {
		long before = server.outcomes(Outcome.CLOSED_BY_PEER);
		assertThat(Peer.exchange(server.port(), new byte[0])).isEqualTo(new Reply(new byte[0], End.FIN));
		server.awaitOutcomes(Outcome.CLOSED_BY_PEER, before + 1);
		assertThat(serviceCalls()).isZero();
	}

	@Test
	void whenFinComesInsideALineTheRepliesBeforeItAreSentAndThenReset() {
		long before = server.outcomes(Outcome.CLOSED_BY_PEER);
		try (Peer peer = Peer.connect(server.port())) {
			Reply reply = peer.send("one\ntwo\nthr").halfClose().readToEnd();
			assertThat(reply.text()).isEqualTo("one\ntwo\n");
			assertThat(reply.end()).isEqualTo(End.RST);
		}
		server.awaitOutcomes(Outcome.CLOSED_BY_PEER, before + 1);
		assertThat(serviceCalls()).isEqualTo(2);
	}

	@Test
	void whenTheClientResetsInsideALineThatLineIsNeverServed() {
		int rounds = 1_000;
		long before = server.outcomes(Outcome.RESET_BY_PEER);
		Crowd.run(8, rounds, (number) -> {
			Peer peer = Peer.connect(server.port());
			peer.send("one\n");
			assertThat(peer.read(4)).hasSize(4);
			peer.send("two").reset();
		});
		server.awaitOutcomes(Outcome.RESET_BY_PEER, before + rounds);
		assertThat(serviceCalls()).isEqualTo(rounds);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 15, 16, 17, 100 })
	void whenALineIsTooLongTheRepliesBeforeItAreSentAndThenReset(int linesBefore) {
		long before = server.outcomes(Outcome.OVERSIZE);
		byte[] good = Payload.numberedLines(0, linesBefore);
		try (Peer peer = Peer.connect(server.port())) {
			byte[] message = Arrays.copyOf(good, good.length + LIMIT + 1);
			Arrays.fill(message, good.length, message.length, (byte) 'x');
			assertThat(peer.send(message).readToEnd()).isEqualTo(new Reply(good, End.RST));
		}
		server.awaitOutcomes(Outcome.OVERSIZE, before + 1);
		assertThat(serviceCalls()).isEqualTo(linesBefore);
	}

	@ParameterizedTest
	@CsvSource({ "-1,1", "-1,5118", "-1,5119", "0,1", "0,4096", "0,5119", "0,5120", "1,1", "1,5119", "1,5120",
			"1,5121" })
	void whenALineComesInTwoPartsItsLimitIsTheSame(int aboveLimit, int cut) {
		byte[] line = Payload.line(LIMIT + aboveLimit, cut);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(line, 0, cut).pause(20);
			peer.trySend(Arrays.copyOfRange(line, cut, line.length));
			if (aboveLimit > 0) {
				assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			}
			else {
				assertThat(peer.read(line.length)).isEqualTo(line);
				assertThat(peer.send("next\n").halfClose().readToEnd().text()).isEqualTo("next\n");
			}
		}
		server.awaitQuiet();
		assertThat(serviceCalls()).isEqualTo((aboveLimit > 0) ? 0 : 2);
	}

	@Test
	void whenALongReplyIsWrittenTheLinesAfterItAreServedWithoutFurtherBytes() {
		int[] sizes = { 60_000, 130_000, 140_000, 165_000, 190_000, 250_000, 400_000 };
		byte[] lines = Payload.numberedLines(0, 1_000);
		try (NioServer large = NioServer.framing(Framing.LINE).maxMessageSize(1 * 1024 * 1024).start()) {
			for (int size : sizes) {
				byte[] first = Payload.line(size, size);
				byte[] message = Arrays.copyOf(first, first.length + lines.length);
				System.arraycopy(lines, 0, message, first.length, lines.length);
				try (Peer peer = Peer.connect(large.port())) {
					assertThat(peer.send(message).read(message.length)).as("echo of %d bytes", size).isEqualTo(message);
					assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
				}
			}
			large.awaitQuiet();
			assertThat(large.serviceCalls()).isEqualTo(sizes.length * 1_001);
		}
	}

	@Test
	void whenNoByteComesBetweenLinesTheConnectionEndsWithFin() {
		try (NioServer impatient = NioServer.framing(Framing.LINE).idleTimeout(Duration.ofMillis(400)).start();
				Peer silent = Peer.connect(impatient.port());
				Peer polite = Peer.connect(impatient.port())) {
			long start = System.nanoTime();
			assertThat(polite.send("one\n").read(4)).hasSize(4);
			assertThat(polite.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(400),
					Duration.ofMillis(2400));
			assertThat(silent.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			impatient.awaitOutcomes(Outcome.IDLE_TIMEOUT, 2);
			impatient.awaitQuiet();
			assertThat(impatient.serviceCalls()).isEqualTo(1);
		}
	}

	@Test
	void whenNoByteComesInsideALineTheConnectionIsReset() {
		try (NioServer impatient = NioServer.framing(Framing.LINE).idleTimeout(Duration.ofMillis(400)).start();
				Peer peer = Peer.connect(impatient.port())) {
			long start = System.nanoTime();
			assertThat(peer.send("one\ntw").readToEnd()).isEqualTo(new Reply("one\n".getBytes(), End.RST));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(400),
					Duration.ofMillis(2400));
			impatient.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
			impatient.awaitQuiet();
			assertThat(impatient.serviceCalls()).isEqualTo(1);
		}
	}

	@Test
	void whenTheClientWritesWithoutReadingTheServerStopsReadingAndLosesNothing() {
		int count = 300_000;
		byte[] lines = Payload.numberedLines(0, count);
		server.connectionFactory().setSoSendBufferSize(16 * 1024);
		try (Peer peer = Peer.connect(server.port(), 16 * 1024)) {
			Crowd writer = Crowd.start(1, 1, (once) -> peer.send(lines).halfClose());
			int calls;
			do {
				calls = serviceCalls();
				peer.pause(500);
			}
			while (calls == 0 || serviceCalls() > calls);
			assertThat(calls).as("lines served while none was read").isLessThan(count);
			for (int i = 0; i < 100; i++) {
				assertThat(server.budget().used()).isLessThan(256 * 1024);
				peer.pause(1);
			}
			assertThat(serviceCalls()).as("lines served while none was read, later").isEqualTo(calls);
			assertThat(peer.readEcho(lines)).isEqualTo(End.FIN);
			writer.await();
		}
		finally {
			server.connectionFactory().setSoSendBufferSize(0);
		}
		server.awaitQuiet();
		assertThat(serviceCalls()).isEqualTo(count);
	}

	@Test
	void whenOneClientPipelinesAHundredThousandLinesAnotherDoesNotWaitForIt() {
		int count = 100_000;
		byte[] lines = Payload.numberedLines(0, count);
		try (Peer greedy = Peer.connect(server.port()); Peer modest = Peer.connect(server.port())) {
			Crowd writer = Crowd.start(1, 1, (once) -> greedy.send(lines).halfClose());
			Crowd reader = Crowd.start(1, 1, (once) -> assertThat(greedy.readEcho(lines)).isEqualTo(End.FIN));
			for (int i = 0; i < 20; i++) {
				long start = System.nanoTime();
				assertThat(modest.send("me too\n").read(7)).hasSize(7);
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
			}
			writer.await();
			reader.await();
			modest.halfClose().readToEnd();
		}
		server.awaitQuiet();
		assertThat(serviceCalls()).isEqualTo(count + 20);
	}

	@Test
	void whenTwoRepliesFollowEachOtherTheSecondDoesNotWaitForAnAcknowledgement() {
		int rounds = 200;
		try (Peer peer = Peer.connect(server.port())) {
			long start = System.nanoTime();
			for (int i = 0; i < rounds; i++) {
				peer.send("ping\n").send("pong\n");
				assertThat(new String(peer.read(10))).isEqualTo("ping\npong\n");
			}
			// With Nagle's algorithm, 40 ms each.
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(20L * rounds));
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
		}
		assertThat(serviceCalls()).isEqualTo(2 * rounds);
	}

	@Test
	void whenManyClientsPingPongEachGetsItsOwnReplies() {
		int rounds = 40;
		Crowd.run(16, rounds, (number) -> {
			try (Peer peer = Peer.connect(server.port())) {
				for (int i = 0; i < 100; i++) {
					byte[] line = Payload.line((number * 37 + i * 101) % LIMIT, number * 1_000L + i);
					assertThat(peer.send(line).read(line.length)).isEqualTo(line);
				}
				assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			}
		});
		server.awaitQuiet();
		assertThat(serviceCalls()).isEqualTo(rounds * 100);
	}

	private int serviceCalls() {
		return server.serviceCalls() - this.callsBefore;
	}

}
