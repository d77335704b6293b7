package io.tcpecho.hostile;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.testing.TlsPeer;
import io.tcpecho.tls.ClientAuth;
import io.tcpecho.tls.HandshakeThreads;
import io.tcpecho.tls.TlsContexts;
import io.tcpecho.tls.TlsListener;
import io.tcpecho.tls.TlsServerLayer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many handshakes at a time: those that never end, and those that do.
 */
@Tag("reliability")
class TlsFloodIT {

	private static final int FLOOD = 1_000;

	private static final int BATCH = 50;

	private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");

	private static final SSLContext SERVER = server();

	@Test
	@DisplayName("A thousand half handshakes end by their deadline, and others are served meanwhile")
	void whenAThousandHandshakesAreLeftHalfOthersAreServedAndTheirDeadlineHolds() {
		byte[] hello = hello();
		try (NioServer server = start()) {
			Oracle oracle = Oracle.watch(server);
			List<Peer> half = new ArrayList<>();
			TlsPeer open = TlsPeer.connect(server.port(), AUTHORITY, null);
			for (int i = 0; i < FLOOD; i++) {
				half.add(Peer.connect(server.port()).send(hello));
				if (i % BATCH == 0) {
					assertServed(open);
				}
			}
			TlsPeer newcomer = TlsPeer.connect(server.port(), AUTHORITY, null);
			assertServed(newcomer);
			assertServed(open);
			open.close();
			newcomer.close();
			server.awaitOutcomes(Outcome.TLS_FAILED, FLOOD);
			half.forEach(Peer::close);
			oracle.settled().calls(FLOOD / BATCH + 2);
		}
	}

	@Test
	@DisplayName("A thousand TLS handshakes one after another leave nothing behind, and others are served meanwhile")
	void whenAThousandClientsShakeHandsAndLeaveOthersAreServed() {
		try (NioServer server = start()) {
			Oracle oracle = Oracle.watch(server);
			TlsPeer open = TlsPeer.connect(server.port(), AUTHORITY, null);
			for (int i = 0; i < FLOOD; i++) {
				TlsPeer.connect(server.port(), AUTHORITY, null).close();
				if (i % BATCH == 0) {
					assertServed(open);
				}
			}
			open.close();
			oracle.settled().calls(FLOOD / BATCH);
			assertThat(oracle.accepted()).isEqualTo(FLOOD + 1);
			assertThat(oracle.ended(Outcome.TLS_FAILED)).isZero();
		}
	}

	private static void assertServed(TlsPeer peer) {
		assertThat(peer.send("hello\n").read(6)).isEqualTo("hello\n");
	}

	private static NioServer start() {
		TlsServerLayer.Options options = new TlsServerLayer.Options(ClientAuth.NONE, List.of(), List.of(), List.of(),
				true);
		TlsServerLayer layer = new TlsServerLayer(() -> SERVER, options, new HandshakeThreads(2), TlsListener.NONE);
		return NioServer.framing(Framing.LINE)
			.idleTimeout(Duration.ofSeconds(4))
			.maxConnections(2 * FLOOD)
			.options((all) -> all.withLayers(List.of(layer)))
			.start();
	}

	private static SSLContext server() {
		try {
			return TlsContexts.of(AUTHORITY.issue("CN=server", "DNS:localhost").keyManagers(), null);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Return the first bytes of a client. */
	private static byte[] hello() {
		try {
			SSLEngine engine = TlsContexts.trustingEverything(null).createSSLEngine("localhost", 7443);
			engine.setUseClientMode(true);
			ByteBuffer bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
			engine.wrap(ByteBuffer.allocate(0), bytes);
			byte[] hello = new byte[bytes.flip().remaining()];
			bytes.get(hello);
			return hello;
		}
		catch (GeneralSecurityException | SSLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
