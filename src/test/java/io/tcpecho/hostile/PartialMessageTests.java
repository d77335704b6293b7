package io.tcpecho.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The promise of completeness: the service never sees a part of a message, whatever cuts
 * it off.
 */
class PartialMessageTests {

	/** Messages that are cut off; 100,000 for each framing with {@code -Plong}. */
	private static final int CUT_OFF = Integer.getInteger("test.connections", 2_000);

	private static final int CLIENTS = 16;

	/** Connections that are cut off together, by their deadline or the server's stop. */
	private static final int TOGETHER = 200;

	@ParameterizedTest(name = "{0}")
	@ValueSource(strings = { "eof", "line", "length-2" })
	@DisplayName("No partial message reaches the service by resets, timeouts and stops")
	void whenMessagesAreCutOffNoneReachesTheService(String framing) {
		Queue<byte[]> served = new ConcurrentLinkedQueue<>();
		try (EchoServer server = EchoServer.framing(framing)
			.listener("timeouts.idle", "1s")
			.property("tcp-echo.drain.timeout", "200ms")
			.service((message) -> {
				served.add(message);
				return message;
			})
			.start()) {
			Oracle oracle = Oracle.watch(server);
			resetInMidMessage(server, framing);
			oracle.settled().calls(0);
			// No client waits for an answer here, so the accept queue may overflow for a
			// moment, and a client that resets then was never accepted.
			assertThat(oracle.accepted()).isBetween(CUT_OFF * 9L / 10, (long) CUT_OFF);
			oracle.allEnded(Outcome.RESET_BY_PEER, oracle.accepted());
			int timeouts = Math.max(TOGETHER, CUT_OFF / 10);
			for (int i = 0; i < timeouts; i += TOGETHER) {
				stopInMidMessage(server, framing, () -> {
				});
			}
			oracle.settled().calls(0).ended(Outcome.IDLE_TIMEOUT, timeouts);
			// Something has to come through, or all of this would prove little.
			assertThat(Peer.exchange(server.port(), message(framing, 100)).end()).isEqualTo(End.FIN);
			oracle.settled().calls(1);
			stopInMidMessage(server, framing, server::close);
			oracle.calls(1);
			// On a busy machine some meet their deadline before the end of the drain.
			assertThat(oracle.ended(Outcome.DRAINED) + oracle.ended(Outcome.IDLE_TIMEOUT))
				.isEqualTo(TOGETHER + timeouts);
		}
		assertThat(served).hasSize(1);
	}

	private static void resetInMidMessage(EchoServer server, String framing) {
		Crowd.run(CLIENTS, CUT_OFF, (number) -> {
			Random random = new Random(number);
			Peer peer = Peer.connect(server.port());
			peer.send(part(framing, random)).pause(random.nextInt(50) / 49).reset();
		});
	}

	/** Let many send a part of a message, and wait to be reset. */
	private static void stopInMidMessage(EchoServer server, String framing, Runnable stop) {
		Peer[] peers = new Peer[TOGETHER];
		Arrays.setAll(peers, (i) -> Peer.connect(server.port()).send(part(framing, new Random(i))));
		stop.run();
		for (Peer peer : peers) {
			assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
			peer.close();
		}
	}

	/** Return a message without its end. */
	private static byte[] part(String framing, Random random) {
		byte[] message = message(framing, 2 + random.nextInt(5_000));
		return framing.equals("eof") ? message : Arrays.copyOf(message, 1 + random.nextInt(message.length - 1));
	}

	private static byte[] message(String framing, int size) {
		byte[] content = "x".repeat(size).getBytes(StandardCharsets.US_ASCII);
		return switch (framing) {
			case "line" -> Payload.line(size, size);
			case "length-2" -> ByteBuffer.allocate(2 + size).putShort((short) size).put(content).array();
			default -> content;
		};
	}

}
