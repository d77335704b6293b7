package io.tcpecho.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import io.tcpecho.probe.Verdict;
import io.tcpecho.testing.FaultyRelay;
import io.tcpecho.testing.FaultyRelay.Fault;
import io.tcpecho.testing.FullAcceptQueue;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.ScriptedServer.Script;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every verdict of {@code probe}, each caused by a server that misbehaves on the wire.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProbeVerdictTests {

	private static final int SIZE = 64;

	private final Set<Verdict> seen = EnumSet.noneOf(Verdict.class);

	@AfterAll
	void everyVerdictWasSeen() {
		assertThat(this.seen).containsExactlyInAnyOrder(Verdict.values());
	}

	// The exchange is as it should be

	@ParameterizedTest
	@ValueSource(strings = { "0", "1", "64", "5KB", "1MB" })
	void whenTheSameBytesAndFinComeBackItIsOk(String size) {
		Invocation probe = probe(ProbeVerdictTests::echo, "--size " + size);
		assertVerdict(probe, Verdict.OK, ExitCode.OK.number());
		assertThat(probe.out()).doesNotContain("\nOK: ", "--diagnose");
	}

	// No connection

	@Test
	void whenTheNameIsUnknownItIsDnsFailure() {
		Invocation probe = Invocation.of("probe no-such-host.invalid:7 --count 1");
		assertVerdict(probe, Verdict.DNS_FAILURE, ": no-such-host.invalid: unknown name");
	}

	@Test
	void whenNothingListensItIsRefused() throws IOException {
		// The port is taken, so that no other program listens there meanwhile.
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			assertVerdict(Invocation.of("probe 127.0.0.1:" + taken.getLocalPort() + " --count 1"), Verdict.REFUSED,
					": Connection refused");
		}
	}

	@Test
	void whenTheAcceptQueueIsFullItIsConnectTimeout() {
		try (FullAcceptQueue full = new FullAcceptQueue()) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + full.port() + " --count 1 --timeout 300ms");
			assertVerdict(probe, Verdict.CONNECT_TIMEOUT, ": not connected");
		}
	}

	@Test
	void whenThereIsNoRouteItIsUnreachable() {
		// TCP has no way to a multicast address, whatever the routes.
		assertVerdict(Invocation.of("probe 224.0.0.1:7 --count 1"), Verdict.UNREACHABLE, ": Network is unreachable");
	}

	@Test
	void whenThereIsNoMemoryForTheMessageItIsLocalError() {
		Invocation probe = probe(ProbeVerdictTests::echo, "--size 2147483000");
		assertVerdict(probe, Verdict.LOCAL_ERROR, ExitCode.LOCAL_ERROR.number());
		assertThat(probe.out()).contains(": no memory for the message");
	}

	// The peer ends it before our FIN

	@Test
	void whenFinComesBeforeOursItIsEarlyClose() {
		// FIN may be there before the first byte goes.
		assertVerdict(probe(Socket::shutdownOutput, "--half-close-delay 4s"), Verdict.EARLY_CLOSE,
				" of 64 bytes sent, before ours");
	}

	@Test
	void whenFinComesWhileWeSendItIsEarlyClose() {
		Invocation probe = probe(Socket::shutdownOutput, "--size 64MB");
		assertVerdict(probe, Verdict.EARLY_CLOSE, ExitCode.VERDICT.number());
		assertThat(probe.out()).containsPattern(": FIN after \\d+ of 67108864 bytes sent, before ours");
	}

	@Test
	void whenRstComesBeforeOurFinItIsResetWhileSending() {
		assertVerdict(probe(ScriptedServer::reset, "--half-close-delay 4s"), Verdict.RESET_WHILE_SENDING,
				"of 64 bytes sent, before our FIN");
	}

	@Test
	void whenRstComesWhileWeSendItIsResetWhileSending() {
		Invocation probe = probe((socket) -> {
			socket.getInputStream().readNBytes(SIZE);
			ScriptedServer.reset(socket);
		}, "--size 64MB");
		assertVerdict(probe, Verdict.RESET_WHILE_SENDING, ExitCode.VERDICT.number());
	}

	@Test
	void whenNobodyReadsItIsSendStalled() {
		Invocation probe = probe((socket) -> {
		}, "--size 64MB --timeout 1s");
		assertVerdict(probe, Verdict.SEND_STALLED, ExitCode.VERDICT.number());
		assertThat(probe.out()).containsPattern(": \\d+ of 67108864 bytes sent(, \\d+ acknowledged)?\n");
	}

	@Test
	void whenBytesStillMoveAtTheTimeoutItIsTooSlow() {
		try (ScriptedServer server = ScriptedServer.running(ProbeVerdictTests::echo);
				FaultyRelay relay = FaultyRelay.with(Fault.SLOW, server.port())) {
			Invocation probe = Invocation.of("probe 127.0.0.1:" + relay.port() + " --count 1 --size 64MB --timeout 4s");
			assertVerdict(probe, Verdict.TOO_SLOW, ExitCode.VERDICT.number());
			assertThat(probe.out()).contains(": still sending at ", "\nTOO_SLOW: The path or the server is slower")
				.doesNotContain("silence", "stopped", "dropped");
		}
	}

	// The peer ends it after our FIN

	@Test
	void whenRstComesInsteadOfTheReplyItIsResetAfterFin() {
		Invocation probe = probe((socket) -> {
			socket.getInputStream().readAllBytes();
			ScriptedServer.reset(socket);
		}, "");
		assertVerdict(probe, Verdict.RESET_AFTER_FIN, ": RST after 0 of 64 bytes");
	}

	@Test
	void whenFinComesInsteadOfTheReplyItIsReplyLost() {
		assertVerdict(reply((message, out) -> {
		}), Verdict.REPLY_LOST, ": FIN after 0 of 64 bytes");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 63 })
	void whenFinComesInTheReplyItIsTruncated(int count) {
		assertVerdict(reply((message, out) -> out.write(message, 0, count)), Verdict.TRUNCATED,
				": FIN after " + count + " of 64 bytes");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 63, 64 })
	void whenRstComesInTheReplyItIsResetInReply(int count) {
		Invocation probe = probe((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			socket.getOutputStream().write(message, 0, count);
			ScriptedServer.reset(socket);
		}, "");
		assertVerdict(probe, Verdict.RESET_IN_REPLY, ": RST after " + count + " of 64 bytes");
	}

	@Test
	void whenNothingComesItIsNoReply() {
		Invocation probe = probe((socket) -> socket.getInputStream().readAllBytes(), "--timeout 300ms");
		assertVerdict(probe, Verdict.NO_REPLY, ": silence after 0 of 64 bytes");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 63, 64 })
	void whenTheReplyStopsItIsStalled(int count) {
		Invocation probe = probe((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			socket.getOutputStream().write(message, 0, count);
		}, "--timeout 300ms");
		assertVerdict(probe, Verdict.STALLED, ": silence after " + count + " of 64 bytes");
	}

	@Test
	void whenTheReplyStillComesItIsTooSlow() {
		Invocation probe = probe((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			for (byte next : message) {
				socket.getOutputStream().write(next);
				Waits.pause(5);
			}
		}, "--size 1MB --timeout 6s");
		assertVerdict(probe, Verdict.TOO_SLOW, ExitCode.VERDICT.number());
		assertThat(probe.out()).containsPattern(
				": still receiving at [\\d.]+ kbit/s: \\d+ of 1048576 bytes received, " + "\\d+ s more for the rest\n");
	}

	// Wrong bytes, and what outranks what

	@ParameterizedTest
	@ValueSource(ints = { 0, 17, 63 })
	void whenAByteIsWrongItIsCorrupt(int offset) {
		Invocation probe = reply((message, out) -> {
			message[offset] ^= 1;
			out.write(message);
		});
		assertVerdict(probe, Verdict.CORRUPT, ExitCode.VERDICT.number());
		assertThat(probe.out()).containsPattern(": offset " + offset + ": expected 0x[0-9a-f]{2}, got 0x[0-9a-f]{2}\n");
	}

	@Test
	void whenAByteIsTooManyItIsExtraBytes() {
		assertVerdict(reply((message, out) -> out.write(Arrays.copyOf(message, SIZE + 1))), Verdict.EXTRA_BYTES,
				": 1 bytes or more after all 64");
	}

	@Test
	void whenAnEmptyMessageIsAnsweredItIsExtraBytes() {
		Invocation probe = probe((socket) -> socket.getOutputStream().write('!'), "--size 0");
		assertVerdict(probe, Verdict.EXTRA_BYTES, ": 1 bytes or more after all 0");
	}

	@Test
	void whenTheReplyBeginsBeforeOurFinItIsEarlyReply() {
		Invocation probe = probe((socket) -> socket.getInputStream().transferTo(socket.getOutputStream()),
				"--half-close-delay 300ms --timeout 1s");
		assertVerdict(probe, Verdict.EARLY_REPLY, ": bytes before our FIN; then silence after 64 of 64 bytes");
	}

	@Test
	void whenAnEarlyReplyIsCutOffItIsStillEarlyReply() {
		Invocation probe = probe((socket) -> {
			socket.getOutputStream().write(socket.getInputStream().readNBytes(1));
			socket.getInputStream().readAllBytes();
			socket.close();
		}, "--half-close-delay 300ms");
		assertVerdict(probe, Verdict.EARLY_REPLY, ": bytes before our FIN; then FIN after 1 of 64 bytes");
	}

	@Test
	void whenAnEarlyReplyIsWrongItIsCorrupt() {
		Invocation probe = probe((socket) -> {
			socket.getOutputStream().write(socket.getInputStream().readNBytes(1));
			socket.getInputStream().readAllBytes();
			socket.getOutputStream().write(0);
		}, "--half-close-delay 300ms");
		assertVerdict(probe, Verdict.CORRUPT, ExitCode.VERDICT.number());
		assertThat(probe.out()).contains(": offset 1: expected ");
	}

	// What the server says of its own

	@Test
	void whenTheGreetingComesOnlyAfterOurBytesItIsNoGreeting() {
		Invocation probe = probe((socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			socket.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
			socket.getOutputStream().write(message);
			socket.close();
		}, "--greeting 220\\x20ready\\r\\n --timeout 800ms");
		assertVerdict(probe, Verdict.NO_GREETING, ExitCode.VERDICT.number());
		assertThat(probe.out())
			.containsPattern(": the greeting came \\d+\\.\\d{3} ms after our message was sent; then OK\n");
	}

	@Test
	void whenAnotherReplicaAnswersItIsWrongReplica() {
		Invocation probe = reply((message, out) -> {
			out.write("tcp-echo/b n1 1.0\n".getBytes(StandardCharsets.US_ASCII));
			out.write(message);
		}, "--replicas --expect a=1:b=0");
		assertVerdict(probe, Verdict.WRONG_REPLICA, ExitCode.VERDICT.number());
		assertThat(probe.out()).contains(": b answered, which has weight 0\n");
	}

	// Framings that keep the connection

	@Test
	void whenAKeptConnectionIsEndedInsteadOfTheReplyItIsReplyLost() {
		Invocation probe = probe((socket) -> {
			socket.getInputStream().readNBytes(SIZE + 1);
			socket.shutdownOutput();
		}, "--framing line");
		assertVerdict(probe, Verdict.REPLY_LOST, ": FIN after 0 of 65 bytes");
	}

	@Test
	void whenAKeptConnectionIsNotEndedAfterOurFinItIsStalled() {
		Invocation probe = probe((socket) -> socket.getInputStream().transferTo(socket.getOutputStream()),
				"--framing line --timeout 300ms");
		assertVerdict(probe, Verdict.STALLED, ": silence after 65 of 65 bytes");
	}

	private void assertVerdict(Invocation probe, Verdict verdict, String detail) {
		assertVerdict(probe, verdict, ExitCode.VERDICT.number());
		assertThat(probe.out()).contains(detail + "\n")
			.containsPattern("\n" + verdict + ": [A-Z].{30,}\\.\n")
			.containsPattern("\ntcp-echo probe --diagnose \\S+ looks for the cause\\.\n");
	}

	private void assertVerdict(Invocation probe, Verdict verdict, int exitCode) {
		assertThat(probe.out()).contains("\nseq=1 " + verdict + " ")
			.contains(": 1 exchange, 1 " + verdict + ((verdict == Verdict.OK) ? "\n" : ", 100.0 % loss\n"));
		assertThat(probe.err()).isEmpty();
		assertThat(probe.exitCode()).isEqualTo(exitCode);
		this.seen.add(verdict);
	}

	private static Invocation probe(Script script, String options) {
		try (ScriptedServer server = ScriptedServer.running(script)) {
			return Invocation.of(("probe 127.0.0.1:" + server.port() + " --count 1 " + options).trim());
		}
	}

	/** Probe a server that reads to FIN, does something with the message, and closes. */
	private static Invocation reply(Reply reply) {
		return reply(reply, "");
	}

	private static Invocation reply(Reply reply, String options) {
		return probe((socket) -> {
			reply.write(socket.getInputStream().readAllBytes(), socket.getOutputStream());
			socket.close();
		}, options);
	}

	private static void echo(Socket socket) throws IOException {
		socket.getOutputStream().write(socket.getInputStream().readAllBytes());
		socket.close();
	}

	private interface Reply {

		void write(byte[] message, OutputStream out) throws IOException;

	}

}
