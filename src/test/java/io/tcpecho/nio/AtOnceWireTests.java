package io.tcpecho.nio;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.AtOnceDeserializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.ScriptedLayer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that answers at once: the reply and FIN come before any byte of the client.
 */
class AtOnceWireTests {

	private static final byte[] ANSWER = "it is late\n".getBytes(StandardCharsets.US_ASCII);

	private static final Reply REPLY = new Reply(ANSWER, End.FIN);

	@Test
	void whenTheClientSendsNothingItGetsTheReplyAndFin() {
		try (NioServer server = atOnce().start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.readToEnd()).isEqualTo(REPLY);
			peer.halfClose();
			assertReplied(server);
		}
	}

	@Test
	void whenTheClientHalfClosesAtOnceItGetsTheReply() {
		try (NioServer server = atOnce().start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.halfClose().readToEnd()).isEqualTo(REPLY);
			assertReplied(server);
		}
	}

	@Test
	void whenTheClientSendsALotItGetsTheReplyAllTheSame() {
		try (NioServer server = atOnce().start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send(new byte[1 << 20]).halfClose().readToEnd()).isEqualTo(REPLY);
			assertReplied(server);
		}
	}

	@Test
	void whenALayerExpectsAHeaderTheReplyWaitsForIt() {
		try (NioServer server = atOnce(new ScriptedLayer().swallows(3)).start();
				Peer peer = Peer.connect(server.port())) {
			assertThat(peer.isSilentFor(50)).isTrue();
			assertThat(peer.send("ab").isSilentFor(50)).isTrue();
			assertThat(server.serviceCalls()).isZero();
			assertThat(peer.send("c").readToEnd()).isEqualTo(REPLY);
			peer.halfClose();
			assertReplied(server);
		}
	}

	private static NioServerBuilder atOnce(ScriptedLayer... layers) {
		return NioServer.framing(Framing.EOF)
			.service((nothing) -> ANSWER)
			.options((options) -> options.withDeserializer(new AtOnceDeserializer()).withLayers(List.of(layers)));
	}

	private static void assertReplied(NioServer server) {
		server.awaitOutcomes(Outcome.REPLIED, 1);
		server.awaitQuiet();
		assertThat(server.summaries()).extracting(ConnectionSummary::fin).containsExactly(true);
		assertThat(server.serviceCalls()).isOne();
	}

}
