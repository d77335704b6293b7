package io.tcpecho.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import javax.net.ssl.SSLSocket;

import io.tcpecho.probe.Verdict;
import io.tcpecho.testing.FaultyRelay;
import io.tcpecho.testing.FaultyRelay.Fault;
import io.tcpecho.testing.FullAcceptQueue;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.ScriptedServer.Script;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.testing.Waits;
import io.tcpecho.tls.TlsContexts;
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

	// A proxy on the way in

	@Test
	void whenAProxyAnswersWithAnErrorItIsViaRefused() {
		assertVia("socks5", (socket) -> {
			socket.getInputStream().readNBytes(3);
			socket.getOutputStream().write(new byte[] { 5, 0 });
			socket.getInputStream().readNBytes(10);
			socket.getOutputStream().write(new byte[] { 5, 4, 0, 1, 0, 0, 0, 0, 0, 0 });
		}, Verdict.VIA_REFUSED, ", refused: code 4, host unreachable");
		assertVia("http", (socket) -> socket.getOutputStream().write("HTTP/1.1 403 No\r\n\r\n".getBytes()),
				Verdict.VIA_REFUSED, ", refused: status 403 No");
	}

	@Test
	void whenAProxyEndsTheConnectionIsSilentOrSpeaksAnotherProtocolItIsViaFailed() {
		assertVia("socks5h", Socket::shutdownOutput, Verdict.VIA_FAILED, ": FIN after 0 bytes of its answer");
		assertVia("http", (socket) -> {
			socket.getOutputStream().write("HTTP/1.1".getBytes());
			socket.getInputStream().readNBytes(1);
			ScriptedServer.reset(socket);
		}, Verdict.VIA_FAILED, " bytes of its answer");
		assertVia("socks5", (socket) -> socket.getOutputStream().write(5), Verdict.VIA_FAILED,
				": silence after 1 byte of its answer");
		assertVia("socks5", (socket) -> socket.getOutputStream().write("SSH-2.0-x".getBytes()), Verdict.VIA_FAILED,
				": it does not speak SOCKS 5: its answer has 0x53 instead of 0x05");
	}

	@Test
	void whenASecondProxyFailsItIsNamed() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes());
			while (socket.getInputStream().read() != 5) {
				// The greeting of SOCKS 5 follows the request.
			}
			socket.getOutputStream().write(new byte[] { 5, (byte) 0xFF });
		})) {
			Invocation probe = Invocation.of("probe --via http://127.0.0.1:" + server.port()
					+ " --via socks5h://second.example:1080 --count 1 target.example:7");
			assertVerdict(probe, Verdict.VIA_REFUSED,
					": socks5h://second.example:1080, asked for target.example:7, refused: it wants a login, and none is"
							+ " given");
		}
	}

	@Test
	void whenAProxyBecomesATunnelALateResetIsSeen() {
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes());
			socket.getInputStream().readAllBytes();
			ScriptedServer.reset(socket);
		})) {
			Invocation probe = Invocation
				.of("probe --via http://127.0.0.1:" + server.port() + " --count 1 target.example:7");
			assertVerdict(probe, Verdict.RESET_AFTER_FIN, ": RST after 0 of 64 bytes");
		}
	}

	private void assertVia(String scheme, Script script, Verdict verdict, String detail) {
		try (ScriptedServer server = ScriptedServer.running(script)) {
			Invocation probe = Invocation.of("probe --via " + scheme + "://user:secret@127.0.0.1:" + server.port()
					+ " --count 1 --timeout 500ms 192.0.2.1:7");
			assertVerdict(probe, verdict, detail);
			assertThat(probe.out())
				.contains(": " + scheme + "://127.0.0.1:" + server.port() + ", asked for 192.0.2.1:7")
				.doesNotContain("secret");
		}
	}

	// TLS

	@Test
	void whenTheFirstBytesAreNoTlsItIsTlsNotSpoken() {
		assertVerdict(probe((socket) -> socket.getOutputStream().write("HTTP/1.1 400 Bad\r\n".getBytes()), "--tls"),
				Verdict.TLS_NOT_SPOKEN, ": The first bytes of the peer are no TLS record: 0x48");
		assertVerdict(probe((socket) -> socket.getInputStream().transferTo(socket.getOutputStream()), "--tls"),
				Verdict.TLS_NOT_SPOKEN, ": The peer has sent our own hello back");
	}

	@Test
	void whenAnAlertComesItIsTlsRefused() {
		byte[] unknownName = { 21, 3, 3, 0, 2, 2, 112 };
		assertVerdict(probe((socket) -> {
			socket.getInputStream().readNBytes(100);
			socket.getOutputStream().write(unknownName);
		}, "--tls"), Verdict.TLS_REFUSED, ": alert unrecognized_name");
	}

	@Test
	void whenTheConnectionEndsInTheHandshakeItIsTlsCut() {
		Invocation fin = probe(Socket::shutdownOutput, "--tls");
		assertVerdict(fin, Verdict.TLS_CUT, ExitCode.VERDICT.number());
		assertThat(fin.out()).containsPattern(": FIN inside the handshake, with \\d+ bytes sent and 0 received\n");
		Invocation rst = probe((socket) -> {
			socket.getInputStream().readNBytes(100);
			ScriptedServer.reset(socket);
		}, "--tls");
		assertVerdict(rst, Verdict.TLS_CUT, ExitCode.VERDICT.number());
		assertThat(rst.out()).containsPattern(": RST inside the handshake, with \\d+ bytes sent and 0 received\n");
	}

	@Test
	void whenThePeerIsSilentInTheHandshakeItIsTlsStalled() {
		Invocation probe = probe((socket) -> socket.getOutputStream().write(new byte[] { 22, 3 }),
				"--tls --timeout 500ms");
		assertVerdict(probe, Verdict.TLS_STALLED, ExitCode.VERDICT.number());
		assertThat(probe.out())
			.containsPattern(": silence inside the handshake, with \\d+ bytes sent and 2 received\n");
	}

	@Test
	void whenTheCertificateIsNotTrustedItIsTlsUntrusted() {
		Invocation probe = probe((socket) -> tls(socket).startHandshake(), "--tls");
		assertVerdict(probe, Verdict.TLS_UNTRUSTED,
				": issuer: unable to find valid certification path to requested target");
	}

	@Test
	void whenTheReplyIsWholeAndCloseNotifyIsMissingItIsNoCloseNotify() {
		Script script = (socket) -> {
			SSLSocket tls = tls(socket);
			byte[] message = tls.getInputStream().readNBytes(SIZE);
			tls.getInputStream().read();
			tls.getOutputStream().write(message);
			socket.shutdownOutput();
		};
		assertVerdict(probe(script, "--tls --insecure"), Verdict.NO_CLOSE_NOTIFY,
				": FIN without close_notify after 64 of 64 bytes");
		assertVerdict(probe(script, "--tls --insecure --accept-truncation"), Verdict.OK, ExitCode.OK.number());
	}

	@Test
	void whenBytesAndCloseNotifyAreMissingItIsTruncated() {
		assertVerdict(probe((socket) -> {
			SSLSocket tls = tls(socket);
			byte[] message = tls.getInputStream().readNBytes(SIZE);
			tls.getInputStream().read();
			tls.getOutputStream().write(message, 0, 10);
			socket.shutdownOutput();
		}, "--tls --insecure --accept-truncation"), Verdict.TRUNCATED,
				": FIN without close_notify after 10 of 64 bytes");
	}

	private static SSLSocket tls(Socket socket) throws IOException {
		try {
			SSLSocket tls = (SSLSocket) TlsContexts
				.of(TestCertificate.authority("strangers").issue("CN=a", "IP:127.0.0.1").keyManagers(), null)
				.getSocketFactory()
				.createSocket(socket, null, socket.getPort(), false);
			tls.setUseClientMode(false);
			return tls;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
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
