package io.tcpecho.nio;

import java.time.Duration;
import java.util.Arrays;

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
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Framing {@code eof} with {@code on-oversize: truncate}: the message ends at the limit,
 * and the client can read that much back whatever it goes on to write.
 */
class TruncateWireTests {

	private static final int LIMIT = 5 * 1024;

	private static NioServer server;

	private int callsBefore;

	private long truncatedBefore;

	@BeforeAll
	static void startServer() {
		server = NioServer.framing(Framing.EOF).maxMessageSize(5 * 1024).truncate().start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void rememberCounts() {
		this.callsBefore = server.serviceCalls();
		this.truncatedBefore = server.outcomes(Outcome.TRUNCATED);
	}

	@AfterEach
	void nothingIsLeftBehind() {
		server.awaitQuiet();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 1024, LIMIT - 1 })
	void whenTheMessageIsShorterThanTheLimitFinEndsIt(int size) {
		byte[] message = Payload.random(size, size);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(message);
			assertThat(peer.isSilentFor(50)).isTrue();
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(message, End.FIN));
		}
		server.awaitQuiet();
		assertThat(truncated()).isZero();
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheMessageIsEmptyFinFollowsAtOnce() {
		long before = server.outcomes(Outcome.EMPTY);
		assertThat(Peer.exchange(server.port(), new byte[0])).isEqualTo(new Reply(new byte[0], End.FIN));
		server.awaitOutcomes(Outcome.EMPTY, before + 1);
		assertThat(serviceCalls()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { LIMIT, LIMIT + 1, 100_000 })
	void whenTheLimitIsReachedTheReplyComesWithoutFin(int size) {
		byte[] message = Payload.random(size, size);
		try (Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send(message).readToEnd()).isEqualTo(new Reply(Arrays.copyOf(message, LIMIT), End.FIN));
			assertThat(server.open()).as("open until the client has closed too").isEqualTo(1);
			server.awaitNoMemory();
			peer.halfClose();
			server.awaitOutcomes(Outcome.TRUNCATED, this.truncatedBefore + 1);
		}
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { LIMIT, LIMIT + 1, 100_000 })
	void whenFinFollowsTheLimitTheReplyIsTheSame(int size) {
		byte[] message = Payload.random(size, size);
		assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(Arrays.copyOf(message, LIMIT), End.FIN));
		server.awaitOutcomes(Outcome.TRUNCATED, this.truncatedBefore + 1);
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4096, LIMIT - 1 })
	void whenTheLimitIsReachedInTwoPartsTheReplyIsTheSame(int cut) {
		byte[] message = Payload.random(LIMIT + 10, cut);
		try (Peer peer = Peer.connect(server.port())) {
			peer.send(message, 0, cut);
			assertThat(peer.isSilentFor(20)).isTrue();
			peer.send(message, cut, message.length - cut);
			assertThat(peer.readToEnd()).isEqualTo(new Reply(Arrays.copyOf(message, LIMIT), End.FIN));
		}
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheClientWritesMegabytesBeforeItReadsItGetsTheReplyAndFin() {
		int rounds = 40;
		Crowd.run(4, rounds, (number) -> {
			byte[] message = Payload.random(8 * 1024 * 1024, number);
			try (Peer peer = Peer.connect(server.port())) {
				peer.send(message);
				if (number % 2 == 0) {
					peer.halfClose();
				}
				assertThat(peer.readToEnd()).isEqualTo(new Reply(Arrays.copyOf(message, LIMIT), End.FIN));
			}
		});
		server.awaitOutcomes(Outcome.TRUNCATED, this.truncatedBefore + rounds);
		assertThat(serviceCalls()).isEqualTo(rounds);
	}

	@Test
	void whenThousandsAreCutEachGetsItsOwnReplyAndFin() {
		int rounds = 3_000;
		Crowd.run(16, rounds, (number) -> {
			byte[] message = Payload.random(LIMIT + number % 10_000, number);
			assertThat(Peer.exchange(server.port(), message)).as("seed " + number)
				.isEqualTo(new Reply(Arrays.copyOf(message, LIMIT), End.FIN));
		});
		server.awaitOutcomes(Outcome.TRUNCATED, this.truncatedBefore + rounds);
		assertThat(serviceCalls()).isEqualTo(rounds);
	}

	@Test
	void whenTheClientResetsAfterItsReplyThatIsItsOwnAffair() {
		try (Peer peer = Peer.connect(server.port())) {
			byte[] message = Payload.random(LIMIT, 1);
			assertThat(peer.send(message).readToEnd()).isEqualTo(new Reply(message, End.FIN));
			peer.reset();
		}
		server.awaitOutcomes(Outcome.TRUNCATED, this.truncatedBefore + 1);
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheClientNeitherWritesNorClosesTheConnectionEndsAfterFiveSeconds() {
		try (Peer peer = Peer.connect(server.port())) {
			byte[] message = Payload.random(LIMIT, 2);
			long start = System.nanoTime();
			assertThat(peer.send(message).readToEnd()).isEqualTo(new Reply(message, End.FIN));
			Duration replied = Duration.ofNanos(System.nanoTime() - start);
			server.awaitOutcomes(Outcome.TRUNCATED, this.truncatedBefore + 1);
			Duration closed = Duration.ofNanos(System.nanoTime() - start);
			assertThat(replied).isLessThan(Duration.ofSeconds(3));
			assertThat(closed).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8));
		}
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheClientHasGoneBeforeTheLimitTheServiceNeverRuns() {
		int rounds = 500;
		long before = server.outcomes(Outcome.RESET_BY_PEER);
		Crowd.run(8, rounds, (number) -> Peer.connect(server.port()).send(new byte[LIMIT - 1]).reset());
		server.awaitOutcomes(Outcome.RESET_BY_PEER, before + rounds);
		assertThat(serviceCalls()).isZero();
	}

	@Test
	void whenTheServiceFailsTheConnectionIsReset() {
		try (NioServer failing = NioServer.framing(Framing.EOF).truncate().service((message) -> {
			throw new IllegalStateException("on purpose");
		}).start(); Peer peer = Peer.connect(failing.port())) {
			assertThat(peer.send(new byte[LIMIT]).readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			failing.awaitOutcomes(Outcome.SERVICE_ERROR, 1);
			failing.awaitQuiet();
			assertThat(failing.serviceCalls()).isEqualTo(1);
		}
	}

	private int serviceCalls() {
		return server.serviceCalls() - this.callsBefore;
	}

	private long truncated() {
		return server.outcomes(Outcome.TRUNCATED) - this.truncatedBefore;
	}

}
