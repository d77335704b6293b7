package io.tcpecho.junit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.fault.FaultType;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The server of a test on the wire: framings, limits, faults and what it has seen. It
 * runs for this class as it does for any other.
 */
class TcpEchoServerTests {

	private static final Duration SHORT = Duration.ofMillis(200);

	@RegisterExtension
	static final TcpEchoServer echo = new TcpEchoServer();

	@RegisterExtension
	static final TcpEchoServer line = TcpEchoServer.withFraming(Framing.LINE).maxMessageSize(5);

	@RegisterExtension
	static final TcpEchoServer fixed = TcpEchoServer.withFraming(Framing.FIXED).maxMessageSize(3);

	@RegisterExtension
	static final TcpEchoServer hasty = TcpEchoServer.withFraming(Framing.LENGTH_1)
		.maxConnections(2)
		.idleTimeout(SHORT)
		.messageTimeout(SHORT)
		.writeTimeout(SHORT);

	@RegisterExtension
	static final TcpEchoServer faulty = TcpEchoServer.withFraming(Framing.EOF)
		.fault(FaultType.RESET_PEER, Map.of("after", 3))
		.firstConnections(1);

	@Test
	void whenAMessageIsSentTheServerEchoesItAndHasSeenIt() {
		assertThat(Peer.exchange(echo.port(), ascii("hello"))).isEqualTo(new Peer.Reply(ascii("hello"), End.FIN));
		ConnectionSummary seen = echo.awaitConnections(1).get(0);
		assertThat(seen.outcome()).isEqualTo(Outcome.REPLIED);
		assertThat(seen.bytesIn()).isEqualTo(5);
		assertThat(seen.bytesOut()).isEqualTo(5);
		assertThat(echo.address().getPort()).isEqualTo(echo.port());
		assertThat(List.of(echo.accepted(), echo.messages(), echo.outcomes(Outcome.REPLIED))).containsOnly(1L);
		assertThat(echo.open()).isZero();
	}

	@Test
	void whenAnotherTestHasSentMessagesTheyAreNotCountedHere() {
		assertThat(echo.accepted()).isZero();
		assertThat(echo.messages()).isZero();
		assertThat(echo.connections()).isEmpty();
		assertThat(echo.outcomes(Outcome.REPLIED)).isZero();
	}

	@Test
	void whenMessagesEndByTheFramingTheyComeBackInOneConnection() {
		try (Peer peer = Peer.connect(line.port())) {
			assertThat(peer.send("one\ntwo\n").read(8)).isEqualTo(ascii("one\ntwo\n"));
			assertThat(line.open()).isOne();
			assertThat(line.messages()).isEqualTo(2);
		}
		assertThat(line.awaitConnections(1).get(0).messages()).isEqualTo(2);
	}

	@Test
	void whenAMessageIsOverTheLimitTheConnectionIsReset() {
		assertThat(Peer.exchange(line.port(), ascii("12345\n")).end()).isEqualTo(End.FIN);
		assertThat(Peer.exchange(line.port(), ascii("123456\n")).end()).isEqualTo(End.RST);
		assertThat(line.awaitConnections(2)).extracting(ConnectionSummary::outcome)
			.containsExactly(Outcome.CLOSED_BY_PEER, Outcome.OVERSIZE);
	}

	@Test
	void whenTheFramingIsFixedTheLimitIsTheLengthOfEachMessage() {
		try (Peer peer = Peer.connect(fixed.port())) {
			assertThat(peer.send("abcdef").read(6)).isEqualTo(ascii("abcdef"));
			assertThat(fixed.messages()).isEqualTo(2);
		}
	}

	@Test
	void whenThereAreTooManyConnectionsOneMoreIsReset() {
		try (Peer one = Peer.connect(hasty.port());
				Peer another = Peer.connect(hasty.port());
				Peer rejected = Peer.connect(hasty.port())) {
			assertThat(rejected.readToEnd().end()).isEqualTo(End.RST);
			assertThat(hasty.awaitConnections(1).get(0).outcome()).isEqualTo(Outcome.REJECTED);
			assertThat(one.readToEnd().end()).isEqualTo(End.FIN);
			assertThat(another.readToEnd().end()).isEqualTo(End.FIN);
		}
		assertThat(hasty.awaitConnections(3)).hasSize(3);
		assertThat(hasty.outcomes(Outcome.IDLE_TIMEOUT)).isEqualTo(2);
		assertThat(hasty.accepted()).isEqualTo(3);
	}

	@Test
	void whenAServerHasAFaultFromTheStartItHappensToTheConnectionsOfEachTest() {
		assertThat(Peer.exchange(faulty.port(), ascii("hello"))).isEqualTo(new Peer.Reply(ascii("hel"), End.RST));
		assertThat(Peer.exchange(faulty.port(), ascii("hello")).end()).isEqualTo(End.FIN);
		assertThat(faulty.awaitConnections(2)).extracting(ConnectionSummary::outcome)
			.containsExactly(Outcome.FAULT, Outcome.REPLIED);
	}

	@Test
	void whenATestRemovesTheFaultsTheyAreGoneForItsConnections() {
		faulty.noFaults();
		assertThat(Peer.exchange(faulty.port(), ascii("hello")).end()).isEqualTo(End.FIN);
		assertThat(faulty.awaitConnections(1).get(0).outcome()).isEqualTo(Outcome.REPLIED);
	}

	@Test
	void whenATestAddsAFaultItsConnectionsSufferIt() {
		echo.fault(FaultType.REFUSE);
		try (Peer peer = Peer.connect(echo.port())) {
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
		}
		assertThat(echo.awaitConnections(1).get(0).outcome()).isEqualTo(Outcome.FAULT);
	}

	@Test
	void whenSeveralServersRunTheirNamesDiffer() {
		assertThat(echo).hasToString("TcpEchoServer with framing eof");
		assertThat(hasty).hasToString("TcpEchoServer with framing length-1");
	}

	@Test
	void whenConnectionsDoNotEndTheWaitForThemTellsWhatWasSeen() {
		Seen seen = new Seen(Duration.ofMillis(10));
		seen.accepted();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> seen.await(2))
			.withMessage("0 of 2 connections ended within 10ms, of 1 accepted; outcomes {}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0          | maxMessageSize is 0, and must be from 1 to %d, an eighth of the heap
			2147483647 | maxMessageSize is 2147483647, and must be from 1 to %d, an eighth of the heap
			""")
	void whenTheLargestMessageIsOutOfItsLimitsItIsRefused(int bytes, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> new TcpEchoServer().maxMessageSize(bytes))
			.withMessage(message, Runtime.getRuntime().maxMemory() / 8);
	}

	@ParameterizedTest
	@CsvSource({ "0", "10001" })
	void whenTheNumberOfConnectionsIsOutOfItsLimitsItIsRefused(int connections) {
		assertThatIllegalArgumentException().isThrownBy(() -> new TcpEchoServer().maxConnections(connections))
			.withMessage("maxConnections is %d, and must be from 1 to 10000", connections);
	}

	@Test
	void whenATimeoutIsOutOfItsLimitsItIsRefusedByItsName() {
		TcpEchoServer server = new TcpEchoServer();
		assertThatIllegalArgumentException().isThrownBy(() -> server.idleTimeout(Duration.ZERO))
			.withMessage("idleTimeout is 0s, and must be from 1ms to 3600s");
		assertThatIllegalArgumentException().isThrownBy(() -> server.messageTimeout(Duration.ofMillis(-1)))
			.withMessage("messageTimeout is -1ms, and must be from 1ms to 3600s");
		assertThatIllegalArgumentException().isThrownBy(() -> server.writeTimeout(Duration.ofHours(1).plusMillis(1)))
			.withMessage("writeTimeout is 3600001ms, and must be from 1ms to 3600s");
	}

	@Test
	void whenAFaultCannotBeItIsRefusedAndThoseBeforeStay() {
		assertThatIllegalArgumentException().isThrownBy(() -> echo.fault(FaultType.LATENCY))
			.withMessage("faults[0].latency is missing");
		assertThatIllegalArgumentException().isThrownBy(() -> line.fault(FaultType.EARLY_REPLY))
			.withMessage("faults[0].type is early_reply, which needs framing eof; listener echo has another");
		assertThatIllegalArgumentException().isThrownBy(() -> faulty.firstConnections(0))
			.withMessage("firstConnections is 0, and must be at least 1");
		assertThatIllegalStateException().isThrownBy(() -> echo.firstConnections(1))
			.withMessage("firstConnections needs a fault before it");
		assertThat(Peer.exchange(echo.port(), ascii("hello")).end()).isEqualTo(End.FIN);
		assertThat(Peer.exchange(faulty.port(), ascii("hello")).end()).isEqualTo(End.RST);
	}

	@Test
	void whenTheServerRunsItsLimitsCannotChange() {
		assertThatIllegalStateException().isThrownBy(() -> echo.maxMessageSize(1))
			.withMessage("The limits of TcpEchoServer with framing eof cannot change while it runs");
	}

	@Test
	void whenTheServerDoesNotRunItSaysHowItIsStarted() {
		assertThatIllegalStateException().isThrownBy(new TcpEchoServer()::port)
			.withMessage("TcpEchoServer with framing eof does not run: JUnit starts it from a field with"
					+ " @RegisterExtension or by @ExtendWith");
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
