package io.tcpecho.nio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.Test;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * W5: a connection over a limit is accepted, reset at once and counted.
 */
class LimitWireTests {

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	@Test
	void whenAllPlacesAreTakenTheNextIsResetUntilOneIsFree() {
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections", 2).start();
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
	void whenAThousandComeOverTheLimitEachIsResetAndTheFirstOnesAreServed() {
		int places = 50;
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections", places).start()) {
			List<Peer> seated = new ArrayList<>();
			for (int i = 0; i < places; i++) {
				seated.add(Peer.connect(server.port()).send("seat " + i));
			}
			server.awaitOpen(places);
			Crowd.run(16, 1_000, (number) -> {
				try (Peer peer = Peer.connect(server.port())) {
					if (number % 2 == 0) {
						peer.trySend(Payload.random(100, number));
					}
					assertThat(peer.readToEnd()).isEqualTo(RESET);
				}
			});
			server.awaitOutcomes(Outcome.REJECTED, 1_000);
			assertThat(server.open()).isEqualTo(places);
			assertThat(server.serviceCalls()).isZero();
			for (int i = 0; i < places; i++) {
				assertThat(seated.get(i).halfClose().readToEnd().text()).isEqualTo("seat " + i);
				seated.get(i).close();
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(places);
			assertThat(server.accepted()).isEqualTo(places + 1_000);
		}
	}

	@Test
	void whenPlacesAreTakenAndFreedByManyNoneIsLost() {
		int rounds = 4_000;
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections", 4).start()) {
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
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections-per-address", 2).start();
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

	@Test
	void whenAThousandConnectAtOnceNoneIsRefusedOrHasToTryAgain() {
		CountDownLatch connected = new CountDownLatch(1);
		int count = 1_000;
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections", 2_000).service((message) -> {
			await(connected);
			return message;
		}).start()) {
			Peer blocker = Peer.connect(server.port()).send("b").halfClose();
			server.awaitServiceCalls(1);
			// Nobody accepts now: all wait in the accept queue.
			Peer[] peers = new Peer[count];
			Crowd.run(16, count, (number) -> {
				long start = System.nanoTime();
				peers[number] = Peer.connect(server.port()).send("n" + number).halfClose();
				// A lost SYN is sent again after one second.
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
			});
			assertThat(server.accepted()).isEqualTo(1);
			connected.countDown();
			assertThat(blocker.readToEnd().text()).isEqualTo("b");
			blocker.close();
			for (int i = 0; i < count; i++) {
				assertThat(peers[i].readToEnd().text()).isEqualTo("n" + i);
				peers[i].close();
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(count + 1);
		}
	}

}
