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
 * The death of the server with a thousand connections over TLS: none of them may end as a
 * complete reply does.
 */
@Tag("reliability")
class TlsKillIT {

	private static final int LINES = 995;

	private static final int LARGE_REPLIES = 5;

	/** More than the buffers of two sockets take. */
	private static final int LARGE_IN_BYTES = 12 << 20;

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	@TempDir
	private Path directory;

	@Test
	void whenTheServerIsKilledEveryConnectionIsResetWithoutCloseNotify() throws Exception {
		TestCertificate certificate = AUTHORITY.issue("CN=server", "DNS:localhost");
		byte[] message = Payload.random(LARGE_IN_BYTES, 1);
		List<TlsPeer> lines = new ArrayList<>();
		List<TlsPeer> large = new ArrayList<>();
		try (EchoProcess server = EchoProcess.configure()
			.argument("spring.ssl.bundle.pem.echo.keystore.certificate",
					"file:" + certificate.writeChain(this.directory.resolve("tls.crt")))
			.argument("spring.ssl.bundle.pem.echo.keystore.private-key",
					"file:" + certificate.writeKey(this.directory.resolve("tls.key")))
			.argument("tcp-echo.max-buffered", "700MB")
			.jvmOption("-Xmx1500m")
			.listener("eof", "tls.bundle", "echo")
			.listener("eof", "max-message-size", "12MB")
			.listener("eof", "timeouts.write", "5m")
			.listener("line", "timeouts.idle", "5m")
			.listener("line", "timeouts.message", "5m")
			.listener("line", "enabled", "true")
			.listener("line", "framing", "line")
			.listener("line", "port", 0)
			.listener("line", "address", "127.0.0.1")
			.listener("line", "tls.bundle", "echo")
			.start()) {
			server.awaitStarted();
			for (int i = 0; i < LINES; i++) {
				TlsPeer peer = TlsPeer.connect(server.port("line"), AUTHORITY, null);
				lines.add(peer);
				assertThat(peer.send("hello\n").read(6)).isEqualTo("hello\n");
			}
			for (int i = 0; i < LARGE_REPLIES; i++) {
				large.add(TlsPeer.connect(server.port("eof"), AUTHORITY, null).send(message).halfClose());
			}
			Management management = new Management(server.managementPort());
			Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.untilAsserted(() -> assertThat(phases(management.get("/connections?listener=eof").json()))
					.isEqualTo(Collections.nCopies(LARGE_REPLIES, "WRITING")));
			server.kill();
			for (TlsPeer peer : large) {
				Reply reply = peer.readToEnd();
				assertThat(reply.end()).isEqualTo(End.RST);
				assertThat(reply.bytes()).hasSizeLessThan(LARGE_IN_BYTES);
			}
			for (TlsPeer peer : lines) {
				assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			}
		}
		finally {
			lines.forEach(TlsPeer::close);
			large.forEach(TlsPeer::close);
		}
	}

	private static List<String> phases(JsonNode connections) {
		List<String> phases = new ArrayList<>();
		connections.at("/connections").forEach((connection) -> phases.add(connection.at("/phase").asString()));
		return phases;
	}

}
