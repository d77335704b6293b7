package io.tcpecho.nio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.NioServerBuilder;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Every framing over real sockets: random messages come back identical, and each ends as
 * the rules for connections that stay open say.
 */
class FramingWireTests {

	/** Random messages over all framings; a million with {@code -Plong}. */
	private static final int MESSAGES = Integer.getInteger("test.messages", 40_000);

	private static final int CLIENTS = 4;

	private static final int FIXED_LENGTH = 100;

	// All of them

	@ParameterizedTest
	@EnumSource
	void whenRandomMessagesAreCutAndPipelinedAtRandomTheyComeBackIdentical(Framing framing) {
		try (NioServer server = server(framing)) {
			int pipelined = (framing == Framing.EOF) ? 1 : 50;
			int rounds = Math.max(CLIENTS, MESSAGES / Framing.values().length / pipelined);
			Crowd.run(CLIENTS, rounds, (number) -> exchange(server, framing, pipelined, number));
			if (framing != Framing.STREAM) {
				assertThat(server.serviceCalls()).isEqualTo(rounds * pipelined);
			}
			server.awaitQuiet();
		}
	}

	private static void exchange(NioServer server, Framing framing, int pipelined, int seed) throws Exception {
		Random random = new Random(seed);
		byte[] bytes = randomMessages(random, framing, pipelined);
		try (Peer peer = Peer.connect(server.port())) {
			Thread sender = new Thread(() -> {
				int most = 1 + random.nextInt(bytes.length);
				for (int from = 0; from < bytes.length;) {
					int count = Math.min(1 + random.nextInt(most), bytes.length - from);
					peer.send(bytes, from, count);
					from += count;
				}
				peer.halfClose();
			});
			sender.start();
			Reply reply = peer.readToEnd();
			sender.join();
			assertThat(reply).as("framing %s, seed %d", framing, seed).isEqualTo(new Reply(bytes, End.FIN));
		}
	}

	private static byte[] randomMessages(Random random, Framing framing, int count) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int i = 0; i < count; i++) {
			int most = (random.nextInt(20) == 0) ? 5120 : 100;
			int size = switch (framing) {
				case FIXED -> FIXED_LENGTH;
				case LENGTH_1 -> random.nextInt(256);
				case EOF -> 1 + random.nextInt(most);
				default -> random.nextInt(most + 1);
			};
			byte[] message = new byte[size];
			random.nextBytes(message);
			if (framing == Framing.LINE || framing == Framing.CRLF) {
				for (int j = 0; j < size; j++) {
					message[j] = (message[j] == '\n') ? (byte) '\r' : message[j];
				}
			}
			framing.serializer().serialize(message, bytes);
		}
		if (bytes.size() == 0) {
			bytes.write('x');
		}
		return bytes.toByteArray();
	}

	private static NioServer server(Framing framing) {
		NioServerBuilder server = NioServer.framing(framing);
		return ((framing == Framing.FIXED) ? server.maxMessageSize(FIXED_LENGTH) : server).start();
	}

	// Carriage return and line feed

	@Test
	void whenACarriageReturnOrALineFeedStandsAloneItIsData() {
		String lines = "one\r\n\r\nt\nw\ro\r\r\n\n\r\n";
		try (NioServer server = NioServer.framing(Framing.CRLF).start(); Peer peer = Peer.connect(server.port())) {
			for (char letter : lines.toCharArray()) {
				peer.send(String.valueOf(letter));
			}
			assertThat(peer.halfClose().readToEnd().text()).isEqualTo(lines);
			assertThat(server.serviceCalls()).isEqualTo(4);
			server.awaitOutcomes(Outcome.CLOSED_BY_PEER, 1);
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheStreamEndsBetweenCarriageReturnAndLineFeedItIsInsideAMessage() {
		try (NioServer server = NioServer.framing(Framing.CRLF).start(); Peer peer = Peer.connect(server.port())) {
			Reply reply = peer.send("one\r\ntwo\r").halfClose().readToEnd();
			assertThat(reply.text()).isEqualTo("one\r\n");
			assertThat(reply.end()).isEqualTo(End.RST);
			assertThat(server.serviceCalls()).isEqualTo(1);
			server.awaitQuiet();
		}
	}

	// Length headers

	@ParameterizedTest
	@EnumSource(names = { "LENGTH_2", "LENGTH_4" })
	void whenTheHeaderIsOverTheLimitItIsRefusedBeforeTheBody(Framing framing) {
		try (NioServer server = NioServer.framing(framing).maxMessageSize(1000).start();
				Peer peer = Peer.connect(server.port())) {
			byte[] header = (framing == Framing.LENGTH_2) ? new byte[] { 3, (byte) 0xE9 }
					: new byte[] { 0, 0, 3, (byte) 0xE9 };
			assertThat(peer.send(header).readToEnd()).isEqualTo(new Reply(new byte[0], End.RST));
			server.awaitOutcomes(Outcome.OVERSIZE, 1);
			assertThat(server.serviceCalls()).isZero();
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheHeaderWouldBeNegativeItIsAVeryLargeLength() {
		try (NioServer server = NioServer.framing(Framing.LENGTH_4).start(); Peer peer = Peer.connect(server.port())) {
			byte[] header = { (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF };
			assertThat(peer.send(header).readToEnd().end()).isEqualTo(End.RST);
			server.awaitOutcomes(Outcome.OVERSIZE, 1);
			server.awaitQuiet();
		}
	}

	@Test
	void whenALengthIsExactlyTheLimitTheMessageIsEchoed() {
		try (NioServer server = NioServer.framing(Framing.LENGTH_1).start(); Peer peer = Peer.connect(server.port())) {
			byte[] message = Payload.random(256, 1);
			message[0] = (byte) 255;
			assertThat(peer.send(message).halfClose().readToEnd()).isEqualTo(new Reply(message, End.FIN));
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheStreamEndsInsideAHeaderTheRepliesOwedComeBeforeTheReset() {
		try (NioServer server = NioServer.framing(Framing.LENGTH_4).start(); Peer peer = Peer.connect(server.port())) {
			byte[] bytes = { 0, 0, 0, 1, 'a', 0, 0 };
			Reply reply = peer.send(bytes).halfClose().readToEnd();
			assertThat(reply).isEqualTo(new Reply(new byte[] { 0, 0, 0, 1, 'a' }, End.RST));
			server.awaitQuiet();
		}
	}

	// Stream

	@Test
	void whenAStreamIsEchoedEachPieceComesBackWithoutAnEndOfMessage() {
		try (NioServer server = NioServer.framing(Framing.STREAM).start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.send("one").read(3)).asString().isEqualTo("one");
			assertThat(peer.send("two").read(3)).asString().isEqualTo("two");
			assertThat(peer.halfClose().readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			server.awaitOutcomes(Outcome.CLOSED_BY_PEER, 1);
			server.awaitQuiet();
		}
	}

	@Test
	void whenTheReaderOfAStreamStopsAndItsWriterGoesOnNoMoreThanItsShareIsHeld() throws Exception {
		try (NioServer server = NioServer.framing(Framing.STREAM).start();
				Peer peer = Peer.connect(server.port(), 16 * 1024)) {
			AtomicBoolean stop = new AtomicBoolean();
			AtomicLong sent = new AtomicLong();
			byte[] block = new byte[64 * 1024];
			Thread writer = new Thread(() -> {
				while (!stop.get() && !Thread.currentThread().isInterrupted()) {
					peer.trySend(block);
					sent.addAndGet(block.length);
				}
			});
			writer.start();
			await().until(() -> {
				long before = sent.get();
				peer.pause(500);
				return sent.get() == before && before > 0;
			});
			assertThat(server.budget().used()).isBetween(1L, 2L * 64 * 1024);
			stop.set(true);
			peer.reset();
			writer.join(10_000);
			assertThat(writer.isAlive()).isFalse();
			server.awaitQuiet();
		}
	}

	@Test
	void whenAStreamHasNoByteForItsIdleTimeItEndsWithFin() {
		try (NioServer server = NioServer.framing(Framing.STREAM)
			.idleTimeout(Duration.ofMillis(300))
			.messageTimeout(Duration.ofMillis(300))
			.start(); Peer peer = Peer.connect(server.port())) {
			peer.send("x");
			assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[] { 'x' }, End.FIN));
			server.awaitOutcomes(Outcome.IDLE_TIMEOUT, 1);
			server.awaitQuiet();
		}
	}

}
