package io.tcpecho.lab;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.Phase;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service {@code lab} on the wire.
 */
class LabWireTests {

	private static final int MAX_REPLY = 8 << 20;

	private static EchoServer server;

	private Oracle oracle;

	@BeforeAll
	static void start() {
		server = lab().start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void watch() {
		this.oracle = Oracle.watch(server);
	}

	@AfterEach
	void nothingIsLeftBehind() {
		this.oracle.settled();
	}

	// The reply

	@Test
	void whenNothingIsAskedForTheMessageComesBackAtTheClientsFin() {
		assertThat(exchange("LAB\nhello")).isEqualTo(fin("hello"));
		this.oracle.settled().allEnded(Outcome.REPLIED, 1).calls(0);
	}

	@Test
	void whenNoReplyIsAskedForFinFollowsTheMessage() {
		assertThat(exchange("LAB reply=none\n" + "x".repeat(200_000))).isEqualTo(fin(""));
		this.oracle.settled().allEnded(Outcome.REPLIED, 1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 94, 65_517, 65_518, 65_519, 1_000_000, MAX_REPLY })
	void whenASizeIsAskedForTheReplyIsThePattern(int size) {
		byte[] pattern = pattern(size);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("LAB reply=" + size + "\n").halfClose();
			assertThat(peer.readEcho(pattern)).isEqualTo(End.FIN);
		}
		this.oracle.settled().allEnded(Outcome.REPLIED, 1);
	}

	@Test
	void whileALongReplyIsOnItsWayItTakesNoMemory() {
		try (Peer peer = Peer.connect(server.port(), 4 * 1024)) {
			peer.send("LAB reply=" + MAX_REPLY + "\n").halfClose();
			awaitPhase(Phase.WRITING);
			assertThat(server.budget().used()).isZero();
			assertThat(peer.readEcho(pattern(MAX_REPLY))).isEqualTo(End.FIN);
		}
	}

	@Test
	void whenASizeEndsTheMessageTheReplyDoesNotWaitForFin() {
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("LAB size=3\nabcdef").readToEnd()).isEqualTo(fin("abc"));
			peer.halfClose();
		}
		this.oracle.settled().allEnded(Outcome.REPLIED, 1);
	}

	@Test
	void whenTheLineComesInPiecesItIsTheSame() {
		try (Peer peer = Peer.connect(server.port())) {
			peer.drip("LAB reply=3 token=drip\nab".getBytes(StandardCharsets.US_ASCII), 1).halfClose();
			assertThat(peer.readToEnd()).isEqualTo(fin("!\"#"));
		}
		assertThat(seen("drip")).contains("\"bytesIn\": 2, \"bytesOut\": 3,");
	}

	@Test
	void whenAnEchoIsLargerThanTheLimitOfMessagesItIsReset() {
		assertThat(exchange("LAB\n" + "x".repeat(5 * 1024)).bytes()).hasSize(5 * 1024);
		assertThat(exchange("LAB\n" + "x".repeat(5 * 1024 + 1))).isEqualTo(new Reply(new byte[0], End.RST));
		this.oracle.settled().ended(Outcome.REPLIED, 1).ended(Outcome.OVERSIZE, 1);
	}

	// The wait

	@Test
	void whenAWaitIsAskedForTheReplyComesAfterIt() {
		long start = System.nanoTime();
		assertThat(exchange("LAB wait=700ms\nhello")).isEqualTo(fin("hello"));
		assertThat(millisSince(start)).isBetween(700L, 5_000L);
	}

	@Test
	void whenAWaitIsAskedForFinAloneComesAfterIt() {
		long start = System.nanoTime();
		assertThat(exchange("LAB wait=700ms reply=none\n")).isEqualTo(fin(""));
		assertThat(millisSince(start)).isBetween(700L, 5_000L);
	}

	@Test
	void whenTheLineHasComeTheClientMayBeSilentForLongerThanTheIdleTimeout() {
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("LAB\n").pause(1_500);
			assertThat(peer.send("late").halfClose().readToEnd()).isEqualTo(fin("late"));
		}
		this.oracle.settled().allEnded(Outcome.REPLIED, 1);
	}

	@Test
	void whileTheLineHasNotComeTheIdleTimeoutHolds() {
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("LA").readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
		}
		this.oracle.settled().allEnded(Outcome.IDLE_TIMEOUT, 1);
	}

	@Test
	void whenTheClientResetsDuringTheWaitThatIsNoticed() {
		long before = server.outcomes(Outcome.RESET_BY_PEER);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("LAB size=0 wait=60s token=gone\n");
			awaitPhase(Phase.WRITING);
			peer.reset();
		}
		server.awaitOutcomes(Outcome.RESET_BY_PEER, before + 1);
		assertThat(seen("gone")).containsPattern("\"rstMicros\": \\d+").contains("\"outcome\": \"reset-by-peer\"");
	}

	// The end

	@ParameterizedTest
	@ValueSource(strings = { "size=4", "size=4 wait=100ms" })
	void whenAResetIsAskedForItComesAfterTheWholeReply(String words) {
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("LAB reply=1MB end=rst " + words + "\nabcd");
			assertThat(peer.readToEnd()).isEqualTo(new Reply(pattern(1 << 20), End.RST));
		}
		this.oracle.settled().allEnded(Outcome.LAB_RESET, 1);
	}

	@Test
	void whenAResetIsAskedForWithoutAReplyItComesAfterFin() {
		assertThat(exchange("LAB reply=none end=rst\nx")).isEqualTo(new Reply(new byte[0], End.RST));
		this.oracle.settled().allEnded(Outcome.LAB_RESET, 1);
	}

	@Test
	void whenACutIsAskedForTheResetComesInTheMiddleOfTheReply() {
		Reply reply = exchange("LAB reply=40000 end=cut\nx");
		assertThat(reply.end()).isEqualTo(End.RST);
		assertThat(reply.bytes().length).isLessThanOrEqualTo(20_000);
		this.oracle.settled().allEnded(Outcome.LAB_RESET, 1);
	}

	@Test
	void whenMoreComesThanTheMessageACutLeavesHalfOfTheMessage() {
		Reply reply = exchange("LAB size=1000 end=cut\n" + "x".repeat(5_000));
		assertThat(reply.end()).isEqualTo(End.RST);
		assertThat(reply.bytes().length).isLessThanOrEqualTo(500);
		this.oracle.settled().allEnded(Outcome.LAB_RESET, 1);
	}

	@Test
	void whenNoEndIsAskedForTheConnectionIsHeldUntilTheLimit() {
		try (EchoServer quick = lab().listener("lab.max-wait", "500ms").start();
				Peer peer = Peer.connect(quick.port())) {
			long start = System.nanoTime();
			peer.send("LAB end=hold\nabc").halfClose();
			assertThat(peer.read(3)).hasSize(3);
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			assertThat(millisSince(start)).isGreaterThanOrEqualTo(500L);
			quick.awaitOutcomes(Outcome.LAB_RESET, 1);
			quick.awaitQuiet();
		}
	}

	// First lines that cannot be followed

	@Test
	void whenTheLineCannotBeFollowedTheClientLearnsWhyAndIsReset() {
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("LAB wait=2h\n").readToEnd())
				.isEqualTo(refused("wait is 7200000 ms, and must be at most 3600000 ms"));
		}
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("x".repeat(256)).readToEnd())
				.isEqualTo(refused("the first line has more than 256 bytes"));
		}
		assertThat(exchange("LAB")).isEqualTo(refused("the first line does not end with a line feed"));
		this.oracle.settled().allEnded(Outcome.LAB_REFUSED, 3);
	}

	@Test
	void whenTheClientHalfClosesAtOnceFinAnswers() {
		assertThat(exchange("")).isEqualTo(fin(""));
		this.oracle.settled().allEnded(Outcome.EMPTY, 1);
	}

	// What was seen

	@Test
	void whenAConnectionHadATokenItIsDescribed() {
		assertThat(exchange("LAB token=one reply=10\nabcde").bytes()).hasSize(10);
		server.awaitQuiet();
		assertThat(seen("one")).contains("\"token\": \"one\", \"known\": true, \"peer\": \"127.0.0.1:")
			.contains("\"bytesIn\": 5, \"bytesOut\": 10,", "\"rstMicros\": null", "\"outcome\": \"replied\"",
					"\"end\": \"FIN\"")
			.containsPattern("\"finMicros\": \\d+");
		assertThat(seen("another")).isEqualTo("{\"token\": \"another\", \"known\": false}\n");
	}

	@Test
	void whenTheClientResetsInsideItsMessageThatIsSeen() {
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("LAB token=cut\nabc").pause(50).reset();
		}
		server.awaitQuiet();
		assertThat(seen("cut")).contains("\"bytesIn\": 3, \"bytesOut\": 0, \"finMicros\": null, \"rstMicros\": ")
			.contains("\"outcome\": \"reset-by-peer\", \"end\": \"RST\"");
	}

	// Limits

	@Test
	void whenTheListenersLimitIsReachedAFurtherConnectionIsRejected() {
		try (EchoServer small = lab().listener("max-connections", "3").start()) {
			List<Peer> peers = new ArrayList<>();
			IntStream.range(0, 3).forEach((i) -> peers.add(Peer.connect(small.port()).send("LAB wait=60s\n")));
			small.awaitOpen(3);
			try (Peer further = Peer.connect(small.port())) {
				assertThat(further.readToEnd().end()).isEqualTo(End.RST);
			}
			peers.forEach(Peer::reset);
			small.awaitOutcomes(Outcome.REJECTED, 1);
			small.awaitQuiet();
		}
	}

	@Test
	void whenNoLimitOfConnectionsIsSetALabHas128() {
		assertThat(server.listener().getMaxConnections()).isEqualTo(128);
	}

	@Test
	void whenClientsTakeNoByteOfLongRepliesTheirConnectionsEnd() {
		try (EchoServer quick = lab().listener("timeouts.write", "500ms").start()) {
			List<Peer> peers = new ArrayList<>();
			IntStream.range(0, 20)
				.forEach((i) -> peers
					.add(Peer.connect(quick.port(), 4 * 1024).send("LAB size=0 reply=" + MAX_REPLY + "\n")));
			quick.awaitOutcomes(Outcome.WRITE_TIMEOUT, 20);
			assertThat(quick.budget().used()).isZero();
			peers.forEach(Peer::close);
			quick.awaitQuiet();
		}
	}

	private static EchoServerBuilder lab() {
		return EchoServer.framing("eof")
			.listener("service", "lab")
			.listener("lab.max-wait", "1h")
			.listener("lab.max-reply", MAX_REPLY + "B")
			.listener("timeouts.idle", "1s");
	}

	private static void awaitPhase(Phase phase) {
		Awaitility.await()
			.until(() -> server.listener()
				.openConnections()
				.anyMatch((connection) -> connection.snapshot().phase() == phase));
	}

	private static Reply exchange(String text) {
		return Peer.exchange(server.port(), text.getBytes(StandardCharsets.US_ASCII));
	}

	private static String seen(String token) {
		try (Peer peer = Peer.connect(server.port())) {
			Reply reply = peer.send("SEEN " + token + "\n").readToEnd();
			assertThat(reply.end()).isEqualTo(End.FIN);
			return reply.text();
		}
	}

	private static Reply fin(String text) {
		return new Reply(text.getBytes(StandardCharsets.US_ASCII), End.FIN);
	}

	private static Reply refused(String error) {
		return new Reply(("{\"error\": \"" + error + "\"}\n").getBytes(StandardCharsets.US_ASCII), End.RST);
	}

	private static byte[] pattern(int size) {
		byte[] pattern = new byte[size];
		for (int i = 0; i < size; i++) {
			pattern[i] = (byte) ('!' + i % 94);
		}
		return pattern;
	}

	private static long millisSince(long start) {
		return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
	}

}
