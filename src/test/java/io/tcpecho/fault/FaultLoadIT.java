package io.tcpecho.fault;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Faults on many real connections.
 */
@Tag("reliability")
class FaultLoadIT {

	private static final int CONNECTIONS = 10_000;

	private static final byte[] MESSAGE = Payload.random(100, 1);

	@Test
	@DisplayName("A fault with probability 0.3 strikes 3 of 10 connections, the same ones with the same seed")
	void whenAProbabilityIsSetTheShareOfConnectionsHoldsAndTheSeedRepeatsThem() {
		try (EchoServer server = EchoServer.framing("eof").property("tcp-echo.faults.enabled", "true").start()) {
			BitSet struck = struck(server, 42);
			double deviation = Math.sqrt(CONNECTIONS * 0.3 * 0.7);
			assertThat((double) struck.cardinality()).isBetween(3_000 - 3 * deviation, 3_000 + 3 * deviation);
			assertThat(struck(server, 42)).isEqualTo(struck);
			server.awaitOutcomes(Outcome.FAULT, 2L * struck.cardinality());
			server.awaitQuiet();
		}
	}

	/** Make the connections one after the other, and return which were reset. */
	private static BitSet struck(EchoServer server, int seed) {
		server.listener()
			.setFaults(parse(Map.of("faults", List.of(Map.of("type", "reset_peer", "after", 50, "probability", 0.3)),
					"for", "10m", "seed", seed)));
		BitSet struck = new BitSet();
		for (int i = 0; i < CONNECTIONS; i++) {
			try (Peer peer = Peer.connectFrom("127.0.0." + (2 + i % 200), server.port())) {
				struck.set(i, peer.send(MESSAGE).readAfterHalfClose().end() == End.RST);
			}
		}
		return struck;
	}

	@Test
	@DisplayName("Faults that come and go under load harm the connections that they are for and no others")
	void whenFaultsComeAndGoUnderLoadOnlyTheirConnectionsSuffer() {
		AtomicInteger wrong = new AtomicInteger();
		try (EchoServer server = EchoServer.framing("eof").property("tcp-echo.faults.enabled", "true").start()) {
			try (Crowd others = Crowd.start(4, Integer.MAX_VALUE,
					(number) -> assertThat(Peer.exchange(server.port(), MESSAGE))
						.isEqualTo(new Reply(MESSAGE, End.FIN)));
					Crowd victims = Crowd.start(4, Integer.MAX_VALUE, (number) -> {
						try (Peer peer = Peer.connectFrom("127.0.0.9", server.port())) {
							Reply reply = peer.send(MESSAGE).readAfterHalfClose();
							wrong.addAndGet(reply.equals(new Reply(MESSAGE, End.FIN)) ? 0 : 1);
						}
					})) {
				for (int round = 0; round < 100; round++) {
					server.listener()
						.setFaults(parse(Map.of("faults",
								List.of(Map.of("type", "corrupt", "rate", 0.1), Map.of("type", "latency", "latency", 5),
										Map.of("type", "reset_peer", "after", 90, "probability", 0.5)),
								"for", "1m", "from", "127.0.0.9")));
					int begun = victims.rounds();
					await().until(() -> victims.rounds() > begun + 10);
					server.listener().getFaults().orElseThrow().remove();
				}
				victims.stop();
				others.stop();
				assertThat(others.rounds()).isGreaterThan(100);
			}
			assertThat(wrong.get()).isGreaterThan(100);
			int before = wrong.get();
			assertThat(Peer.exchange(server.port(), MESSAGE)).isEqualTo(new Reply(MESSAGE, End.FIN));
			assertThat(wrong.get()).isEqualTo(before);
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.ERROR) + server.outcomes(Outcome.WRITE_TIMEOUT)).isZero();
		}
	}

	private static Faults parse(Map<String, Object> request) {
		return Faults.parse(request, new Faults.Place("echo", Duration.ofHours(1), true, false));
	}

}
