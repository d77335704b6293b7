package io.tcpecho.nio;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * W5: a connection over a limit is accepted, reset at once and counted. Floods are in
 * {@code io.tcpecho.hostile}.
 */
class LimitWireTests {

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	@Test
	void whenAllPlacesAreTakenTheNextIsResetUntilOneIsFree() {
		try (NioServer server = NioServer.framing(Framing.EOF).maxConnections(2).start();
				Peer first = Peer.connect(server.port());
				Peer second = Peer.connect(server.port())) {
			server.awaitOpen(2);
			try (Peer third = Peer.connect(server.port())) {
				long start = System.nanoTime();
				assertThat(third.readToEnd()).isEqualTo(RESET);
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
			}
			server.awaitOutcomes(Outcome.REJECTED, 1);
			assertThat(server.open()).isEqualTo(2);
			assertThat(first.send("first").halfClose().readToEnd().text()).isEqualTo("first");
			server.awaitOpen(1);
			assertThat(Peer.exchange(server.port(), "fourth".getBytes()).text()).isEqualTo("fourth");
			assertThat(second.send("second").halfClose().readToEnd().text()).isEqualTo("second");
			server.awaitQuiet();
			assertThat(server.outcomes(Outcome.REJECTED)).isEqualTo(1);
			assertThat(server.serviceCalls()).isEqualTo(3);
		}
	}

	@Test
	void whenPlacesAreTakenAndFreedByManyNoneIsLost() {
		int rounds = 4_000;
		try (NioServer server = NioServer.framing(Framing.EOF).maxConnections(4).start()) {
			Crowd.run(16, rounds, (number) -> {
				try (Peer peer = Peer.connect(server.port())) {
					switch (number % 4) {
						case 0 -> peer.trySend("x".getBytes()).reset();
						case 1 -> {
							// connects and closes at once
						}
						default -> {
							Reply reply = peer.trySend("x".getBytes()).readAfterHalfClose();
							assertThat(reply).isIn(RESET, new Reply("x".getBytes(), End.FIN));
						}
					}
				}
			});
			server.awaitQuiet();
			assertThat(server.accepted()).isEqualTo(rounds);
			assertThat(server.serviceCalls()).isEqualTo((int) server.outcomes(Outcome.REPLIED));
			List<Peer> seated = Collections.nCopies(4, 0).stream().map((any) -> Peer.connect(server.port())).toList();
			server.awaitOpen(4);
			seated.forEach(Peer::close);
			server.awaitQuiet();
		}
	}

	@Test
	void whenAnAddressHasAllItsPlacesOthersAreServed() {
		try (NioServer server = NioServer.framing(Framing.EOF).maxConnectionsPerAddress(2).start();
				Peer first = Peer.connectFrom("127.0.0.2", server.port());
				Peer second = Peer.connectFrom("127.0.0.2", server.port())) {
			server.awaitOpen(2);
			try (Peer third = Peer.connectFrom("127.0.0.2", server.port())) {
				assertThat(third.readToEnd()).isEqualTo(RESET);
			}
			server.awaitOutcomes(Outcome.REJECTED, 1);
			try (Peer other = Peer.connectFrom("127.0.0.3", server.port())) {
				assertThat(other.send("other").halfClose().readToEnd().text()).isEqualTo("other");
			}
			assertThat(first.send("first").halfClose().readToEnd().text()).isEqualTo("first");
			server.awaitOpen(1);
			try (Peer fourth = Peer.connectFrom("127.0.0.2", server.port())) {
				assertThat(fourth.send("fourth").halfClose().readToEnd().text()).isEqualTo("fourth");
			}
			second.reset();
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(3);
		}
	}

}
