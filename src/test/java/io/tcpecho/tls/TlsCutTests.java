package io.tcpecho.tls;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLContext;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.wire.WireException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client's stream that is cut by FIN behind each of its bytes, and one that pauses
 * there: only the whole stream, close_notify included, is a message.
 */
class TlsCutTests {

	private static final byte[] MESSAGE = Payload.random(200, 1);

	/** At least so many; behind each byte at least once. */
	private static final int CUTS = Integer.getInteger("test.cuts", 1);

	private static final TestCertificate CERTIFICATE = TestCertificate.authority("server");

	private final SSLContext serverContext = context(true);

	private final SSLContext clientContext = context(false);

	@Test
	void whereverTheStreamIsCutOnlyTheWholeOneIsAMessage() {
		cutAndPause(17, 1);
	}

	@Tag("reliability")
	@Test
	void whicheverByteTheStreamIsCutBehindOnlyTheWholeOneIsAMessage() {
		int tried = 0;
		while (tried < CUTS) {
			tried += cutAndPause(1, 2);
		}
	}

	/** Cut behind each byte but for those in between, and return how often. */
	private int cutAndPause(int step, int exchangesAtEach) {
		int length = stream(begin()).length;
		for (int cut = 0; cut <= length; cut += step) {
			for (int i = 0; i < exchangesAtEach; i++) {
				cut(cut, i % 2 == 0);
				pause(cut);
			}
		}
		cut(length, true);
		return 2 * exchangesAtEach * (length / step + 1);
	}

	/** End the stream behind a byte. */
	private void cut(int at, boolean atOnce) {
		Ends ends = begin();
		byte[] stream = stream(ends);
		int end = Math.min(at, stream.length);
		ends.link.toServer().put(Arrays.copyOf(stream, end));
		if (!atOnce) {
			ends.server.turn();
		}
		ends.link.toServer().fin();
		ends.server.turn();
		ends.server.turn();
		if (end == stream.length) {
			assertThat(ends.server.hasEnded()).isTrue();
			assertThat(ends.server.received()).isEqualTo(MESSAGE);
			return;
		}
		assertThat(ends.server.hasEnded()).as("cut behind %d of %d bytes", end, stream.length).isFalse();
		assertThat(ends.server.thrown()).isInstanceOfSatisfying(WireException.class, (ex) -> {
			assertThat(ex.outcome()).isEqualTo(Outcome.TLS_TRUNCATED);
			assertThat(ex.isFin()).isFalse();
		});
	}

	/** Let the rest come later. */
	private void pause(int at) {
		Ends ends = begin();
		byte[] stream = stream(ends);
		int pause = Math.min(at, stream.length);
		ends.link.toServer().put(Arrays.copyOf(stream, pause));
		ends.server.turn();
		assertThat(ends.server.hasEnded()).isEqualTo(pause == stream.length);
		ends.link.toServer().put(Arrays.copyOfRange(stream, pause, stream.length));
		ends.server.turn();
		assertThat(ends.server.hasEnded()).isTrue();
		assertThat(ends.server.received()).isEqualTo(MESSAGE);
		assertThat(ends.server.wire().held()).isZero();
	}

	/** Take what the client sends after its handshake. */
	private static byte[] stream(Ends ends) {
		ends.client.turn();
		return ends.link.toServer().take();
	}

	/** Shake hands, and stop before the client sends its message. */
	private Ends begin() {
		MemoryLink link = MemoryLink.of(1 << 16, Integer.MAX_VALUE);
		TlsEnd server = new TlsEnd(link.server(),
				(threads,
						listener) -> new TlsServerLayer(() -> this.serverContext, new TlsServerLayer.Options(
								ClientAuth.NONE, List.of("TLSv1.3"), List.of(), List.of(), true), threads, listener),
				new byte[0], 5_000);
		TlsEnd client = new TlsEnd(link.client(),
				(threads,
						listener) -> new TlsClientLayer(this.clientContext, new TlsClientLayer.Options("localhost",
								7443, false, List.of("TLSv1.3"), List.of(), EndOfOutput.CLOSE_NOTIFY), threads,
								listener),
				MESSAGE, 5_000);
		while (server.details() == null) {
			client.handshake();
			server.turn();
		}
		return new Ends(link, client, server);
	}

	private static SSLContext context(boolean server) {
		try {
			return server ? TlsContexts.of(CERTIFICATE.keyManagers(), null) : TlsContexts.trustingEverything(null);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record Ends(MemoryLink link, TlsEnd client, TlsEnd server) {

	}

}
