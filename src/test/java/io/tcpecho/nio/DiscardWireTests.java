package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

import io.tcpecho.connection.ConnectionSnapshot;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.Phase;
import io.tcpecho.framing.DiscardDeserializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service {@code discard}: whatever comes is taken, nothing is kept or answered, and
 * FIN answers FIN (RFC 863).
 */
class DiscardWireTests {

	private static final int SEVENTY_MB = 70_000_000;

	private static final int PIECE = 1 << 20;

	private static final long BUDGET = 128 * 1024;

	private static final Reply NOTHING = new Reply(new byte[0], End.FIN);

	@Test
	void whenASenderBlocksItsSeventyMegabytesAreTakenInLittleMemory() {
		try (NioServer server = discard().maxBuffered(BUDGET).start(); Peer peer = Peer.connect(server.port())) {
			byte[] piece = Payload.random(PIECE, 1);
			for (int sent = 0; sent < SEVENTY_MB; sent += PIECE) {
				peer.send(piece, 0, Math.min(PIECE, SEVENTY_MB - sent));
				assertThat(server.budget().used()).isLessThanOrEqualTo(BUDGET);
			}
			assertThat(peer.halfClose().readToEnd()).isEqualTo(NOTHING);
			assertAllTaken(server, SEVENTY_MB);
		}
	}

	@Test
	void whenASenderDoesNotBlockItsSeventyMegabytesAreTaken() throws IOException {
		try (NioServer server = discard().maxBuffered(BUDGET).start();
				Selector selector = Selector.open();
				SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", server.port()))) {
			channel.configureBlocking(false);
			SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
			ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
			int partialWrites = 0;
			int left = SEVENTY_MB;
			while (left > 0) {
				piece.clear().limit(Math.min(PIECE, left));
				left -= channel.write(piece);
				if (piece.hasRemaining()) {
					// The socket is full: what it has not taken is sent when it is ready.
					partialWrites++;
					assertThat(selector.select(20_000)).isOne();
					selector.selectedKeys().clear();
				}
			}
			channel.shutdownOutput();
			key.interestOps(SelectionKey.OP_READ);
			assertThat(selector.select(20_000)).isOne();
			assertThat(channel.read(piece.clear())).isEqualTo(-1);
			assertThat(partialWrites).isPositive();
			assertAllTaken(server, SEVENTY_MB);
		}
	}

	@Test
	void whileBytesComeTheConnectionShowsThem() {
		try (NioServer server = discard().start(); Peer peer = Peer.connect(server.port())) {
			for (int sent = 1_000; sent <= 5_000; sent += 1_000) {
				peer.send(new byte[1_000]);
				int expected = sent;
				Awaitility.await().untilAsserted(() -> assertThat(snapshot(server).bytesIn()).isEqualTo(expected));
				assertThat(server.counters().bytesIn()).isEqualTo(expected);
			}
			assertThat(snapshot(server).phase()).isEqualTo(Phase.READING);
			assertThat(snapshot(server).messages()).isZero();
			assertThat(server.budget().used()).isZero();
			assertThat(peer.halfClose().readToEnd()).isEqualTo(NOTHING);
			assertAllTaken(server, 5_000);
		}
	}

	@Test
	void whenNothingComesFinAnswersFin() {
		try (NioServer server = discard().start()) {
			assertThat(Peer.exchange(server.port(), new byte[0])).isEqualTo(NOTHING);
			assertAllTaken(server, 0);
		}
	}

	@Test
	void whileBytesComeNoTimeoutOfAMessageEndsTheConnection() {
		try (NioServer server = discard().idleTimeout(Duration.ofSeconds(10))
			.messageTimeout(Duration.ofMillis(100))
			.start(); Peer peer = Peer.connect(server.port())) {
			peer.drip(new byte[10], 50);
			assertThat(peer.halfClose().readToEnd()).isEqualTo(NOTHING);
			assertAllTaken(server, 10);
		}
	}

	@Test
	void whenNoByteComesForTheIdleTimeoutFinEndsTheConnection() {
		try (NioServer server = discard().idleTimeout(Duration.ofMillis(200)).start();
				Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("abc").readToEnd()).isEqualTo(NOTHING);
			server.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheSenderResetsTheOutcomeSaysSo() {
		try (NioServer server = discard().start(); Peer peer = Peer.connect(server.port())) {
			peer.send("abc").reset();
			server.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
			server.awaitQuiet();
		}
	}

	private static NioServerBuilder discard() {
		return NioServer.framing(Framing.EOF).options((options) -> options.withDeserializer(new DiscardDeserializer()));
	}

	private static ConnectionSnapshot snapshot(NioServer server) {
		return server.connectionFactory().openConnections().map(OpenConnection::snapshot).findFirst().orElseThrow();
	}

	private static void assertAllTaken(NioServer server, long bytes) {
		server.awaitOutcomes(Outcome.CLOSED_BY_PEER, 1);
		server.awaitQuiet();
		assertThat(server.counters().bytesIn()).isEqualTo(bytes);
		assertThat(server.counters().bytesOut()).isZero();
		assertThat(server.serviceCalls()).isZero();
	}

}
