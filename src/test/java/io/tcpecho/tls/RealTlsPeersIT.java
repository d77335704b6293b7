package io.tcpecho.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Installed;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Proxy;
import io.tcpecho.testing.TestCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Clients and proxies that people have, as installed on the machine, before a server with
 * TLS, and before our own client.
 */
class RealTlsPeersIT {

	private static final String MESSAGE = "hello over TLS";

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	private static final TestCertificate CERTIFICATE = AUTHORITY.issue("CN=server", "DNS:localhost", "IP:127.0.0.1");

	private static final String PYTHON = """
			import socket, ssl, sys
			c = ssl.create_default_context(cafile=sys.argv[2])
			s = c.wrap_socket(socket.create_connection(("localhost", int(sys.argv[1]))), server_hostname="localhost")
			s.sendall(sys.stdin.buffer.read())
			%s
			while part := s.recv(100):
			    sys.stdout.buffer.write(part)
			""";

	private static final String NODE = """
			const s = require('tls').connect({port: +process.argv[1], host: 'localhost', allowHalfOpen: true,
			  ca: require('fs').readFileSync(process.argv[2])}, () => process.stdin.pipe(s));
			s.pipe(process.stdout);
			""";

	@TempDir
	private Path directory;

	private Path authority;

	@BeforeEach
	void writeAuthority() {
		this.authority = AUTHORITY.writeChain(this.directory.resolve("ca.crt"));
	}

	/** Client, its command, and whether it ends its stream by close_notify. */
	static Stream<Arguments> clients() {
		return Stream
			.of(arguments("socat", List.of("socat", "-t", "10", "-", "OPENSSL:localhost:PORT,cafile=AUTHORITY"), true),
					arguments(
							"ncat",
							List.of("ncat", "--ssl", "--ssl-verify", "--ssl-trustfile", "AUTHORITY", "localhost",
									"PORT"),
							false),
					arguments("nodejs", List.of("node", "-e", NODE, "PORT", "AUTHORITY"), true),
					arguments("python3", List.of("python3", "-c", PYTHON.formatted("s.shutdown(socket.SHUT_WR)"),
							"PORT", "AUTHORITY"), false));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("clients")
	void whenAClientEndsItsStreamTheServerKnowsWhetherItIsWhole(String debianPackage, List<String> command,
			boolean endsByCloseNotify) throws Exception {
		Installed.program(command.get(0), debianPackage);
		try (NioServer server = start(true)) {
			String reply = run(command, server.port());
			server.awaitOutcomes(endsByCloseNotify ? Outcome.REPLIED : Outcome.TLS_TRUNCATED, 1);
			assertThat(server.serviceCalls()).isEqualTo(endsByCloseNotify ? 1 : 0);
			// After its FIN, Python hands out raw records.
			assertThat(reply.equals(MESSAGE)).isEqualTo(endsByCloseNotify);
		}
		try (NioServer server = start(false)) {
			run(command, server.port());
			server.awaitOutcomes(Outcome.REPLIED, 1);
			assertThat(server.serviceCalls()).isOne();
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("clients")
	void whenAClientSpeaksTls12ItsLineIsServed(String debianPackage, List<String> command, boolean endsByCloseNotify)
			throws Exception {
		Installed.program(command.get(0), debianPackage);
		try (NioServer server = start(Framing.LINE, "TLSv1.2", true)) {
			String reply = run(command, server.port(), MESSAGE + "\n");
			server.awaitOutcomes(endsByCloseNotify ? Outcome.CLOSED_BY_PEER : Outcome.TLS_TRUNCATED, 1);
			assertThat(server.serviceCalls()).isOne();
			// The reset for a stream without its end may overtake the reply.
			if (endsByCloseNotify) {
				assertThat(reply).isEqualTo(MESSAGE + "\n");
			}
		}
	}

	@Test
	void whenAClientNeverEndsItsStreamItIsIdle() throws Exception {
		Installed.program("openssl", "openssl");
		List<String> command = List.of("openssl", "s_client", "-quiet", "-CAfile", "AUTHORITY", "-connect",
				"localhost:PORT");
		try (NioServer server = start(NioServer.framing(Framing.EOF).idleTimeout(Duration.ofMillis(500)), "TLSv1.3",
				true)) {
			assertThat(run(command, server.port())).isEmpty();
			server.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
			assertThat(server.serviceCalls()).isZero();
		}
	}

	/** Those that close their socket before they can read the reply. */
	static Stream<Arguments> clientsThatDoNotWait() {
		return Stream.of(
				arguments("openssl",
						List.of("openssl", "s_client", "-quiet", "-no_ign_eof", "-CAfile", "AUTHORITY", "-connect",
								"localhost:PORT")),
				arguments("python3", List.of("python3", "-c", PYTHON.formatted("s.unwrap()"), "PORT", "AUTHORITY")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("clientsThatDoNotWait")
	void whenAClientDoesNotWaitForTheReplyItsMessageWasWhole(String debianPackage, List<String> command)
			throws Exception {
		Installed.program(command.get(0), debianPackage);
		try (NioServer server = start(true)) {
			run(command, server.port());
			server.awaitServiceCalls(1);
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.REPLIED) + server.outcomes(Outcome.RESET_BY_PEER)).isOne();
		}
	}

	/** Proxies that encrypt to the server, and whether they end by close_notify. */
	static Stream<Arguments> encryptingProxies() {
		return Stream.of(arguments("haproxy", (IntFunction<Proxy>) Proxy::haproxyBeforeTls, true),
				arguments("stunnel4", (IntFunction<Proxy>) (port) -> Proxy.stunnel(port, true), true),
				arguments("nginx", (IntFunction<Proxy>) (port) -> Proxy.nginx(port, "proxy_ssl on;",
						"proxy_ssl_protocols TLSv1.3;", "proxy_half_close on;"), false));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("encryptingProxies")
	void whenAProxyEncryptsAPlainClientGetsItsReply(String name, IntFunction<Proxy> start, boolean endsByCloseNotify) {
		Reply whole = new Reply(MESSAGE.getBytes(StandardCharsets.US_ASCII), End.FIN);
		try (NioServer server = start(false); Proxy proxy = start.apply(server.port())) {
			assertThat(Peer.exchange(proxy.port(), MESSAGE.getBytes(StandardCharsets.US_ASCII))).isEqualTo(whole);
			server.awaitOutcomes(Outcome.REPLIED, 1);
		}
		try (NioServer server = start(true); Proxy proxy = start.apply(server.port())) {
			Reply reply = Peer.exchange(proxy.port(), MESSAGE.getBytes(StandardCharsets.US_ASCII));
			server.awaitServiceCalls(endsByCloseNotify ? 1 : 0);
			assertThat(reply.text()).isEqualTo(endsByCloseNotify ? MESSAGE : "");
		}
	}

	/**
	 * Proxies that decrypt for a plain server; and for each end of the client's stream
	 * (close_notify, both, FIN) how the reply comes. What stunnel makes of FIN alone
	 * depends on whether it has read the record before.
	 */
	static Stream<Arguments> decryptingProxies() {
		return Stream.of(
				arguments("haproxy", (IntFunction<Proxy>) (port) -> Proxy.haproxyBinding("ssl crt CERTIFICATE", port),
						List.of("close_notify", "close_notify", "close_notify")),
				arguments("nginx",
						(IntFunction<Proxy>) (port) -> Proxy.nginxListening("ssl", port, "ssl_certificate CERTIFICATE;",
								"ssl_certificate_key CERTIFICATE;", "ssl_protocols TLSv1.3;", "proxy_half_close on;"),
						List.of("FIN", "FIN", "FIN")),
				arguments("stunnel4", (IntFunction<Proxy>) (port) -> Proxy.stunnel(port, false),
						List.of("close_notify", "close_notify")),
				arguments("socat", (IntFunction<Proxy>) Proxy::socatDecrypting,
						List.of("close_notify", "close_notify", "failed")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("decryptingProxies")
	void whenAProxyDecryptsOurClientKnowsWhetherTheReplyIsWhole(String name, IntFunction<Proxy> start,
			List<String> ends) throws GeneralSecurityException {
		try (NioServer server = NioServer.framing(Framing.EOF).start(); Proxy proxy = start.apply(server.port())) {
			List<EndOfOutput> ours = List.of(EndOfOutput.CLOSE_NOTIFY, EndOfOutput.BOTH, EndOfOutput.FIN);
			for (EndOfOutput end : ours.subList(0, ends.size())) {
				TlsClientLayer.Options options = new TlsClientLayer.Options("localhost", proxy.port(), false,
						List.of("TLSv1.3"), List.of(), end);
				TlsExchange exchange = TlsExchange.run(proxy.port(), TlsContexts.trustingEverything(null), options,
						MESSAGE.getBytes(StandardCharsets.US_ASCII), Duration.ofSeconds(20));
				String expected = ends.get(ours.indexOf(end));
				assertThat(exchange.end())
					.as("%s, our stream ends by %s, %d bytes, %s", name, end, exchange.received().length,
							exchange.failure())
					.isEqualTo(expected);
				if (!expected.equals("failed")) {
					assertThat(exchange.received()).asString().isEqualTo(MESSAGE);
				}
			}
		}
	}

	private String run(List<String> command, int port) throws IOException, InterruptedException {
		return run(command, port, MESSAGE);
	}

	private String run(List<String> command, int port, String input) throws IOException, InterruptedException {
		List<String> words = command.stream()
			.map((word) -> word.replace("PORT", String.valueOf(port)).replace("AUTHORITY", this.authority.toString()))
			.toList();
		Path message = Files.writeString(this.directory.resolve("message"), input);
		Process process = new ProcessBuilder(words).redirectInput(message.toFile())
			.redirectError(this.directory.resolve("errors").toFile())
			.start();
		try {
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			process.getInputStream().transferTo(out);
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("%s has ended", words).isTrue();
			return out.toString(StandardCharsets.US_ASCII);
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static NioServer start(boolean closeNotifyRequired) {
		return start(Framing.EOF, "TLSv1.3", closeNotifyRequired);
	}

	private static NioServer start(Framing framing, String protocol, boolean closeNotifyRequired) {
		return start(NioServer.framing(framing).idleTimeout(Duration.ofSeconds(10)), protocol, closeNotifyRequired);
	}

	private static NioServer start(NioServerBuilder server, String protocol, boolean closeNotifyRequired) {
		TlsServerLayer.Options options = new TlsServerLayer.Options(ClientAuth.NONE, List.of(protocol), List.of(),
				List.of(), closeNotifyRequired);
		SSLContext context = context();
		return server
			.options((all) -> all.withLayers(
					List.of(new TlsServerLayer(() -> context, options, new HandshakeThreads(2), TlsListener.NONE))))
			.start();
	}

	private static SSLContext context() {
		try {
			return TlsContexts.of(CERTIFICATE.keyManagers(), null);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
