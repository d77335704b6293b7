package io.tcpecho.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.FaultyRelay;
import io.tcpecho.testing.FaultyRelay.Fault;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.Waits;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code probe} says about paths with one fault each: the words that must be in its
 * output, and those that must not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultyPathTests {

	private final EchoServer server = EchoServer.framing("eof")
		.property("tcp-echo.listeners.line.enabled", "true")
		.property("tcp-echo.listeners.line.port", "0")
		.property("tcp-echo.listeners.length-4.enabled", "true")
		.property("tcp-echo.listeners.length-4.framing", "length-4")
		.property("tcp-echo.listeners.length-4.port", "0")
		.start();

	@AfterAll
	void stop() {
		this.server.close();
	}

	private int port(String framing) {
		return framing.equals("eof") ? this.server.port()
				: this.server.context()
					.getEnvironment()
					.getRequiredProperty("local.tcp-echo." + framing + ".port", Integer.class);
	}

	@Test
	void whenThePathIsGoodNoCauseIsNamed() {
		try (FaultyRelay relay = FaultyRelay.with(Fault.NONE, this.server.port())) {
			Invocation probe = probe(relay.port(), "");
			assertThat(probe.exitCode()).isZero();
			assertThat(probe.out()).doesNotContain(": A", "--diagnose");
		}
	}

	@Test
	void whenTheBackendIsMissingThatIsNamed() {
		try (FaultyRelay relay = FaultyRelay.with(Fault.CLOSES_AT_ONCE, 1)) {
			sentences(probe(relay.port(), "--count 5 --interval 50ms"))
				.containsPattern("no backend is up behind a proxy|has no backend that is up");
			sentences(probe(relay.port(), "--half-close-delay 1s"))
				.containsPattern("(EARLY_CLOSE|RESET_WHILE_SENDING): A proxy or balancer accepted the connection")
				.doesNotContain("half-close is lost", "takes our half-close");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line" })
	void whenAProxyHeaderComesBackItIsShownWithTheOffsetOfOurMessage(String framing) {
		try (FaultyRelay relay = FaultyRelay.with(Fault.PROXY_HEADER, port(framing))) {
			sentences(probe(relay.port(), "--framing " + framing)).contains("CORRUPT: A proxy sends a PROXY protocol")
				.contains("\"PROXY TCP4 127.0.0.1 127.0.0.1 ")
				.doesNotContain("half-close", "rewrites", "mixes");
		}
	}

	@Test
	void whenALengthIsMissedForAProxyHeaderNoHalfCloseIsBlamed() {
		try (FaultyRelay relay = FaultyRelay.with(Fault.PROXY_HEADER, port("length-4"))) {
			sentences(probe(relay.port(), "--framing length-4"))
				.contains("The listener expects another framing", "a PROXY header that the server does not expect")
				.doesNotContain("half-close", "our FIN");
		}
	}

	@Test
	void whenAServersResetBecomesFinThatIsNamed() {
		try (ScriptedServer backend = ScriptedServer.running((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			socket.getOutputStream().write(message, 0, message.length / 2);
			socket.getOutputStream().flush();
			// The reset would overtake the half that is on its way.
			Waits.pause(300);
			ScriptedServer.reset(socket);
		}); FaultyRelay relay = FaultyRelay.with(Fault.RESET_BECOMES_FIN, backend.port())) {
			sentences(probe(relay.port(), ""))
				.contains("TRUNCATED: The server reset the connection, and a proxy made FIN");
			sentences(probe(backend.port(), ""))
				.contains("RESET_IN_REPLY: The server failed or was killed in mid-reply");
		}
	}

	@Test
	void whenAnIdleConnectionIsResetTheIdleLimitIsNamedWithItsTime() {
		try (FaultyRelay relay = FaultyRelay.with(Fault.IDLE_LIMIT, this.server.port())) {
			sentences(probe(relay.port(), "--half-close-delay 3s --timeout 6s"))
				.contains("RESET_WHILE_SENDING: A proxy, balancer, firewall or server ends")
				.containsPattern("the connection was idle for 2\\.\\d\\d s");
		}
	}

	@Test
	void whenTheReplyStillComesAtTheTimeoutItsRateIsNamedAndNoSilence() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			for (int i = 0; i < message.length; i += 20_000) {
				socket.getOutputStream().write(message, i, Math.min(20_000, message.length - i));
				Waits.pause(50);
			}
		})) {
			sentences(probe(server.port(), "--size 4MB --timeout 4s"))
				.contains("TOO_SLOW: The path or the server is slower than the timeout allows",
						" had come, and still moved at ", "the rest needs about ")
				.doesNotContain("silence", "stopped", "MTU");
		}
	}

	@Test
	void whenDiagnosisIsAskedForJsonEachExchangeHasItsEvidence() {
		Invocation diagnosis = Invocation
			.of("probe --diagnose --json --budget 6s --line-port " + port("line") + " localhost:" + port("eof"));
		assertThat(diagnosis.exitCode()).isZero();
		assertThat(diagnosis.out().lines().limit(14))
			.allMatch((line) -> line
				.matches("\\{\"seq\": \\d+, \"verdict\": \"OK\", .*\"step\": \".+\", \"evidence\": \\{.*\\}\\}"))
			.anyMatch((line) -> line.contains("\"step\": \"framing line at port "));
		assertThat(diagnosis.out().lines()).last(InstanceOfAssertFactories.STRING)
			.startsWith("{\"diagnosis\": {\"target\": \"localhost:")
			.contains("\"causes\": [], \"ruledOut\": [], \"capture\": \"tcpdump ");
	}

	@Test
	void whenTheBudgetIsTooSmallItIsRefused() {
		Invocation diagnosis = Invocation.of("probe --diagnose --budget 5999ms localhost:7");
		assertThat(diagnosis.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(diagnosis.err()).startsWith("tcp-echo probe: budget 5999ms is less than 6000ms");
	}

	@Test
	void whenNothingListensDiagnosisSaysSo() throws IOException {
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			Invocation diagnosis = Invocation.of("probe --diagnose --budget 6s 127.0.0.1:" + taken.getLocalPort());
			assertThat(diagnosis.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(diagnosis.out()).contains("\nLikeliest cause: Nothing listens on that port")
				.doesNotContain("half-close is lost", "MTU");
			assertThat(diagnosis.out().lines()).hasSizeLessThanOrEqualTo(25);
		}
	}

	@ParameterizedTest
	@CsvSource({ "eof, line", "eof, length-4", "line, eof", "length-4, eof", "line, length-4" })
	void whenTheFramingIsAnotherThanTheListenersThatIsNamed(String ours, String theirs) {
		AbstractStringAssert<?> sentences = sentences(probe(port(theirs), "--timeout 1s --framing " + ours))
			.containsPattern("another framing");
		if (!ours.equals("eof")) {
			sentences.doesNotContain("half-close", "our FIN");
		}
	}

	@Test
	void whenAMessageIsOverTheLimitInAKeptFramingNoHalfCloseIsBlamed() {
		sentences(probe(port("line"), "--framing line --size 6000")).contains("The message is larger")
			.doesNotContain("half-close", "our FIN");
	}

	@ParameterizedTest
	@CsvSource({ "SSH-2.0-x, the greeting of SSH", "HTTP/1.1 400 Bad Request, an answer of HTTP",
			"220 mail.example.com ESMTP, the greeting of SMTP" })
	void whenAnotherProtocolAnswersItsTextIsShown(String greeting, String name) {
		try (ScriptedServer other = ScriptedServer.running(
				(socket) -> socket.getOutputStream().write((greeting + "\r\n").getBytes(StandardCharsets.US_ASCII)))) {
			sentences(probe(other.port(), "")).contains("A server of another protocol", "\"" + greeting, name)
				.doesNotContain("rewrites");
		}
	}

	@Test
	void whenOnlyFinIsMissingNothingElseIsBlamed() {
		try (ScriptedServer server = ScriptedServer
			.running((socket) -> socket.getOutputStream().write(socket.getInputStream().readAllBytes()))) {
			sentences(probe(server.port(), "--timeout 500ms")).contains("STALLED: Every byte of the reply came")
				.doesNotContain("MTU", "dropped", "buffer");
		}
	}

	@Test
	void whenTheServerItselfEndsAtOurFinNotOnlyAProxyIsBlamed() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getInputStream().readAllBytes();
			socket.close();
		})) {
			sentences(probe(server.port(), "")).contains("REPLY_LOST: A proxy takes our half-close",
					"the server itself ends the connection", "the port expects TLS");
		}
	}

	@Test
	void whenLoadLosesEveryReplyItSaysWhyWithoutTimesOfNothing() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getInputStream().readAllBytes();
			socket.close();
		})) {
			Invocation load = Invocation
				.of("load 127.0.0.1:" + server.port() + " --connections 2 --duration 1s --warmup 0");
			assertThat(load.out()).contains(" REPLY_LOST: A proxy takes our half-close", "or: no backend is up")
				.doesNotContain("p99");
		}
	}

	private static Invocation probe(int port, String options) {
		return Invocation
			.of(("probe 127.0.0.1:" + port + " " + (options.contains("--count") ? "" : "--count 1 ") + options).trim());
	}

	/** Assert about the lines that explain verdicts: one or two for each. */
	private static AbstractStringAssert<?> sentences(Invocation probe) {
		assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
		assertThat(probe.out()).containsPattern("\ntcp-echo probe --diagnose \\S+ looks for the cause\\.\n");
		return assertThat(probe.out().replaceAll("(?s)^.*?\n--- [^\n]+\n([^\n]* OK[^\n]*\n)+", ""));
	}

}
