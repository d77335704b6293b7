package io.tcpecho.nio;

import java.nio.charset.StandardCharsets;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the log says of a hostile client: little, and nothing of what it sent.
 */
@ExtendWith(OutputCaptureExtension.class)
class LogWireTests {

	private static final String MARKER = "PaYlOaDmArKeR";

	/** A forged line, a terminal sequence and a look-up. */
	private static final byte[] PAYLOAD = (MARKER + "\r\n2026-01-01T00:00:00Z ERROR " + MARKER + " forged\r\n\u001b[31m"
			+ MARKER + "${jndi:ldap://127.0.0.1/" + MARKER + "}\n")
		.getBytes(StandardCharsets.US_ASCII);

	@ParameterizedTest
	@CsvSource({ "eof,none", "eof,pool", "line,none", "line,pool" })
	void whenEverythingIsLoggedNoByteOfAPayloadIs(String framing, String executor, CapturedOutput output) {
		try (EchoServer server = EchoServer.framing(framing)
			.listener("executor", executor)
			.listener("max-message-size", "1KB")
			.property("logging.level.io.tcpecho", "TRACE")
			.property("logging.level.org.springframework.integration", "TRACE")
			.property("logging.level.org.springframework.messaging", "TRACE")
			.service((message) -> {
				if (message.length > 512) {
					throw new IllegalStateException("on purpose");
				}
				return message;
			})
			.start()) {
			// Served, refused by the service, too long, cut off.
			assertThat(Peer.exchange(server.port(), PAYLOAD)).isEqualTo(new Reply(PAYLOAD, End.FIN));
			assertThat(Peer.exchange(server.port(), repeated(600)).end()).isEqualTo(End.RST);
			assertThat(Peer.exchange(server.port(), repeated(2_000)).end()).isEqualTo(End.RST);
			Peer.connect(server.port()).send(MARKER).reset();
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.SERVICE_ERROR)).isEqualTo(1);
			assertThat(server.outcomes(Outcome.OVERSIZE)).isEqualTo(1);
			assertThat(server.serviceCalls()).isPositive();
		}
		assertThat(output).contains("DEBUG").contains("oversize").doesNotContainIgnoringCase(MARKER);
	}

	@Test
	void whenTenThousandClientsResetTheLogStaysQuiet(CapturedOutput output) {
		int rounds = 10_000;
		try (EchoServer server = EchoServer.framing("eof").start()) {
			int before = output.getAll().length();
			Crowd.run(8, rounds, (number) -> {
				Peer peer = Peer.connect(server.port());
				if (number % 2 == 0) {
					peer.send("half");
				}
				peer.reset();
			});
			server.awaitQuiet();
			// The accept queue may overflow for a moment: those were never accepted.
			assertThat(server.accepted()).isBetween(rounds * 9L / 10, (long) rounds);
			assertThat(server.outcomes(Outcome.RESET_BY_PEER)).isEqualTo(server.accepted());
			assertThat(output.getAll().substring(before).lines()).hasSizeLessThanOrEqualTo(5);
			assertThat(server.serviceCalls()).isZero();
		}
	}

	@Test
	void whenAThousandAreRejectedTheLogSaysSoOnceASecond(CapturedOutput output) {
		int rounds = 1_000;
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections", 1).start();
				Peer first = Peer.connect(server.port())) {
			server.awaitOpen(1);
			int before = output.getAll().length();
			long start = System.nanoTime();
			Crowd.run(8, rounds, (number) -> {
				try (Peer peer = Peer.connect(server.port())) {
					assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
				}
			});
			server.awaitOutcomes(Outcome.REJECTED, rounds);
			int seconds = (int) ((System.nanoTime() - start) / 1_000_000_000L);
			String log = output.getAll().substring(before);
			assertThat(log.lines()).hasSizeBetween(1, 2 + seconds);
			assertThat(log).contains("WARN").contains("127.0.0.1");
			assertThat(first.send("first").halfClose().readToEnd().text()).isEqualTo("first");
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(1);
		}
	}

	@Test
	void whenTheServiceFailsForEverybodyTheLogSaysSoOnceASecond(CapturedOutput output) {
		int rounds = 500;
		try (EchoServer server = EchoServer.framing("eof").service((message) -> {
			throw new IllegalStateException("on purpose");
		}).start()) {
			int before = output.getAll().length();
			long start = System.nanoTime();
			Crowd.run(8, rounds,
					(number) -> assertThat(Peer.exchange(server.port(), new byte[] { 1 }).end()).isEqualTo(End.RST));
			server.awaitOutcomes(Outcome.SERVICE_ERROR, rounds);
			int seconds = (int) ((System.nanoTime() - start) / 1_000_000_000L);
			assertThat(output.getAll().substring(before).lines().filter((line) -> line.contains("ERROR")))
				.hasSizeBetween(1, 2 + seconds);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(rounds);
		}
	}

	/** Return a line that is full of markers. */
	private static byte[] repeated(int size) {
		byte[] bytes = new byte[size];
		byte[] marker = MARKER.getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < size; i++) {
			bytes[i] = marker[i % marker.length];
		}
		bytes[size - 1] = '\n';
		return bytes;
	}

}
