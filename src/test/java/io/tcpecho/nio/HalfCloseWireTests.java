package io.tcpecho.nio;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that half-closes, or resets, while its message is in service or its reply is
 * on the way.
 */
@ExtendWith(OutputCaptureExtension.class)
class HalfCloseWireTests {

	private static final int MB = 1024 * 1024;

	@Test
	@DisplayName("A half-closed client waits for a slow service while the event loop sleeps")
	void whenTheServiceIsSlowAfterFinTheReplyIsWholeAndTheLoopSleeps() {
		CountDownLatch go = new CountDownLatch(1);
		try (NioServer slow = NioServer.framing(Framing.EOF).pool(16).service((message) -> {
			await(go);
			return message;
		}).start()) {
			Oracle oracle = Oracle.watch(slow);
			try (Peer peer = Peer.connect(slow.port()).send("patience").halfClose()) {
				slow.awaitServiceCalls(1);
				Duration before = slow.loopTime();
				assertThat(peer.isSilentFor(3_000)).isTrue();
				// A half-closed socket is readable for ever.
				assertThat(slow.loopTime().minus(before)).as("processor time while the service is busy")
					.isLessThan(Duration.ofMillis(150));
				go.countDown();
				assertThat(peer.readToEnd()).isEqualTo(new Reply("patience".getBytes(), End.FIN));
			}
			oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
		}
	}

	@Test
	@DisplayName("Clients that reset while the service runs are forgotten once it returns, and nothing is logged")
	void whenTheClientResetsWhileTheServiceRunsEverythingIsFreedQuietly(CapturedOutput output) {
		CountDownLatch go = new CountDownLatch(1);
		int clients = 16;
		try (NioServer slow = NioServer.framing(Framing.EOF).pool(16).service((message) -> {
			await(go);
			return message;
		}).start()) {
			Oracle oracle = Oracle.watch(slow, output);
			Peer[] peers = new Peer[clients];
			Arrays.setAll(peers, (i) -> Peer.connect(slow.port()).send("message " + i).halfClose());
			slow.awaitServiceCalls(clients);
			for (Peer peer : peers) {
				peer.reset();
			}
			long start = System.nanoTime();
			go.countDown();
			slow.awaitOutcomes(Outcome.RESET_BY_PEER, clients);
			assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
			oracle.settled().calls(clients).allEnded(Outcome.RESET_BY_PEER, clients);
			assertThat(oracle.log()).isEmpty();
		}
	}

	@Test
	@DisplayName("A client that resets after a tenth of its reply is forgotten at once")
	void whenTheClientResetsInMidReplyEverythingIsFreedAtOnce() {
		byte[] message = Payload.random(40 * MB, 18);
		try (NioServer large = NioServer.framing(Framing.EOF)
			.maxMessageSize(64 * 1024 * 1024)
			.maxBuffered(256 * 1024 * 1024)
			.start()) {
			Oracle oracle = Oracle.watch(large);
			Peer peer = Peer.connect(large.port()).send(message).halfClose();
			assertThat(peer.read(4 * MB)).isEqualTo(Arrays.copyOf(message, 4 * MB));
			assertThat(large.budget().used()).isPositive();
			long start = System.nanoTime();
			peer.reset();
			large.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
			assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
			oracle.settled().calls(1).allEnded(Outcome.RESET_BY_PEER, 1);
		}
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
