package io.tcpecho.actuate;

import java.util.Arrays;
import java.util.Random;

import io.micrometer.core.instrument.MeterRegistry;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.OpenConnection.Close;
import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators see after many connections of every kind: gauges at zero, an empty list,
 * and outcomes that add up. {@code -Dtest.connections} sets how many.
 */
class MixedOperationTests {

	private static final int CONNECTIONS = Integer.getInteger("test.connections", 5_000);

	private static final int CLIENTS = 16;

	/** What a crowd can do within its patience. */
	private static final int BATCH = 5_000;

	@Test
	void whateverBecomesOfConnectionsTheCountsAddUpAndNothingIsLeft() {
		try (EchoServer server = EchoServer.framing("eof")
			.listener("max-connections", CLIENTS - 4)
			.listener("timeouts.idle", "200ms")
			.management()
			.start()) {
			Crowd operator = Crowd.start(1, Integer.MAX_VALUE, (round) -> {
				Random random = new Random(round);
				server.listener()
					.openConnections()
					.filter((connection) -> random.nextInt(10) == 0)
					.forEach(MixedOperationTests::reset);
				assertThat(server.management().get("/connections").json().at("/open").asInt()).isBetween(0, CLIENTS);
			});
			for (int done = 0; done < CONNECTIONS; done += BATCH) {
				Crowd.run(CLIENTS, Math.min(BATCH, CONNECTIONS - done), (number) -> visit(server, number));
			}
			operator.stop();
			server.awaitQuiet();
			MeterRegistry registry = server.context().getBean(MeterRegistry.class);
			assertThat(registry.get("tcp.echo.connections.open").gauge().value()).isZero();
			assertThat(registry.get("tcp.echo.buffered").gauge().value()).isZero();
			double closed = Arrays.stream(Outcome.values())
				.mapToDouble((outcome) -> registry.get("tcp.echo.connections.closed")
					.tag("outcome", outcome.toString())
					.functionCounter()
					.count())
				.sum();
			assertThat(closed).isEqualTo(registry.get("tcp.echo.connections.accepted").functionCounter().count())
				.isEqualTo(CONNECTIONS);
			assertThat(Outcome.values()).filteredOn((outcome) -> server.outcomes(outcome) > 0)
				.contains(Outcome.REPLIED, Outcome.EMPTY, Outcome.OVERSIZE, Outcome.RESET_BY_PEER, Outcome.IDLE_TIMEOUT,
						Outcome.REJECTED, Outcome.CLOSED_BY_OPERATOR)
				.doesNotContain(Outcome.ERROR, Outcome.SERVICE_ERROR);
			assertThat(server.management().get("/connections").body()).isEqualTo("{\"open\":0,\"connections\":[]}");
		}
	}

	/** Do what clients do, each kind about as often as it is met. */
	private static void visit(EchoServer server, int number) {
		try (Peer peer = Peer.connect(server.port())) {
			switch (new Random(number).nextInt(50)) {
				case 0 -> peer.readToEnd();
				case 1, 2, 3 -> peer.reset();
				case 4, 5, 6 -> peer.trySend(new byte[5 * 1024 + 1]).readToEnd();
				case 7, 8, 9 -> peer.readAfterHalfClose();
				default -> peer.trySend(Payload.random(100, number)).readAfterHalfClose();
			}
		}
	}

	private static void reset(OpenConnection connection) {
		connection.end(Close.RESET).join();
	}

}
