package io.tcpecho.tls;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLContext;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.TestCertificate;
import io.tcpecho.wire.WireException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes before, in and after a handshake, for the server's side, which is in the
 * middle of a reply: it ends with a {@link WireException} or waits for more, it holds no
 * more memory than promised, and its stream never ends or has a byte that the client has
 * not encrypted. The client gets a part of the reply, and never close_notify.
 *
 * <p>
 * An input is two bytes and the bytes to send. The first says how many turns of a true
 * client come before them, and with its highest bit that the client speaks TLS 1.2; the
 * second says how many bytes a read brings. It is replayed in every build; the profile
 * {@code fuzz} looks for further ones.
 */
class TlsFuzzTests {

	private static final int HEADER_SIZE = 2;

	private static final int MOST_TURNS = 6;

	private static final int TLS_1_2 = 0x80;

	private static final int LINK_IN_BYTES = 16 * 1024;

	/** More than the client takes in its turns. */
	private static final byte[] REPLY = Payload.random((MOST_TURNS + 4) * LINK_IN_BYTES, 1);

	private static final int MOST_HELD_IN_BYTES = 64 * 1024;

	private static final byte[] MESSAGE = { 'h', 'e', 'l', 'l', 'o' };

	private static final SSLContext SERVER = server();

	@FuzzTest
	void whateverArrivesTheServerNeitherFailsNorLies(byte[] input) {
		if (input.length <= HEADER_SIZE) {
			return;
		}
		MemoryLink link = MemoryLink.of(LINK_IN_BYTES, 1 + (input[1] & 0xFF) * 16);
		TlsEnd server = new TlsEnd(link.server(), (threads, listener) -> new TlsServerLayer(() -> SERVER,
				new TlsServerLayer.Options(ClientAuth.NONE, List.of(), List.of(), List.of(), true), threads, listener),
				REPLY, 5_000);
		TlsEnd client = new TlsEnd(link.client(),
				(threads, listener) -> new TlsClientLayer(client(), new TlsClientLayer.Options("localhost", 7443, false,
						List.of(((input[0] & TLS_1_2) != 0) ? "TLSv1.2" : "TLSv1.3"), List.of(), EndOfOutput.FIN),
						threads, listener),
				MESSAGE, 5_000);
		for (int i = 0; i < (input[0] & ~TLS_1_2 & 0xFF) % MOST_TURNS; i++) {
			client.turn();
			server.turn();
		}
		assertThat(server.thrown()).as("the true client is served").isNull();
		link.toServer().put(Arrays.copyOfRange(input, HEADER_SIZE, input.length));
		link.toServer().fin();
		long moved = -1;
		while (moved != link.moved() && server.thrown() == null) {
			moved = link.moved();
			server.turn();
		}
		server.turn();
		if (server.thrown() != null) {
			assertThat(server.thrown()).isInstanceOf(WireException.class);
		}
		assertThat(server.hasEnded()).as("a stream without close_notify has ended").isFalse();
		assertThat(server.received()).isIn(new byte[0], MESSAGE);
		assertThat(server.mostHeld()).as("bytes held").isLessThanOrEqualTo(MOST_HELD_IN_BYTES);
		assertThat(server.events()).doesNotContain("close_notify sent");
		client.turn();
		assertThat(client.hasEnded()).as("an incomplete reply has ended").isFalse();
		byte[] part = client.received();
		assertThat(part).hasSizeLessThan(REPLY.length).isEqualTo(Arrays.copyOf(REPLY, part.length));
	}

	private static SSLContext server() {
		try {
			return TlsContexts.of(TestCertificate.authority("server").keyManagers(), null);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Make a context of its own for each client, so that every handshake is full. */
	private static SSLContext client() {
		try {
			return TlsContexts.trustingEverything(null);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
