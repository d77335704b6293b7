package io.tcpecho.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

import io.tcpecho.connection.HandshakeResult;
import io.tcpecho.connection.Outcome;
import io.tcpecho.settings.ConfigurationRefusedException;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.testing.TlsPeer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Listeners with TLS, from their keys: bundles of Spring Boot, what the start refuses,
 * what operators see, and renewed certificates.
 */
@ExtendWith(OutputCaptureExtension.class)
class TlsListenerTests {

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	private static final TestCertificate SERVER = AUTHORITY.issue("CN=first", "DNS:localhost");

	private static final TestCertificate CLIENT = AUTHORITY.issue("CN=client,O=lab", "URI:spiffe://lab/client");

	/** A record of 512 bytes is announced, and only one of them comes. */
	private static final byte[] BEGIN_OF_HELLO = { 22, 3, 1, 2, 0, 1 };

	private static final String BUNDLE = "spring.ssl.bundle.pem.echo.";

	@TempDir
	private Path directory;

	private Secret secret;

	@BeforeEach
	void mountSecret() {
		this.secret = new Secret(this.directory);
		this.secret.renew(SERVER);
		AUTHORITY.writeChain(this.directory.resolve("ca.crt"));
	}

	// Bundles

	@Test
	void whenAListenerNamesABundleItsConnectionsAreEncrypted() {
		try (EchoServer server = server("eof").start();
				TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, null)) {
			assertThat(client.send("hello").halfClose().readToEnd().text()).isEqualTo("hello");
			server.awaitOutcomes(Outcome.REPLIED, 1);
			assertThat(server.counters().count(HandshakeResult.OK)).isOne();
		}
	}

	@Test
	void whenTheBundleIsAKeyStoreItIsUsed() {
		try (EchoServer server = EchoServer.framing("line")
			.property("spring.ssl.bundle.jks.store.keystore.location",
					"file:" + SERVER.writeKeyStore(this.directory.resolve("key.p12"), "secret"))
			.property("spring.ssl.bundle.jks.store.keystore.password", "secret")
			.property("spring.ssl.bundle.jks.store.keystore.type", "PKCS12")
			.listener("tls.bundle", "store")
			.start(); TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, null, "TLSv1.2")) {
			client.send("hello\n");
			assertThat(client.read(6)).isEqualTo("hello\n");
		}
	}

	@Test
	void whenCloseNotifyIsOptionalFinEndsTheMessage() {
		try (EchoServer server = server("eof").listener("tls.close-notify", "optional").start()) {
			assertThat(server.counters().withoutCloseNotify()).isZero();
			try (TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, null)) {
				client.send("hello").fin();
				server.awaitOutcomes(Outcome.REPLIED, 1);
			}
			assertThat(server.counters().withoutCloseNotify()).isOne();
		}
	}

	@Test
	void whenCloseNotifyIsRequiredFinIsNoEndOfTheMessage() {
		try (EchoServer server = server("eof").start()) {
			try (TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, null)) {
				client.send("hello").fin();
				server.awaitOutcomes(Outcome.TLS_TRUNCATED, 1);
			}
			assertThat(server.serviceCalls()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource({ "greeting,220 ready\\r\\n", "identify,true" })
	void whenAHealthCheckSendsNoByteItsConnectionIsEmptyAlthoughTheServerHasBytesToSend(String key, String value) {
		try (EchoServer server = server("eof").listener(key, value).start()) {
			assertThat(Peer.exchange(server.port(), new byte[0])).isEqualTo(new Peer.Reply(new byte[0], Peer.End.FIN));
			server.awaitOutcomes(Outcome.EMPTY, 1);
			assertThat(server.counters().count(HandshakeResult.OK)).isZero();
		}
	}

	@Test
	void whenAHandshakeStallsBeforeAGreetingItIsJudgedByTheIdleDeadline() {
		try (EchoServer server = greeting().listener("timeouts.idle", "300ms").start();
				Peer client = Peer.connect(server.port())) {
			assertThat(client.send(BEGIN_OF_HELLO).readToEnd()).isEqualTo(new Peer.Reply(new byte[0], Peer.End.RST));
			server.awaitOutcomes(Outcome.TLS_FAILED, 1);
			assertThat(server.counters().count(HandshakeResult.TIMEOUT)).isOne();
		}
	}

	@Test
	void whenAHandshakeStallsBeforeAGreetingTheWriteDeadlineDoesNotRun() {
		try (EchoServer server = greeting().listener("timeouts.write", "200ms").start();
				Peer client = Peer.connect(server.port())) {
			assertThat(client.send(BEGIN_OF_HELLO).isSilentFor(1_000)).isTrue();
		}
	}

	@Test
	void whenNoByteComesToAListenerThatGreetsItIsIdle() {
		try (EchoServer server = greeting().listener("timeouts.idle", "300ms").start();
				Peer client = Peer.connect(server.port())) {
			assertThat(client.readToEnd()).isEqualTo(new Peer.Reply(new byte[0], Peer.End.RST));
			server.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "greeting,220 ready\\r\\n", "identify,true" })
	void whenAHandshakeStallsADrainEndsItsConnectionAtOnceAlthoughTheServerHasBytesToSend(String key, String value) {
		EchoServer server = server("line").listener(key, value).property("tcp-echo.drain.timeout", "25s").start();
		try (Peer silent = Peer.connect(server.port()); Peer begun = Peer.connect(server.port())) {
			begun.send(BEGIN_OF_HELLO);
			server.awaitOpen(2);
			CompletableFuture<Void> stopping = server.closeLater();
			assertThat(silent.readToEnd()).isEqualTo(new Peer.Reply(new byte[0], Peer.End.FIN));
			assertThat(begun.readToEnd()).isEqualTo(new Peer.Reply(new byte[0], Peer.End.FIN));
			assertThat(stopping).succeedsWithin(Duration.ofSeconds(20));
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isEqualTo(2);
	}

	@Test
	void whenAHandshakeStallsAfterTheServersPartADrainEndsItsConnectionAtOnce() throws Exception {
		EchoServer server = greeting().property("tcp-echo.drain.timeout", "25s").start();
		try (Peer client = Peer.connect(server.port())) {
			assertThat(client.send(clientHello()).read(1)).isEqualTo(new byte[] { 22 });
			CompletableFuture<Void> stopping = server.closeLater();
			assertThat(client.readToEnd().end()).isEqualTo(Peer.End.FIN);
			assertThat(stopping).succeedsWithin(Duration.ofSeconds(20));
		}
		assertThat(server.outcomes(Outcome.DRAINED)).isOne();
		assertThat(server.counters().count(HandshakeResult.OK)).isZero();
	}

	private static byte[] clientHello() throws GeneralSecurityException, IOException {
		SSLEngine engine = SSLContext.getDefault().createSSLEngine();
		engine.setUseClientMode(true);
		ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
		engine.wrap(ByteBuffer.allocate(0), hello);
		return Arrays.copyOf(hello.array(), hello.position());
	}

	private EchoServerBuilder greeting() {
		return server("line").listener("greeting", "220 ready\\r\\n");
	}

	@Test
	void whenAClientNeedsACertificateOneWithoutIsRefused() {
		try (EchoServer server = mutual("need").start()) {
			assertThatThrownBy(() -> {
				try (TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, null)) {
					client.send("hello").halfClose().readToEnd();
				}
			}).hasMessageContaining("fatal alert");
			server.awaitOutcomes(Outcome.TLS_FAILED, 1);
			assertThat(server.counters().count(HandshakeResult.UNTRUSTED)).isOne();
			try (TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, CLIENT)) {
				assertThat(client.send("hello").halfClose().readToEnd().text()).isEqualTo("hello");
			}
		}
	}

	// What the start refuses

	@Test
	void whenTheBundleIsUnknownTheStartIsRefused() {
		assertThatThrownBy(server("eof").listener("tls.bundle", "other")::start)
			.hasRootCauseInstanceOf(ConfigurationRefusedException.class)
			.rootCause()
			.hasMessageContaining(
					"tcp-echo.listeners.echo.tls.bundle is other, and no SSL bundle has this name " + "(known: echo)");
	}

	// What operators see

	@Test
	void whenAConnectionIsEncryptedOperatorsSeeItsSession(CapturedOutput output) {
		try (EchoServer server = mutual("need").listener("framing", "line")
			.management()
			.property("tcp-echo.management.unprotected", "true")
			.property("server.address", "127.0.0.1")
			.property("logging.level.tcpecho.access", "info")
			.start(); TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, CLIENT)) {
			client.send("hello\n").read(6);
			JsonNode tls = server.management().get("/connections").json().at("/connections/0/tls");
			assertThat(tls.at("/handshakeMicros").asLong()).isPositive();
			assertThat(tls.toString().replaceFirst("\"handshakeMicros\":\\d+,", ""))
				.isEqualTo("{\"protocol\":\"TLSv1.3\",\"cipher\":\"TLS_AES_256_GCM_SHA384\"," + "\"resumed\":false,"
						+ "\"client\":{\"subject\":\"CN=client,O=lab\",\"san\":[\"URI:spiffe://lab/client\"]}}");
			Management.Answer prometheus = server.management().get("/prometheus");
			assertThat(prometheus.body()).contains("tcp_echo_tls_handshakes_total{listener=\"echo\",result=\"ok\"} 1.0")
				.contains("tcp_echo_tls_handshake_duration_seconds_count{listener=\"echo\"} 1")
				.contains("tcp_echo_tls_reloads_total{bundle=\"echo\",result=\"ok\"} 0.0")
				.contains("ssl_chain_expiry_seconds{bundle=\"echo\"");
			client.halfClose();
			server.awaitQuiet();
			assertThat(output).containsPattern("echo-1 from .* \\(TLSv1.3\\): closed-by-peer \\(FIN\\)");
		}
	}

	// Renewal

	@Test
	void whenASecretIsRenewedTwiceNewConnectionsGetTheNewestCertificate() {
		try (EchoServer server = reloading().start(); TlsPeer open = TlsPeer.connect(server.port(), AUTHORITY, null)) {
			for (String name : new String[] { "second", "third" }) {
				this.secret.renew(AUTHORITY.issue("CN=" + name, "DNS:localhost"));
				Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
					try (TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, null)) {
						assertThat(client.send("hello\n").read(6)).isEqualTo("hello\n");
						assertThat(client.serverCertificate().getSubjectX500Principal().getName())
							.isEqualTo("CN=" + name);
					}
				});
			}
			assertThat(open.send("still\n").read(6)).isEqualTo("still\n");
			assertThat(bundle(server).renewals()).isEqualTo(2);
		}
	}

	@Test
	void whenARenewedSecretIsBrokenTheOldOneStays(CapturedOutput output) {
		try (EchoServer server = reloading().start()) {
			this.secret.renew(AUTHORITY.issue("CN=second", "DNS:localhost"),
					AUTHORITY.issue("CN=of another key", "DNS:localhost"));
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(bundle(server).failures()).isOne());
			assertThat(output).contains("The renewed SSL bundle echo does not work, and the old one stays: ");
			assertCertificate(server, "CN=first");
			this.secret.renew(AUTHORITY.issue("CN=third", "DNS:localhost"));
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertCertificate(server, "CN=third"));
		}
	}

	private static void assertCertificate(EchoServer server, String subject) {
		try (TlsPeer client = TlsPeer.connect(server.port(), AUTHORITY, null)) {
			assertThat(client.serverCertificate().getSubjectX500Principal().getName()).isEqualTo(subject);
		}
	}

	private static TlsBundle bundle(EchoServer server) {
		return server.context().getBean(ServerTls.class).bundles().iterator().next();
	}

	private EchoServerBuilder reloading() {
		return server("line").property(BUNDLE + "reload-on-update", "true")
			.property("spring.ssl.bundle.watch.file.quiet-period", "50ms");
	}

	private EchoServerBuilder mutual(String clientAuth) {
		return server("eof").property(BUNDLE + "truststore.certificate", "file:" + this.directory.resolve("ca.crt"))
			.listener("tls.client-auth", clientAuth);
	}

	private EchoServerBuilder server(String framing) {
		return EchoServer.framing(framing)
			.property(BUNDLE + "keystore.certificate", "file:" + this.directory.resolve("tls.crt"))
			.property(BUNDLE + "keystore.private-key", "file:" + this.directory.resolve("tls.key"))
			.listener("tls.bundle", "echo");
	}

	/** A directory as Kubernetes mounts a secret: links through one that is swapped. */
	private static final class Secret {

		private final Path directory;

		private int version;

		Secret(Path directory) {
			this.directory = directory;
		}

		void renew(TestCertificate certificate) {
			renew(certificate, certificate);
		}

		/** Renew the certificate and the key in one step. */
		void renew(TestCertificate certificate, TestCertificate key) {
			try {
				Path next = Files.createDirectory(this.directory.resolve("..version-" + ++this.version));
				certificate.writeChain(next.resolve("tls.crt"));
				key.writeKey(next.resolve("tls.key"));
				Path link = Files.createSymbolicLink(this.directory.resolve("..data_tmp"), next.getFileName());
				Files.move(link, this.directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
						StandardCopyOption.REPLACE_EXISTING);
				if (this.version == 1) {
					for (String file : new String[] { "tls.crt", "tls.key" }) {
						Files.createSymbolicLink(this.directory.resolve(file), Path.of("..data", file));
					}
				}
				else {
					deleteVersion(this.version - 1);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private void deleteVersion(int version) throws IOException {
			Path old = this.directory.resolve("..version-" + version);
			Files.delete(old.resolve("tls.crt"));
			Files.delete(old.resolve("tls.key"));
			Files.delete(old);
		}

	}

}
