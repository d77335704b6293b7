package io.tcpecho.hostile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.testing.TlsPeer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The death of the server with a thousand replies under way over TLS: none of them may
 * end as a complete reply does.
 */
@Tag("reliability")
class TlsKillIT {

	/** Replies that the server itself holds back, so that a part of each is sent. */
	private static final int SLOW_REPLIES = 995;

	/** At 64 bytes a second they take longer than a thousand handshakes. */
	private static final int SLOW_IN_BYTES = 100 << 10;

	/** Replies that wait for their client. */
	private static final int LARGE_REPLIES = 5;

	/** More than the buffers of two sockets take. */
	private static final int LARGE_IN_BYTES = 12 << 20;

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	@TempDir
	private Path directory;

	@Test
	void whenTheServerIsKilledEveryConnectionIsResetWithoutCloseNotify() throws Exception {
		TestCertificate certificate = AUTHORITY.issue("CN=server", "DNS:localhost");
		byte[] slowMessage = Payload.random(SLOW_IN_BYTES, 1);
		byte[] largeMessage = Payload.random(LARGE_IN_BYTES, 2);
		List<TlsPeer> slow = new ArrayList<>();
		List<TlsPeer> large = new ArrayList<>();
		try (EchoProcess server = EchoProcess.configure()
			.argument("spring.ssl.bundle.pem.echo.keystore.certificate",
					"file:" + certificate.writeChain(this.directory.resolve("tls.crt")))
			.argument("spring.ssl.bundle.pem.echo.keystore.private-key",
					"file:" + certificate.writeKey(this.directory.resolve("tls.key")))
			.argument("tcp-echo.max-buffered", "700MB")
			.argument("tcp-echo.faults.enabled", "true")
			.argument("spring.security.user.password", Management.PASSWORD)
			.jvmOption("-Xmx1500m")
			.listener("eof", "tls.bundle", "echo")
			.listener("eof", "max-message-size", "12MB")
			.listener("eof", "timeouts.write", "5m")
			.listener("slow", "enabled", "true")
			.listener("slow", "port", 0)
			.listener("slow", "address", "127.0.0.1")
			.listener("slow", "tls.bundle", "echo")
			.listener("slow", "max-message-size", SLOW_IN_BYTES + "B")
			.start()) {
			server.awaitStarted();
			Management management = new Management(server.managementPort()).asOperator();
			assertThat(management
				.put("/faults/slow", "{\"faults\":[{\"type\":\"bandwidth\",\"rate\":\"64B\"}],\"for\":\"1h\"}")
				.status()).isEqualTo(200);
			for (int i = 0; i < SLOW_REPLIES; i++) {
				slow.add(TlsPeer.connect(server.port("slow"), AUTHORITY, null).send(slowMessage).halfClose());
			}
			for (int i = 0; i < LARGE_REPLIES; i++) {
				large.add(TlsPeer.connect(server.port("eof"), AUTHORITY, null).send(largeMessage).halfClose());
			}
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(phases(management.get("/connections?listener=eof").json()))
					.isEqualTo(Collections.nCopies(LARGE_REPLIES, "WRITING")));
			for (TlsPeer peer : slow) {
				assertThat(peer.read(1)).hasSize(1);
			}
			server.kill();
			for (TlsPeer peer : large) {
				assertCut(peer.readToEnd(), LARGE_IN_BYTES);
			}
			for (TlsPeer peer : slow) {
				assertCut(peer.readToEnd(), SLOW_IN_BYTES - 1);
			}
		}
		finally {
			slow.forEach(TlsPeer::close);
			large.forEach(TlsPeer::close);
		}
	}

	private static void assertCut(Reply reply, int whole) {
		assertThat(reply.end()).isEqualTo(End.RST);
		assertThat(reply.bytes()).hasSizeLessThan(whole);
	}

	private static List<String> phases(JsonNode connections) {
		List<String> phases = new ArrayList<>();
		connections.at("/connections").forEach((connection) -> phases.add(connection.at("/phase").asString()));
		return phases;
	}

}
