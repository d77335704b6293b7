package io.tcpecho.hostile;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stops that meet connections at every moment of an exchange: every client that has
 * connected before the stop gets its whole reply.
 */
class DrainRaceTests {

	private static final int STOPS = Integer.getInteger("test.stops", 50);

	/** More than the socket buffers of both sides take, as they are set here. */
	private static final byte[] LARGE = Payload.random(256 * 1024, 67);

	private static final int SMALL_BUFFER = 8 * 1024;

	private final long seed = Long.getLong("test.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	/** The common pool may have one thread only, which the stop would keep. */
	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void endThreads() {
		this.threads.shutdownNow();
	}

	@Test
	@DisplayName("Each client that has connected gets its whole reply, at whatever moment the server stops")
	void whenTheServerStopsAtAnyMomentEachClientGetsItsWholeReply() {
		try (EchoServer server = EchoServer.framing("eof")
			.listener("executor", "pool")
			.listener("max-message-size", LARGE.length + "B")
			.property("tcp-echo.drain.timeout", "20s")
			.property("logging.level.io.tcpecho", "warn")
			.service((message) -> {
				Waits.pause(message.length % 3);
				return message;
			})
			.start()) {
			server.connectionFactory().setSoSendBufferSize(SMALL_BUFFER);
			for (int stop = 0; stop < STOPS; stop++) {
				stopInMidExchange(server, stop);
				server.context().start();
			}
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(4L * STOPS).isEqualTo(server.accepted());
		}
	}

	private void stopInMidExchange(EchoServer server, int number) {
		int port = server.port();
		byte[] message = ("message " + number).getBytes(StandardCharsets.US_ASCII);
		int cut = this.random.nextInt(message.length);
		try (Peer halfRead = Peer.connect(port, SMALL_BUFFER);
				Peer silent = Peer.connect(port);
				Peer halfSent = Peer.connect(port);
				Peer inService = Peer.connect(port)) {
			CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> halfRead.send(LARGE).halfClose(),
					this.threads);
			halfSent.send(message, 0, cut);
			inService.send(message).halfClose();
			Waits.pause(this.random.nextInt(4));
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(server.context()::stop, this.threads);
			Waits.pause(this.random.nextInt(4));
			halfSent.send(message, cut, message.length - cut).halfClose();
			silent.send(message).halfClose();
			Reply whole = new Reply(message, End.FIN);
			assertThat(halfSent.readToEnd()).as("half sent, seed %d", this.seed).isEqualTo(whole);
			assertThat(silent.readToEnd()).as("silent, seed %d", this.seed).isEqualTo(whole);
			assertThat(inService.readToEnd()).as("in service, seed %d", this.seed).isEqualTo(whole);
			assertThat(halfRead.readEcho(LARGE)).as("half read, seed %d", this.seed).isEqualTo(End.FIN);
			assertThat(sent).succeedsWithin(Duration.ofSeconds(10));
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
		}
	}

}
