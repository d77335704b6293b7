package io.tcpecho.nio;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Commands;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a message of framing {@code eof} may be: bytes of every kind, cut anywhere, come
 * back as just these bytes, or the connection is reset.
 */
@ExtendWith(OutputCaptureExtension.class)
class EofContentWireTests {

	/** Random messages; a million with {@code -Plong}. */
	private static final int MESSAGES = Integer.getInteger("test.messages", 10_000);

	/** Rounds of a race; 10,000 with {@code -Plong}. */
	private static final int ROUNDS = Integer.getInteger("test.rounds", 2_000);

	/** How many bytes come with a pause after each; all of them with {@code -Plong}. */
	private static final int DRIPS = Integer.getInteger("test.drips", 300);

	private static final int LIMIT = 10 * 1024;

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	private static NioServer server;

	private Oracle oracle;

	@BeforeAll
	static void startServer() {
		server = NioServer.framing(Framing.EOF).maxMessageSize(10 * 1024).start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void watchServer(CapturedOutput output) {
		this.oracle = Oracle.watch(server, output);
	}

	@Test
	@DisplayName("10 kB that come one byte a segment are one message")
	void whenEachByteIsASegmentOfItsOwnTheMessageIsOne() {
		byte[] message = Payload.random(LIMIT, 1);
		try (Peer peer = Peer.connect(server.port())) {
			peer.drip(Arrays.copyOf(message, DRIPS), 1).drip(Arrays.copyOfRange(message, DRIPS, LIMIT), 0);
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(message, End.FIN));
		}
		this.oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
	}

	@ParameterizedTest(name = "{0} bytes")
	@ValueSource(ints = { 64, 5_000 })
	@DisplayName("A message whose FIN follows at once is always echoed, in thousands of rounds")
	void whenFinComesWithTheDataEveryMessageIsEchoed(int size) {
		Crowd.run(32, ROUNDS, (number) -> {
			byte[] message = Payload.random(size, number);
			assertThat(Peer.exchange(server.port(), message)).as("seed " + number)
				.isEqualTo(new Reply(message, End.FIN));
		});
		this.oracle.settled().calls(ROUNDS).allEnded(Outcome.REPLIED, ROUNDS);
	}

	@ParameterizedTest(name = "{0} bytes")
	@ValueSource(ints = { 64, 5_000 })
	@DisplayName("A message whose FIN is in the same segment is always echoed, in thousands of rounds")
	void whenFinIsInTheSegmentOfTheDataEveryMessageIsEchoed(int size, @TempDir Path directory) {
		String seen = sendInOneSegmentWithFin(size, ROUNDS, directory);
		assertThat(seen).matches("echoed \\d+, reset 0, other 0, together " + ROUNDS);
		this.oracle.settled().calls(number(seen)).allEnded(Outcome.REPLIED, number(seen));
	}

	@Test
	@DisplayName("FIN alone ends the message, a second after the data, and nothing before it does")
	void whenFinIsLateNoByteIsSentBeforeIt() {
		byte[] message = Payload.random(LIMIT, 3);
		try (Peer peer = Peer.connect(server.port()).send(message)) {
			assertThat(peer.isSilentFor(1_000)).isTrue();
			assertThat(this.oracle.calls()).as("calls before FIN").isZero();
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(message, End.FIN));
		}
		this.oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
	}

	@Test
	@DisplayName("An empty message gets FIN within 100 ms, and nothing is logged")
	void whenTheMessageIsEmptyFinFollowsAtOnce() {
		int rounds = 100;
		long start = System.nanoTime();
		for (int i = 0; i < rounds; i++) {
			assertThat(Peer.exchange(server.port(), new byte[0])).isEqualTo(new Reply(new byte[0], End.FIN));
		}
		// On the average: a single one may meet a pause of the machine.
		assertThat(since(start)).isLessThan(Duration.ofMillis(100).multipliedBy(rounds));
		this.oracle.settled().calls(0).allEnded(Outcome.EMPTY, rounds);
		assertThat(this.oracle.log()).isEmpty();
	}

	@Test
	@DisplayName("A message of one byte too many is reset without a byte of reply if FIN follows at once")
	void whenTheMessageHasOneByteTooManyTheConnectionIsReset() {
		assertThat(Peer.exchange(server.port(), Payload.random(LIMIT + 1, 7))).isEqualTo(RESET);
		this.oracle.settled().calls(0).allEnded(Outcome.OVERSIZE, 1);
	}

	@Test
	@DisplayName("A message of one byte too many is reset without a byte of reply if FIN is in the same segment")
	void whenFinIsInTheSegmentOfOneByteTooManyTheConnectionIsReset(@TempDir Path directory) {
		String seen = sendInOneSegmentWithFin(LIMIT + 1, 100, directory);
		assertThat(seen).matches("echoed 0, reset \\d+, other 0, together 100");
		this.oracle.settled().calls(0).allEnded(Outcome.OVERSIZE, number(seen.substring("echoed 0, ".length())));
	}

	/**
	 * Let clients send messages, each in one segment together with FIN, until the kernel
	 * has shown so often that it was one, and return what they say.
	 */
	private static String sendInOneSegmentWithFin(int size, int rounds, Path directory) {
		long seed = System.nanoTime();
		System.out.println("Seed of messages in one segment with FIN: " + seed);
		Path client = Commands.compile(directory.resolve("together"), "together.c");
		return Commands.run(client.toString(), "" + server.port(), "" + size, "" + rounds, "" + seed).strip();
	}

	/** Return the first number in what such clients say. */
	private static int number(String seen) {
		return Integer.parseInt(seen.replaceAll("^\\D+(\\d+).*", "$1"));
	}

	@Test
	@DisplayName("An endless stream is reset soon after the limit and not read any further")
	void whenAStreamHasNoEndItIsResetSoonAfterTheLimit() {
		byte[] block = new byte[16 * 1024];
		Duration before = server.loopTime();
		try (Peer peer = Peer.connect(server.port())) {
			int blocks = 0;
			while (!peer.hasSeenReset() && blocks < 10_000) {
				peer.trySend(block);
				blocks++;
			}
			assertThat(peer.hasSeenReset()).as("reset while writing").isTrue();
			assertThat(peer.readToEnd()).isEqualTo(RESET);
		}
		this.oracle.settled().calls(0).allEnded(Outcome.OVERSIZE, 1);
		assertThat(lastSummary().bytesIn()).isBetween(LIMIT + 1L, LIMIT + 64L * 1024);
		assertThat(server.loopTime().minus(before)).as("processor time").isLessThan(Duration.ofMillis(200));
	}

	@Test
	@DisplayName("A client that writes on after one byte too many finds that its writes fail")
	void whenTheClientWritesOnAfterTheLimitItsWritesFail() {
		try (Peer peer = Peer.connect(server.port()).send(Payload.random(LIMIT + 1, 9))) {
			long start = System.nanoTime();
			while (!peer.hasSeenReset() && since(start).toSeconds() < 10) {
				peer.trySend(new byte[1]).pause(1);
			}
			assertThat(peer.hasSeenReset()).as("reset while writing").isTrue();
			assertThat(since(start)).isLessThan(Duration.ofSeconds(2));
		}
		this.oracle.settled().calls(0).allEnded(Outcome.OVERSIZE, 1);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("awkwardMessages")
	@DisplayName("No byte of a message has a meaning of its own")
	void whenTheMessageIsAwkwardItIsStillOnlyBytes(String name, byte[] message) {
		assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
		this.oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
	}

	static Stream<Object[]> awkwardMessages() {
		byte[] everyValue = new byte[256];
		IntStream.range(0, everyValue.length).forEach((i) -> everyValue[i] = (byte) i);
		return Stream.of(new Object[] { "every value", everyValue },
				new Object[] { "bad UTF-8", bytes(0xC0, 0x80, 0xED, 0xA0, 0x80, 0xFF, 0xFE) },
				new Object[] { "byte order mark", bytes(0xEF, 0xBB, 0xBF, 0, 0) },
				new Object[] { "line ends and dashes", "\r\n--\r\n\n\r\0--".getBytes(StandardCharsets.US_ASCII) },
				new Object[] { "telnet commands", bytes(0xFF, 0xFB, 0x01, 0x04, 0x1A, 0x03) });
	}

	@Test
	@DisplayName("Messages of random sizes, cut and delayed at random, come back identical")
	void whenMessagesAreCutAnywhereTheyAreEchoedAsTheyWere() {
		long seed = System.nanoTime();
		System.out.println("Seed of random sizes, cuts and delays: " + seed);
		AtomicInteger empty = new AtomicInteger();
		Crowd.run(16, MESSAGES, (number) -> {
			Random random = new Random(seed + number);
			byte[] message = Payload.random(random.nextInt(random.nextBoolean() ? LIMIT + 1 : 64), seed + number);
			int[] cuts = random.ints(random.nextInt(5), 0, message.length + 1).sorted().toArray();
			try (Peer peer = Peer.connect(server.port())) {
				int from = 0;
				for (int cut : cuts) {
					peer.send(message, from, cut - from).pause((random.nextInt(200) == 0) ? 2 : 0);
					from = cut;
				}
				peer.send(message, from, message.length - from);
				assertThat(peer.halfClose().readToEnd()).as("seed %d, round %d", seed, number)
					.isEqualTo(new Reply(message, End.FIN));
			}
			empty.addAndGet((message.length == 0) ? 1 : 0);
		});
		this.oracle.settled()
			.calls(MESSAGES - empty.get())
			.ended(Outcome.REPLIED, MESSAGES - empty.get())
			.ended(Outcome.EMPTY, empty.get());
	}

	@Test
	@DisplayName("HTTP, TLS and PROXY are bytes like any other and get no reply before FIN")
	void whenTheClientSpeaksAnotherProtocolItsBytesAreEchoedAfterFinOrItIsResetWhenIdle() {
		byte[][] protocols = {
				"GET /<script>alert(1)</script> HTTP/1.1\r\nHost: echo\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
				bytes(0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03),
				bytes('\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n', 0x21, 0x11, 0, 12) };
		for (byte[] message : protocols) {
			assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
		}
		this.oracle.settled().calls(3).allEnded(Outcome.REPLIED, 3);
		try (NioServer impatient = NioServer.framing(Framing.EOF).idleTimeout(Duration.ofMillis(300)).start()) {
			Oracle second = Oracle.watch(impatient);
			for (byte[] message : protocols) {
				try (Peer peer = Peer.connect(impatient.port())) {
					assertThat(peer.send(message).readToEnd()).isEqualTo(RESET);
				}
			}
			second.settled().calls(0).allEnded(Outcome.IDLE_TIMEOUT, 3);
		}
	}

	private static byte[] bytes(int... values) {
		byte[] bytes = new byte[values.length];
		IntStream.range(0, values.length).forEach((i) -> bytes[i] = (byte) values[i]);
		return bytes;
	}

	private static ConnectionSummary lastSummary() {
		return server.summaries().get(server.summaries().size() - 1);
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
