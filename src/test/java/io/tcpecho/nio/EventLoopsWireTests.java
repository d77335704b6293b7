package io.tcpecho.nio;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener with several event loops: each connection on one of them, and nothing
 * counted twice or forgotten.
 */
class EventLoopsWireTests {

	@Test
	void whenThereAreFourLoopsAllServeAndTheCountsAddUp() {
		int rounds = 4_000;
		Set<String> threads = ConcurrentHashMap.newKeySet();
		try (NioServer server = NioServer.framing(Framing.EOF).eventLoops(4).service((message) -> {
			threads.add(Thread.currentThread().getName());
			return message;
		}).start()) {
			Crowd.run(64, rounds, (number) -> {
				byte[] message = Payload.random(1 + number % 5_000, number);
				// In groups of four: connections take the four loops in turn, so each
				// loop would get one kind of peer only.
				switch (number / 4 % 4) {
					case 0 -> Peer.connect(server.port()).send(message).reset();
					case 1 -> assertThat(Peer.exchange(server.port(), new byte[0]))
						.isEqualTo(new Reply(new byte[0], End.FIN));
					default -> assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
				}
			});
			server.awaitQuiet();
			assertThat(threads).containsExactlyInAnyOrder("tcp-echo-echo-0", "tcp-echo-echo-1", "tcp-echo-echo-2",
					"tcp-echo-echo-3");
			assertThat(server.serviceCalls()).isEqualTo(rounds / 2);
			assertThat(server.outcomes(Outcome.REPLIED)).isEqualTo(rounds / 2);
			assertThat(server.outcomes(Outcome.EMPTY)).isEqualTo(rounds / 4);
			assertThat(server.outcomes(Outcome.RESET_BY_PEER)).isEqualTo(rounds / 4);
			assertSummariesOf(server, rounds);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 16 })
	void whenConnectionsStayOpenOnFourLoopsEachGetsItsOwnReplies(int poolThreads) {
		int clients = 64;
		try (NioServer server = NioServer.framing(Framing.LINE).eventLoops(4).pool(poolThreads).start()) {
			Crowd.run(clients, clients, (number) -> {
				try (Peer peer = Peer.connect(server.port())) {
					for (int i = 0; i < 50; i++) {
						byte[] line = Payload.line(i * 40, number * 100L + i);
						assertThat(peer.send(line).read(line.length)).isEqualTo(line);
					}
					byte[] lines = Payload.numberedLines(number * 1_000, 200);
					assertThat(peer.send(lines).halfClose().readToEnd()).isEqualTo(new Reply(lines, End.FIN));
				}
			});
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(clients * 250);
			assertThat(server.outcomes(Outcome.CLOSED_BY_PEER)).isEqualTo(clients);
			assertSummariesOf(server, clients);
			assertThat(server.summaries()).allSatisfy((summary) -> {
				assertThat(summary.messages()).isEqualTo(250);
				assertThat(summary.bytesOut()).isEqualTo(summary.bytesIn());
			});
		}
	}

	@Test
	void whenTheServerStopsEveryLoopEnds() {
		try (NioServer server = NioServer.framing(Framing.EOF).eventLoops(4).start()) {
			assertThat(NioServer.threads("tcp-echo-echo-")).hasSize(4);
			Crowd.run(8, 100, (number) -> Peer.exchange(server.port(), new byte[] { 1 }));
			server.awaitQuiet();
			server.closeLater().join();
			assertThat(NioServer.threads("tcp-echo-echo-")).isEmpty();
			assertThat(server.serviceCalls()).isEqualTo(100);
		}
	}

	private static void assertSummariesOf(NioServer server, int connections) {
		List<ConnectionSummary> summaries = server.summaries();
		assertThat(server.accepted()).isEqualTo(connections);
		assertThat(summaries).hasSize(connections);
		assertThat(summaries).extracting(ConnectionSummary::id).doesNotHaveDuplicates();
		for (Outcome outcome : Outcome.values()) {
			assertThat(summaries).filteredOn((summary) -> summary.outcome() == outcome)
				.as("connections that ended " + outcome)
				.hasSize((int) server.outcomes(outcome));
		}
		assertThat(summaries).allSatisfy((summary) -> {
			assertThat(summary.listener()).isEqualTo("echo");
			assertThat(summary.age()).isGreaterThanOrEqualTo(Duration.ZERO);
			if (summary.outcome() == Outcome.REPLIED) {
				assertThat(summary.messages()).isEqualTo(1);
				assertThat(summary.bytesOut()).isEqualTo(summary.bytesIn()).isPositive();
			}
		});
	}

}
