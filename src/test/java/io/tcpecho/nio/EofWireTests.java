package io.tcpecho.nio;

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
 * The wire contract of framing {@code eof}: W1 to W3. What a message may be is in
 * {@link EofContentWireTests}.
 */
class EofWireTests {

	private static final int LIMIT = 5 * 1024;

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	private static NioServer server;

	private int callsBefore;

	@BeforeAll
	static void startServer() {
		server = NioServer.framing(Framing.EOF).maxMessageSize(5 * 1024).start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void rememberCounts() {
		this.callsBefore = server.serviceCalls();
	}

	@AfterEach
	void nothingIsLeftBehind() {
		server.awaitQuiet();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 63, 64, 1023, 1024, 1025, LIMIT - 1, LIMIT })
	void whenTheMessageFitsItIsEchoedAndFinFollows(int size) {
		byte[] message = Payload.random(size, size);
		long before = server.outcomes(Outcome.REPLIED);
		assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
		server.awaitOutcomes(Outcome.REPLIED, before + 1);
		assertThat(serviceCalls()).isEqualTo(1);
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

	@Test
	void whenAByteIsUrgentItIsStillAByteOfTheMessage() {
		try (Peer peer = Peer.connect(server.port())) {
			peer.send("abc").sendUrgent('!').send("def").halfClose();
			assertThat(peer.readToEnd().text()).isEqualTo("abc!def");
		}
		assertThat(serviceCalls()).isEqualTo(1);
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
	void whenTheMessageHas70MegabytesItIsEchoedWhole() {
		try (NioServer large = NioServer.framing(Framing.EOF)
			.maxMessageSize(128 * 1024 * 1024)
			.maxBuffered(300 * 1024 * 1024)
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

	private int serviceCalls() {
		return server.serviceCalls() - this.callsBefore;
	}

}
