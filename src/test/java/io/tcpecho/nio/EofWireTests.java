package io.tcpecho.nio;

import java.util.Random;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
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
 * The wire contract of framing {@code eof}: W1 to W3.
 */
class EofWireTests {

	private static final int LIMIT = 5 * 1024;

	private static EchoServer server;

	private int callsBefore;

	@BeforeAll
	static void startServer() {
		server = EchoServer.framing("eof").listener("max-message-size", "5KB").start();
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
	@ValueSource(ints = { 1, 2, 63, 64, 1023, 1024, 1025, LIMIT - 1, LIMIT })
	void whenTheMessageFitsItIsEchoedAndFinFollows(int size) {
		byte[] message = randomBytes(size);
		assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
		assertThat(serviceCalls()).isEqualTo(1);
	}

	@Test
	void whenTheMessageHasOneByteTooManyTheConnectionIsReset() {
		long before = server.outcomes(Outcome.OVERSIZE);
		assertThat(Peer.exchange(server.port(), randomBytes(LIMIT + 1))).isEqualTo(new Reply(new byte[0], End.RST));
		server.awaitOutcomes(Outcome.OVERSIZE, before + 1);
		assertThat(serviceCalls()).isZero();
	}

	private int serviceCalls() {
		return server.serviceCalls() - this.callsBefore;
	}

	private static byte[] randomBytes(int size) {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		return bytes;
	}

}
