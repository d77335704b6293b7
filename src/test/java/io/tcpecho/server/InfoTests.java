package io.tcpecho.server;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.testing.TlsPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener with service {@code info}: each connection gets a line of JSON at once.
 */
class InfoTests {

	private static final String CLIENT = "PROXY TCP4 192.0.2.9 203.0.113.7 5353 443\r\n";

	@Test
	void aConnectionGetsALineOfWhatIsKnownAndThenFin() throws Exception {
		Instant before = Instant.now();
		try (EchoServer server = info().start()) {
			Oracle oracle = Oracle.watch(server);
			Reply reply = Peer.exchange(server.port(), new byte[0]);
			assertThat(reply.end()).isEqualTo(End.FIN);
			assertThat(reply.text()).endsWith("}\n").hasLineCount(1);
			JsonNode line = JsonMapper.shared().readTree(reply.text());
			String host = System.getenv("HOSTNAME");
			assertThat(line.at("/pod").asString())
				.isEqualTo((host != null) ? host : Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
			assertThat(line.at("/listener").asString()).isEqualTo("echo");
			assertThat(line.at("/connection").asString()).isEqualTo("echo-1");
			assertThat(Instant.parse(line.at("/time").asString())).isBetween(before.minusSeconds(1),
					Instant.now().plusSeconds(1));
			assertThat(line.at("/peer").asString()).startsWith("127.0.0.1:");
			assertThat(line.at("/local").asString()).isEqualTo("127.0.0.1:" + server.port());
			assertThat(line.at("/isTLS").isBoolean()).isTrue();
			assertThat(line.at("/isTLS").asBoolean()).isFalse();
			assertThat(line.at("/tcp/retransmits").asInt()).isZero();
			assertThat(line.at("/tcp/unacknowledgedBytes").isNumber()).isTrue();
			for (String absent : new String[] { "client", "proxy", "timing", "tls" }) {
				assertThat(line.has(absent)).as(absent).isFalse();
			}
			oracle.settled().calls(0).allEnded(Outcome.REPLIED, 1);
		}
	}

	@Test
	void theLineComesBeforeTheClientHasSentAnything() {
		try (EchoServer server = info().start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.readToEnd().end()).isEqualTo(End.FIN);
			peer.halfClose();
			server.awaitOutcomes(Outcome.REPLIED, 1);
		}
	}

	@Test
	void theReplicaIsNamedAsItIsConfigured() {
		try (EchoServer server = info().property("tcp-echo.identity.pod", "echo-7d9-x2k")
			.property("tcp-echo.identity.namespace", "lab")
			.property("tcp-echo.identity.service", "echo")
			.property("tcp-echo.identity.ingress", "gateway")
			.property("tcp-echo.identity.node", "n1")
			.property("tcp-echo.identity.zone", "a")
			.start()) {
			String line = ask(server, "");
			assertThat(line).startsWith("{\"pod\":\"echo-7d9-x2k\",\"namespace\":\"lab\",\"service\":\"echo\","
					+ "\"ingress\":\"gateway\",\"node\":\"n1\",\"zone\":\"a\",\"version\":\"");
		}
	}

	@Test
	void whatAClientSendsIsDroppedAndDoesNotResetItsLine() {
		try (EchoServer server = info().start()) {
			assertThat(ask(server, "TEST\n")).startsWith("{\"pod\":");
			try (Peer peer = Peer.connect(server.port())) {
				assertThat(peer.trySend(new byte[1_000_000]).readToEnd().end()).isEqualTo(End.FIN);
			}
			server.awaitOutcomes(Outcome.REPLIED, 2);
		}
	}

	@Test
	void behindAProxyTheLineComesAfterTheHeaderAndHasWhatItSaid() {
		try (EchoServer server = info().listener("proxy-protocol.mode", "required").start();
				Peer silent = Peer.connect(server.port())) {
			JsonNode line = JsonMapper.shared().readTree(ask(server, CLIENT));
			assertThat(line.at("/client").asString()).isEqualTo("192.0.2.9:5353");
			assertThat(line.at("/proxy/version").asInt()).isOne();
			assertThat(line.at("/proxy/destination").asString()).isEqualTo("203.0.113.7:443");
			assertThat(line.at("/proxy").has("authority")).isFalse();
			assertThat(line.at("/timing/proxyHeaderMicros").isNumber()).isTrue();
			assertThat(silent.isSilentFor(100)).isTrue();
			try (Peer wrong = Peer.connect(server.port())) {
				assertThat(wrong.trySend("hello".getBytes()).readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			}
		}
	}

	@Test
	void overTlsTheLineHasTheSessionTheClientsCertificateAndTheTimeOfTheHandshake(@TempDir Path directory)
			throws Exception {
		TestCertificate authority = TestCertificate.authority("Test CA");
		TestCertificate server = authority.issue("CN=server", "DNS:localhost");
		TestCertificate client = authority.issue("CN=client", "URI:spiffe://lab/client");
		String bundle = "spring.ssl.bundle.pem.info.";
		EchoServerBuilder builder = info().listener("tls.bundle", "info")
			.listener("tls.client-auth", "need")
			.property(bundle + "keystore.certificate", "file:" + server.writeChain(directory.resolve("tls.crt")))
			.property(bundle + "keystore.private-key", "file:" + server.writeKey(directory.resolve("tls.key")))
			.property(bundle + "truststore.certificate", "file:" + authority.writeChain(directory.resolve("ca.crt")));
		try (EchoServer info = builder.start(); TlsPeer peer = TlsPeer.connect(info.port(), authority, client)) {
			Reply reply = peer.readToEnd();
			assertThat(reply.end()).isEqualTo(End.FIN);
			JsonNode line = JsonMapper.shared().readTree(reply.text());
			assertThat(line.at("/isTLS").asBoolean()).isTrue();
			assertThat(line.at("/tls/version").asString()).isEqualTo("TLS 1.3");
			assertThat(line.at("/tls/cipherSuite").asString()).isEqualTo("TLS_AES_256_GCM_SHA384");
			assertThat(line.at("/tls/resumed").asBoolean()).isFalse();
			JsonNode shown = line.at("/tls/client");
			assertThat(shown.at("/subject").asString()).isEqualTo("CN=client");
			assertThat(shown.at("/san/0").asString()).isEqualTo("URI:spiffe://lab/client");
			assertThat(shown.at("/issuer").asString()).isEqualTo("CN=Test CA");
			assertThat(new BigInteger(shown.at("/serial").asString(), 16))
				.isEqualTo(client.certificate().getSerialNumber());
			assertThat(Instant.parse(shown.at("/notAfter").asString()))
				.isEqualTo(client.certificate().getNotAfter().toInstant());
			assertThat(shown.at("/sha256").asString()).hasSize(64);
			assertThat(line.at("/timing").has("proxyHeaderMicros")).isFalse();
			assertThat(line.at("/timing/tlsMicros").asLong()).isPositive();
		}
	}

	@Test
	void onAllAddressesTheKernelsLineOfAnIpv4ConnectionIsFound() {
		try (EchoServer server = info().listener("address", "").start()) {
			JsonNode line = JsonMapper.shared().readTree(ask(server, ""));
			assertThat(line.at("/tcp/retransmits").isNumber()).isTrue();
		}
	}

	private static String ask(EchoServer server, String bytes) {
		try (Peer peer = Peer.connect(server.port())) {
			Reply reply = peer.trySend(bytes.getBytes()).tryHalfClose().readToEnd();
			assertThat(reply.end()).isEqualTo(End.FIN);
			return reply.text();
		}
	}

	private static EchoServerBuilder info() {
		return EchoServer.framing("eof").listener("service", "info");
	}

}
