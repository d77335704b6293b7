package io.tcpecho.cli;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.tcpecho.framing.Framing;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.text.Escapes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code probe} and {@code load} against servers that send something of their own before
 * the reply: a greeting, or a line that names the replica.
 */
class PreambleTests {

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line", "crlf", "stream" })
	void whenTheListenerGreetsAndIdentifiesTheProbeIsToldSo(String framing) {
		try (EchoServer server = identified(framing).listener("greeting", "220 ready\\r\\n").start()) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + server.port() + " --framing " + framing
					+ " --count 3 --interval 0 --size 0,1,64,5KB --identify --greeting 220\\x20ready\\r\\n"
						.replace("0,1", (framing.equals("stream") ? "1" : "0,1")));
			assertThat(probe.out()).contains(", greeting, identity line, framing " + framing + ", timeout ");
			assertThat(probe.exitCode()).as(probe.out()).isZero();
		}
	}

	@Test
	void whenTheReplicaIsKnownItIsInTheJson() {
		try (EchoServer server = identified("eof").start()) {
			Invocation probe = Invocation.of("probe --json --identify --count 1 127.0.0.1:" + server.port());
			JsonNode first = JsonMapper.shared().readTree(probe.out().lines().findFirst().orElseThrow());
			assertThat(first.at("/verdict").asString()).isEqualTo("OK");
			assertThat(first.at("/bytesReceived").asInt()).isEqualTo(64);
			assertThat(first.at("/passage/replica").asString()).isEqualTo("echo-7d9-x2k");
		}
	}

	@Test
	void whenTheProbeIsNotToldOfTheLineItIsCorruptAndTheLineIsShown() {
		try (EchoServer server = identified("eof").start()) {
			Invocation probe = Invocation.of("probe --count 1 127.0.0.1:" + server.port());
			assertThat(probe.out()).contains("\nseq=1 CORRUPT ", "and our message follows unharmed");
			Invocation empty = Invocation.of("probe --count 1 --size 0 127.0.0.1:" + server.port());
			assertThat(empty.out()).contains("\nseq=1 EXTRA_BYTES ");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			hello                  | hello
			tcp-echo/              | tcp-echo/
			tcp-echo/a b\\n        | tcp-echo/a b
			tcp-echo/a b c d\\n    | tcp-echo/a b c d
			\\x00                  | \\x00
			""")
	void whenTheLineIsNoneItIsCorrupt(String line, String shown) {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			socket.getOutputStream().write(Escapes.bytes(line));
			socket.getOutputStream().write(message, 0, 0);
			socket.close();
		})) {
			Invocation probe = Invocation.of("probe --identify --count 1 127.0.0.1:" + server.port());
			assertThat(probe.out()).contains("\nseq=1 CORRUPT ")
				.contains(", and not with the line of a listener with identify\n");
			assertThat(probe.out()).contains(": the reply begins with \"" + shown.substring(0, 1));
		}
	}

	@Test
	void whenThePeerIsAPlainEchoTheLineIsMissed() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation.of("probe --identify --count 1 127.0.0.1:" + server.port());
			assertThat(probe.out()).contains("\nseq=1 CORRUPT ");
		}
	}

	@Test
	void whenTheGreetingIsAnotherItIsCorrupt() {
		try (EchoServer server = EchoServer.framing("eof").listener("greeting", "220 ready").start()) {
			Invocation probe = Invocation.of("probe --greeting 221 --count 1 127.0.0.1:" + server.port());
			assertThat(probe.out()).contains("\nseq=1 CORRUPT ")
				.contains(": offset 2 of the greeting: expected 0x31, got 0x30\n");
		}
	}

	@Test
	void whenTheServerNeverGreetsItIsNoGreeting() {
		try (NioServer server = NioServer.framing(Framing.EOF).start()) {
			Invocation probe = Invocation
				.of("probe --greeting hello --count 1 --timeout 600ms 127.0.0.1:" + server.port());
			assertThat(probe.out()).contains("\nseq=1 NO_GREETING ")
				.contains(
						": no greeting; what came is something else: offset 0 of the greeting: expected 0x68, got 0x74");
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
		}
	}

	@Test
	void whenThePeerIsSilentInsteadOfAGreetingItIsNoGreeting() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> socket.getInputStream().readAllBytes())) {
			Invocation probe = Invocation
				.of("probe --greeting hello --count 1 --timeout 600ms 127.0.0.1:" + server.port());
			assertThat(probe.out()).contains(": no greeting; then NO_REPLY: silence after 0 of 64 bytes\n");
		}
	}

	@Test
	void whenATunnelTakesMoreThanHalfOfTheTimeTheGreetingThatNeverComesIsStillMissed() {
		try (ScriptedServer proxy = ScriptedServer.running((socket) -> {
			awaitSilence(socket, 600);
			socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			socket.getInputStream().readAllBytes();
		})) {
			Invocation probe = Invocation.of("probe --greeting hello --count 1 --timeout 1s --via http://127.0.0.1:"
					+ proxy.port() + " 127.0.0.1:7");
			assertThat(probe.out()).contains("\nseq=1 NO_GREETING ")
				.contains(": no greeting; then NO_REPLY: silence after 0 of 64 bytes\n");
		}
	}

	/** Read until nothing has come for a while. */
	private static void awaitSilence(Socket socket, int millis) throws IOException {
		socket.setSoTimeout(millis);
		try {
			while (socket.getInputStream().read() >= 0) {
				// The request of the client.
			}
		}
		catch (SocketTimeoutException ex) {
			socket.setSoTimeout(0);
		}
	}

	@Test
	void whenThePeerEndsItInsteadOfAGreetingItIsEarlyClose() {
		try (ScriptedServer server = ScriptedServer.running(Socket::close)) {
			Invocation probe = Invocation.of("probe --greeting hello --count 1 127.0.0.1:" + server.port());
			assertThat(probe.out()).contains("\nseq=1 EARLY_CLOSE ", ": FIN after 0 of 64 bytes sent, before ours\n");
		}
	}

	@Test
	void whenConnectionsAreKeptTheLineIsExpectedOnce() {
		try (EchoServer server = identified("line").start()) {
			Invocation probe = Invocation
				.of("probe --framing line --identify --keep 4 --count 8 --interval 0 127.0.0.1:" + server.port());
			assertThat(probe.exitCode()).as(probe.out()).isZero();
			assertThat(server.accepted()).isEqualTo(2);
		}
	}

	// Replicas

	@Test
	void whenAllIsWellReplicasAreATable() {
		try (EchoServer server = identified("eof").start()) {
			Invocation probe = Invocation.of("probe --replicas --affinity 127.0.0.1:" + server.port());
			assertThat(probe.exitCode()).as(probe.out()).isZero();
			assertThat(probe.out().lines().toList()).hasSize(5)
				.element(3)
				.isEqualTo("replica        answers    share   95 % interval");
			assertThat(probe.out()).contains("\necho-7d9-x2k       500  100.0 %   99.2 to 100.0 %\n");
			assertThat(server.accepted()).isEqualTo(500);
		}
	}

	@Test
	void whenTheSharesAreWrongTheRunIsNotOk() {
		try (EchoServer server = identified("eof").start()) {
			Invocation probe = Invocation.of("probe --replicas --count 20 --expect 70:30 127.0.0.1:" + server.port());
			assertThat(probe.exitCode()).isEqualTo(ExitCode.VERDICT.number());
			assertThat(probe.out()).contains("20 OK\n",
					"\nWRONG_REPLICA: echo-7d9-x2k answered 100.0 %, and 70.0 % within 5.0 points is expected; "
							+ "only 1 of 2 expected replicas answered.\n");
			Invocation json = Invocation
				.of("probe --json --replicas --count 20 --expect 70:30 127.0.0.1:" + server.port());
			JsonNode summary = JsonMapper.shared()
				.readTree(json.out().lines().reduce((one, next) -> next).orElseThrow())
				.at("/summary");
			assertThat(summary.at("/replicas/0/replica").asString()).isEqualTo("echo-7d9-x2k");
			assertThat(summary.at("/replicas/0/percent").asDouble()).isEqualTo(100);
			assertThat(summary.at("/wrongReplicas")).hasSize(2);
		}
	}

	@Test
	void whenALoadIdentifiesItCountsReplicas() {
		try (EchoServer server = identified("eof").start()) {
			Invocation load = Invocation.of("load --identify -c 2 -d 300ms -w 0 127.0.0.1:" + server.port());
			assertThat(load.exitCode()).as(load.out()).isZero();
			assertThat(load.out()).containsPattern("\necho-7d9-x2k +\\d+ +100\\.0 %   \\d+\\.\\d to 100\\.0 %\n");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--expect 70:30                   | expect needs replicas
			--affinity                       | affinity needs replicas
			--tolerance 3                    | tolerance needs expect
			--replicas --tolerance 3         | tolerance needs expect
			--replicas --expect 1:1 --affinity | expect and affinity exclude each other
			--replicas --framing line --keep 2 | replicas needs keep 1, not 2
			--replicas localhost:8           | replicas needs a single target, not 2
			--identify --framing length-4    | identify needs framing eof, line, crlf, stream, not length-4
			--greeting hi --framing fixed    | greeting needs framing eof, line, crlf, stream, not fixed
			--greeting \\q                   | greeting '\\q' is no escape; these are: \\r, \\n, \\t, \\\\ and \\xHH
			""")
	void optionsThatContradictEachOtherAreRefused(String options, String message) {
		Invocation probe = Invocation.of("probe " + options + " localhost:7");
		assertThat(probe.exitCode()).isEqualTo(ExitCode.USAGE.number());
		assertThat(probe.err()).contains(message);
		assertThat(List.of(probe.out())).containsExactly("");
	}

	private static EchoServerBuilder identified(String framing) {
		return EchoServer.framing(framing)
			.listener("identify", true)
			.property("tcp-echo.identity.pod", "echo-7d9-x2k")
			.property("tcp-echo.identity.node", "n1");
	}

}
