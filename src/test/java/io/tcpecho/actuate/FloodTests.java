package io.tcpecho.actuate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The echo and its management side by side: a flood of one does not reach the other.
 */
class FloodTests {

	private static final byte[] MESSAGE = "hello".getBytes(StandardCharsets.US_ASCII);

	private static final Reply ECHO = new Reply(MESSAGE, End.FIN);

	private static final int CLIENTS = 16;

	/**
	 * Kubernetes gives a probe 1 s, unless told otherwise; the clients of the flood take
	 * most of this machine.
	 */
	private static final Duration IN_TIME = Duration.ofSeconds(5);

	@Test
	@DisplayName("Liveness and readiness answer in time while the echo is flooded")
	void whenTheEchoIsFloodedLivenessAndReadinessAnswerInTime() {
		try (EchoServer server = server()) {
			Management management = server.management();
			assertThat(management.get("/health/liveness").status()).isEqualTo(200);
			try (Crowd flood = Crowd.start(CLIENTS, Integer.MAX_VALUE,
					(round) -> assertThat(Peer.exchange(server.port(), MESSAGE)).isEqualTo(ECHO))) {
				await().until(() -> server.serviceCalls() > 1_000);
				assertInTime(20, () -> {
					assertThat(management.get("/health/liveness").status()).isEqualTo(200);
					assertThat(management.get("/health/readiness").status()).isEqualTo(200);
				});
				flood.stop();
			}
			server.awaitQuiet();
		}
	}

	@Test
	@DisplayName("The echo goes on while management is flooded")
	void whenManagementIsFloodedTheEchoGoesOn() {
		String[] paths = { "/health", "/prometheus", "/connections", "/metrics", "/env" };
		try (EchoServer server = server()) {
			Management management = server.management();
			try (Crowd flood = Crowd.start(CLIENTS, Integer.MAX_VALUE, (round) -> {
				String path = paths[round % paths.length];
				assertThat(management.get(path).status()).isEqualTo(path.equals("/env") ? 403 : 200);
			})) {
				await().until(() -> flood.rounds() > 100);
				assertInTime(200, () -> assertThat(Peer.exchange(server.port(), MESSAGE)).isEqualTo(ECHO));
				flood.stop();
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(200);
		}
	}

	private static EchoServer server() {
		return EchoServer.framing("eof").management().start();
	}

	private static void assertInTime(int times, Runnable action) {
		for (int i = 0; i < times; i++) {
			long before = System.nanoTime();
			action.run();
			assertThat(Duration.ofNanos(System.nanoTime() - before)).as("number %d", i).isLessThan(IN_TIME);
		}
	}

}
