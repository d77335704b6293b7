package io.tcpecho.nio;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The wire contract of framing {@code eof}: W1 to W3.
 */
class EofWireTests {

	private static final int LIMIT = 5 * 1024;

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	private static EchoServer server;

	private int callsBefore;

	private long acceptedBefore;

	@BeforeAll
	static void startServer() {
		server = EchoServer.framing("eof").listener("max-message-size", "5KB").recorded().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void rememberCounts() {
		this.callsBefore = server.serviceCalls();
		this.acceptedBefore = server.accepted();
	}

	@AfterEach
	void nothingIsLeftBehind() {
		server.awaitQuiet();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 63, 64, 1023, 1024, 1025, LIMIT - 1, LIMIT })
	void whenTheMessageFitsItIsEchoedAndFinFollows(int size) {
		byte[] message = Payload.random(size, size);
		assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheMessageHasOneByteTooManyTheConnectionIsReset() {
		long before = server.outcomes(Outcome.OVERSIZE);
		assertThat(Peer.exchange(server.port(), Payload.random(LIMIT + 1, 1))).isEqualTo(RESET);
		server.awaitOutcomes(Outcome.OVERSIZE, before + 1);
		assertThat(serviceCalls()).isZero();
	}

	@Test
	void whenOneByteTooManyCameTheConnectionIsResetWithoutWaitingForFin() {
		long before = server.outcomes(Outcome.OVERSIZE);
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send(Payload.random(LIMIT + 1, 2)).readToEnd()).isEqualTo(RESET);
		}
		server.awaitOutcomes(Outcome.OVERSIZE, before + 1);
		assertThat(serviceCalls()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "-1,1", "-1,1024", "-1,4096", "-1,5118", "0,1", "0,1024", "0,4096", "0,5119", "1,1", "1,1024",
			"1,4096", "1,5119", "1,5120" })
	void whenTheMessageComesInTwoPartsItsLimitIsTheSame(int aboveLimit, int cut) {
		byte[] message = Payload.random(LIMIT + aboveLimit, cut);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(message, 0, cut);
			assertThat(peer.isSilentFor(20)).isTrue();
			peer.send(message, cut, message.length - cut).halfClose();
			assertThat(peer.readToEnd()).isEqualTo((aboveLimit > 0) ? RESET : new Reply(message, End.FIN));
		}
		assertThat(serviceCalls()).isEqualTo((aboveLimit > 0) ? 0 : 1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 100, LIMIT })
	void whenFinIsLateNoByteIsSentBeforeIt(int size) {
		byte[] message = Payload.random(size, size);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(message);
			assertThat(peer.isSilentFor(300)).isTrue();
			assertThat(serviceCalls()).isZero();
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(message, End.FIN));
		}
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheMessageIsEmptyFinFollowsAtOnce() {
		long before = server.outcomes(Outcome.EMPTY);
		try (Peer peer = Peer.connect(server.port())) {
			long start = System.nanoTime();
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		}
		server.awaitOutcomes(Outcome.EMPTY, before + 1);
		assertThat(serviceCalls()).isZero();
	}

	@Test
	void whenEachByteIsASegmentOfItsOwnTheMessageIsOne() {
		byte[] message = Payload.random(LIMIT, 3);
		try (Peer peer = Peer.connect(server.port())) {
			for (int i = 0; i < message.length; i++) {
				peer.send(message, i, 1);
				if (i < 300) {
					peer.pause(1);
				}
			}
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(message, End.FIN));
		}
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("awkwardMessages")
	void whenTheMessageIsAwkwardItIsStillOnlyBytes(byte[] message) {
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(message);
			assertThat(peer.isSilentFor(20)).isTrue();
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(message, End.FIN));
		}
		assertThat(serviceCalls()).isEqualTo(1);
	}

	static Stream<byte[]> awkwardMessages() {
		byte[] everyValue = new byte[256];
		for (int i = 0; i < everyValue.length; i++) {
			everyValue[i] = (byte) i;
		}
		byte[] badUtf8 = { (byte) 0xC0, (byte) 0x80, (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xFF, (byte) 0xFE };
		byte[] byteOrderMark = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 0, 0, 0, '\r', '\n', '-', '-', '\r', '\n' };
		byte[] clientHello = { 0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03 };
		byte[] proxyHeader = { '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n', 0x21, 0x11, 0, 12 };
		byte[] request = "GET /<script> HTTP/1.1\r\nHost: echo\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
		byte[] telnet = { (byte) 0xFF, (byte) 0xFB, 0x01, 0x04, 0x1A, 0x03 };
		return Stream.of(everyValue, badUtf8, byteOrderMark, clientHello, proxyHeader, request, telnet);
	}

	@Test
	void whenAByteIsUrgentItIsStillAByteOfTheMessage() {
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("abc").sendUrgent('!').send("def").halfClose();
			assertThat(peer.readToEnd().text()).isEqualTo("abc!def");
		}
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenAStreamHasNoEndItIsResetSoonAfterTheLimit() {
		long before = server.outcomes(Outcome.OVERSIZE);
		byte[] block = new byte[16 * 1024];
		try (Peer peer = Peer.connect(server.port())) {
			int blocks = 0;
			while (!peer.hasSeenReset() && blocks < 10_000) {
				peer.trySend(block);
				blocks++;
			}
			assertThat(peer.hasSeenReset()).as("reset while writing").isTrue();
			assertThat(peer.readToEnd()).isEqualTo(RESET);
		}
		server.awaitOutcomes(Outcome.OVERSIZE, before + 1);
		assertThat(serviceCalls()).isZero();
		assertThat(lastSummary().bytesIn()).isBetween(LIMIT + 1L, LIMIT + 64L * 1024);
	}

	@Test
	void whenRandomMessagesAreTooLongEachIsReset() {
		Crowd.run(8, 2_000, (number) -> {
			Random random = new Random(number);
			byte[] message = Payload.random(LIMIT + 1 + random.nextInt(20_000), number);
			try (Peer peer = Peer.connect(server.port())) {
				peer.trySend(message);
				if (number % 2 == 0 && !peer.hasSeenReset()) {
					peer.halfClose();
				}
				assertThat(peer.readToEnd()).as("seed " + number).isEqualTo(RESET);
			}
		});
		server.awaitQuiet();
		assertThat(serviceCalls()).isZero();
	}

	@Test
	void whenTheClientResetsInMidMessageTheServiceNeverRuns() {
		int rounds = 10_000;
		long before = server.outcomes(Outcome.RESET_BY_PEER);
		long acceptedBefore = server.accepted();
		Crowd.run(8, rounds, (number) -> {
			Peer peer = Peer.connect(server.port());
			peer.send(Payload.random(1 + number % LIMIT, number));
			if (number % 100 == 0) {
				peer.pause(1);
			}
			peer.reset();
		});
		server.awaitQuiet();
		// Nobody waits for an answer here, so the accept queue may overflow for a moment,
		// and a client that resets then was never accepted.
		long accepted = server.accepted() - acceptedBefore;
		assertThat(accepted).isBetween(rounds * 9L / 10, (long) rounds);
		assertThat(server.outcomes(Outcome.RESET_BY_PEER) - before).isEqualTo(accepted);
		assertThat(serviceCalls()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 64, 5_000 })
	void whenFinComesWithTheDataEveryMessageIsEchoed(int size) {
		int rounds = 10_000;
		long before = server.outcomes(Outcome.REPLIED);
		Crowd.run(32, rounds, (number) -> {
			byte[] message = Payload.random(size, number);
			assertThat(Peer.exchange(server.port(), message)).as("seed " + number)
				.isEqualTo(new Reply(message, End.FIN));
		});
		server.awaitOutcomes(Outcome.REPLIED, before + rounds);
		assertThat(serviceCalls()).isEqualTo(rounds);
	}

	@Test
	void whenMessagesAreCutAnywhereTheyAreEchoedAsTheyWere() {
		long seed = System.nanoTime();
		System.out.println("Seed of random sizes and cuts: " + seed);
		AtomicInteger empty = new AtomicInteger();
		int rounds = 30_000;
		Crowd.run(16, rounds, (number) -> {
			Random random = new Random(seed + number);
			int size = random.nextBoolean() ? random.nextInt(LIMIT + 1) : random.nextInt(64);
			byte[] message = new byte[size];
			random.nextBytes(message);
			int[] cuts = random.ints(random.nextInt(5), 0, size + 1).sorted().toArray();
			try (Peer peer = Peer.connect(server.port())) {
				int from = 0;
				for (int cut : cuts) {
					peer.send(message, from, cut - from).pause((random.nextInt(200) == 0) ? 2 : 0);
					from = cut;
				}
				peer.send(message, from, size - from);
				assertThat(peer.halfClose().readToEnd()).as("seed %d, round %d", seed, number)
					.isEqualTo(new Reply(message, End.FIN));
			}
			if (size == 0) {
				empty.incrementAndGet();
			}
		});
		server.awaitQuiet();
		assertThat(serviceCalls()).isEqualTo(rounds - empty.get());
	}

	@Test
	void whenTheClientClosesBothDirectionsTheServiceRunsOnceAndNothingIsLeft() {
		int rounds = 1_000;
		long before = server.outcomes(Outcome.REPLIED) + server.outcomes(Outcome.RESET_BY_PEER);
		Crowd.run(8, rounds, (number) -> {
			try (Peer peer = Peer.connect(server.port())) {
				peer.send(Payload.random(1 + number % LIMIT, number));
			}
		});
		server.awaitQuiet();
		assertThat(server.outcomes(Outcome.REPLIED) + server.outcomes(Outcome.RESET_BY_PEER))
			.isEqualTo(before + rounds);
		assertThat(serviceCalls()).isEqualTo(rounds);
	}

	@Test
	void whenTheClientConnectsAndClosesAtOnceNothingHappens() {
		int rounds = 1_000;
		long before = server.outcomes(Outcome.EMPTY);
		Crowd.run(8, rounds, (number) -> Peer.connect(server.port()).close());
		server.awaitOutcomes(Outcome.EMPTY, before + rounds);
		assertThat(server.accepted() - this.acceptedBefore).isEqualTo(rounds);
		assertThat(serviceCalls()).isZero();
	}

	@Test
	void whenTheClientConnectsAndResetsAtOnceNothingHappens() {
		int rounds = 1_000;
		long before = server.outcomes(Outcome.RESET_BY_PEER);
		Crowd.run(8, rounds, (number) -> Peer.connect(server.port()).reset());
		server.awaitOutcomes(Outcome.RESET_BY_PEER, before + rounds);
		assertThat(serviceCalls()).isZero();
	}

	@Test
	void whenTheMessageHas70MegabytesItIsEchoedWhole() {
		try (EchoServer large = EchoServer.framing("eof")
			.listener("max-message-size", "128MB")
			.property("tcp-echo.max-buffered", "300MB")
			.start()) {
			byte[] message = Payload.random(70 * 1024 * 1024, 70);
			try (Peer peer = Peer.connect(large.port())) {
				assertThat(peer.send(message).halfClose().readEcho(message)).isEqualTo(End.FIN);
			}
			large.awaitQuiet();
			assertThat(large.serviceCalls()).isEqualTo(1);
			assertThat(large.outcomes(Outcome.REPLIED)).isEqualTo(1);
		}
	}

	@Test
	void whenTheClientResetsInMidReplyEverythingIsFreedAtOnce() {
		try (EchoServer large = EchoServer.framing("eof")
			.listener("max-message-size", "64MB")
			.property("tcp-echo.max-buffered", "300MB")
			.start()) {
			byte[] message = Payload.random(40 * 1024 * 1024, 40);
			Peer peer = Peer.connect(large.port());
			peer.send(message).halfClose();
			assertThat(peer.read(4 * 1024 * 1024)).isEqualTo(Arrays.copyOf(message, 4 * 1024 * 1024));
			assertThat(large.budget().used()).isPositive();
			long start = System.nanoTime();
			peer.reset();
			large.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
			large.awaitQuiet();
			assertThat(large.serviceCalls()).isEqualTo(1);
		}
	}

	private int serviceCalls() {
		return server.serviceCalls() - this.callsBefore;
	}

	private static ConnectionSummary lastSummary() {
		return server.summaries().get(server.summaries().size() - 1);
	}

}
