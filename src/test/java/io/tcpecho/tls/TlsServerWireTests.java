package io.tcpecho.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.TestCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The contract of the wire over TLS, on sockets and with a client of the JDK.
 */
class TlsServerWireTests {

	private static final int MB = 1 << 20;

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	private static final SSLContext SERVER = context(
			AUTHORITY.issue("CN=server", "DNS:localhost", "IP:127.0.0.1").keyManagers());

	private static final HandshakeThreads THREADS = new HandshakeThreads(2);

	// Success

	@ParameterizedTest
	@ValueSource(ints = { 1, 64, 5_000, 16_384, 16_385, 3_000_000 })
	void aMessageComesBackAndThenCloseNotifyAndFin(int size) throws Exception {
		byte[] message = Payload.random(size, size);
		try (NioServer server = start(server(Framing.EOF).maxMessageSize(4 * MB))) {
			Oracle oracle = Oracle.watch(server);
			try (SSLSocket client = connect(server, "TLSv1.3")) {
				Thread sender = new Thread(() -> sendAndEnd(client, message));
				sender.start();
				// The JDK's socket reports a stream without close_notify as an error.
				assertThat(client.getInputStream().readAllBytes()).isEqualTo(message);
				sender.join();
			}
			oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void linesAreAnsweredOneByOneAndTogether(String protocol) throws Exception {
		try (NioServer server = start(server(Framing.LINE)); SSLSocket client = connect(server, protocol)) {
			send(client, "one\n");
			assertThat(read(client, 4)).isEqualTo("one\n");
			String lines = "a line of some bytes\n".repeat(10_000);
			Thread sender = new Thread(() -> send(client, lines));
			sender.start();
			assertThat(read(client, lines.length())).isEqualTo(lines);
			client.shutdownOutput();
			assertThat(client.getInputStream().read()).isEqualTo(-1);
			server.awaitOutcomes(Outcome.CLOSED_BY_PEER, 1);
		}
	}

	@Test
	void whenRepliesAreOwedCloseNotifyOfTls12ComesAfterThem() throws Exception {
		try (NioServer server = start(server(Framing.LINE)); SSLSocket client = connect(server, "TLSv1.2")) {
			send(client, "one\ntwo\n");
			client.shutdownOutput();
			server.awaitOutcomes(Outcome.CLOSED_BY_PEER, 1);
			assertThat(server.serviceCalls()).isEqualTo(2);
		}
	}

	@Test
	void aTruncatedReplyEndsWithCloseNotifyAndFin() throws Exception {
		try (NioServer server = start(server(Framing.EOF).maxMessageSize(3).truncate())) {
			try (SSLSocket client = connect(server, "TLSv1.3")) {
				send(client, "hello");
				assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hel");
			}
			server.awaitOutcomes(Outcome.TRUNCATED, 1);
		}
	}

	// Failures

	@Test
	void whenTheMessageIsTooLongTheConnectionIsResetWithoutCloseNotify() throws Exception {
		try (NioServer server = start(server(Framing.EOF).maxMessageSize(4));
				SSLSocket client = connect(server, "TLSv1.3")) {
			send(client, "hello");
			assertReset(client);
			server.awaitOutcomes(Outcome.OVERSIZE, 1);
		}
	}

	@Test
	void whenTheServiceFailsTheConnectionIsResetWithoutCloseNotify() throws Exception {
		try (NioServer server = start(server(Framing.EOF).service((message) -> {
			throw new IllegalStateException("A service that fails for a test");
		})); SSLSocket client = connect(server, "TLSv1.3")) {
			send(client, "hello");
			client.shutdownOutput();
			assertReset(client);
			server.awaitOutcomes(Outcome.SERVICE_ERROR, 1);
		}
	}

	@Test
	void whenNoByteComesTheHandshakeEndsWithTheIdleDeadline() {
		try (NioServer server = start(server(Framing.EOF).idleTimeout(Duration.ofMillis(200)));
				Peer silent = Peer.connect(server.port())) {
			assertThat(silent.readToEnd()).isEqualTo(new Peer.Reply(new byte[0], End.RST));
			server.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
		}
	}

	@Test
	void whenAHandshakeDripsItEndsWithTheIdleDeadline() {
		try (NioServer server = start(server(Framing.EOF).idleTimeout(Duration.ofMillis(300)));
				Peer slow = Peer.connect(server.port())) {
			slow.send(new byte[] { 22, 3, 1, 2, 0, 1 });
			for (int i = 0; i < 100 && server.outcomes(Outcome.TLS_FAILED) == 0; i++) {
				slow.trySend(new byte[1]).pause(20);
			}
			server.awaitOutcomes(Outcome.TLS_FAILED, 1);
		}
	}

	@Test
	void whenAClientSpeaksNoTlsItGetsAnAlertAndFin() {
		try (NioServer server = start(server(Framing.EOF))) {
			Oracle oracle = Oracle.watch(server);
			try (Peer client = Peer.connect(server.port())) {
				client.send(Payload.random(100_000, 1));
				assertThat(client.readToEnd()).isEqualTo(new Peer.Reply(new byte[] { 21, 3, 3, 0, 2, 2, 10 }, End.FIN));
			}
			oracle.settled().calls(0).allEnded(Outcome.TLS_FAILED, 1);
		}
	}

	@Test
	void whenAClientThatFailedStaysOpenItIsClosedAfterASecond() {
		try (NioServer server = start(server(Framing.EOF)); Peer client = Peer.connect(server.port())) {
			assertThat(client.send("hello\n").readToEnd().end()).isEqualTo(End.FIN);
			server.awaitOutcomes(Outcome.TLS_FAILED, 1);
		}
	}

	@Test
	void whenAClientHalfClosesWithoutAByteItIsEmpty() {
		try (NioServer server = start(server(Framing.EOF))) {
			assertThat(Peer.exchange(server.port(), new byte[0])).isEqualTo(new Peer.Reply(new byte[0], End.FIN));
			server.awaitOutcomes(Outcome.EMPTY, 1);
		}
	}

	private static void assertReset(SSLSocket client) {
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().readAllBytes())
			.withMessageContaining("reset");
	}

	private static void sendAndEnd(SSLSocket client, byte[] message) {
		try {
			client.getOutputStream().write(message);
			client.shutdownOutput();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void send(SSLSocket client, String text) {
		try {
			OutputStream out = client.getOutputStream();
			out.write(text.getBytes(StandardCharsets.US_ASCII));
			out.flush();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String read(SSLSocket client, int count) throws IOException {
		return new String(client.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
	}

	private static SSLSocket connect(NioServer server, String protocol) throws IOException {
		SSLSocket client = (SSLSocket) context(null).getSocketFactory().createSocket("127.0.0.1", server.port());
		client.setSoTimeout(20_000);
		client.setEnabledProtocols(new String[] { protocol });
		client.startHandshake();
		return client;
	}

	private static NioServerBuilder server(Framing framing) {
		return NioServer.framing(framing);
	}

	private static NioServer start(NioServerBuilder server) {
		TlsServerLayer.Options options = new TlsServerLayer.Options(ClientAuth.NONE, List.of(), List.of(), List.of(),
				true);
		return server.options(
				(all) -> all.withLayers(List.of(new TlsServerLayer(() -> SERVER, options, THREADS, TlsListener.NONE))))
			.start();
	}

	private static SSLContext context(KeyManager @Nullable [] keys) {
		try {
			return TlsContexts.of(keys, AUTHORITY.trustManagers());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
