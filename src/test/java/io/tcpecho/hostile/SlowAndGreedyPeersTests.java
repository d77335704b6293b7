package io.tcpecho.hostile;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.tcpecho.testing.Waits.await;
import static io.tcpecho.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that send, read or end too slowly, and too many of them: each costs its share
 * and no more, for a bounded time. Deadlines are read off the server's own record, which
 * a busy machine does not delay.
 */
@ExtendWith(OutputCaptureExtension.class)
class SlowAndGreedyPeersTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final int KB = 1024;

	private static final int MB = 1024 * KB;

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	@Test
	@DisplayName("2,000 clients that drip are gone a second after the message time, and the others hardly notice them")
	void whenThousandsDripEachIsGoneAtItsDeadlineAndOthersAreServed() {
		Duration limit = Duration.ofSeconds(3);
		int clients = 2_000;
		try (EchoServer server = EchoServer.framing("eof")
			.listener("timeouts.idle", "2s")
			.listener("timeouts.message", limit.toMillis() + "ms")
			.start()) {
			Oracle oracle = Oracle.watch(server);
			exchange(server, 1_000);
			Duration usual = loopTimeOf(server, () -> exchange(server, 1_000));
			Duration before = server.loopTime();
			Peer[] slow = new Peer[clients];
			Arrays.setAll(slow, (i) -> Peer.connect(server.port()).send("s"));
			Crowd drips = Crowd.start(1, 1, (once) -> {
				while (server.open() > 0) {
					for (Peer peer : slow) {
						peer.trySend(new byte[] { 'x' });
					}
					pause(1_000);
				}
			});
			exchange(server, 1_000);
			assertThat(server.open()).as("still open while others were served").isGreaterThanOrEqualTo(clients);
			server.awaitOutcomes(Outcome.MESSAGE_TIMEOUT, clients);
			drips.await();
			for (Peer peer : slow) {
				assertThat(peer.readToEnd()).isEqualTo(RESET);
				peer.close();
			}
			oracle.settled().calls(3_000).ended(Outcome.REPLIED, 3_000).ended(Outcome.MESSAGE_TIMEOUT, clients);
			assertThat(server.summaries()).filteredOn((summary) -> summary.outcome() == Outcome.MESSAGE_TIMEOUT)
				.extracting(ConnectionSummary::age)
				.allSatisfy((age) -> assertThat(age).isBetween(limit, limit.plus(SECOND)));
			// Others wait while the loop has to do with these: not long.
			Duration drip = server.loopTime().minus(before).minus(usual);
			assertThat(drip).as("processor time of the loop for 2,000 that drip for 3 s")
				.isLessThan(limit.dividedBy(4));
		}
	}

	/** Make exchanges, two at a time. */
	private static void exchange(EchoServer server, int exchanges) {
		Crowd.run(2, exchanges, (number) -> {
			byte[] message = Payload.random(64, number);
			assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
		});
	}

	private static Duration loopTimeOf(EchoServer server, Runnable work) {
		Duration before = server.loopTime();
		work.run();
		return server.loopTime().minus(before);
	}

	@Test
	@DisplayName("A thousand connections over max-connections are reset within 100 ms, the first ones are served, and one line a second is logged")
	void whenAThousandComeOverTheLimitEachIsResetAndTheFirstOnesAreServed(CapturedOutput output) {
		int places = 50;
		int floods = 3;
		int clients = 1_000;
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections", places).start()) {
			Oracle oracle = Oracle.watch(server, output);
			Peer[] seated = new Peer[places];
			Arrays.setAll(seated, (i) -> Peer.connect(server.port()).send("seat " + i));
			server.awaitOpen(places);
			long start = System.nanoTime();
			Histogram[] delays = new Histogram[floods];
			Arrays.setAll(delays, (i) -> delaysOfResets(server, clients));
			server.awaitOutcomes(Outcome.REJECTED, floods * clients);
			assertThat(oracle.log().lines()).hasSizeBetween(1, (int) since(start).toSeconds() + 2)
				.allSatisfy((line) -> assertThat(line).contains("WARN").contains("127.0.0.1"));
			// None is late by itself; 16 clients on a busy machine may wait for a turn,
			// but not in each of the floods.
			assertThat(delays).extracting((flood) -> flood.getValueAtPercentile(95)).allMatch((delay) -> delay <= 100);
			assertThat(delays).extracting(Histogram::getMaxValue).anyMatch((delay) -> delay <= 100);
			assertThat(oracle.calls()).isZero();
			for (int i = 0; i < places; i++) {
				assertThat(seated[i].halfClose().readToEnd().text()).isEqualTo("seat " + i);
				seated[i].close();
			}
			oracle.settled().calls(places).ended(Outcome.REPLIED, places).ended(Outcome.REJECTED, floods * clients);
		}
	}

	/**
	 * Connect clients that are all reset, and return after how many milliseconds each
	 * was.
	 */
	private static Histogram delaysOfResets(EchoServer server, int clients) {
		Histogram delays = new Histogram(3);
		Crowd.run(16, clients, (number) -> {
			long connecting = System.nanoTime();
			try (Peer peer = Peer.connect(server.port())) {
				if (number % 2 == 0) {
					peer.trySend(Payload.random(100, number));
				}
				assertThat(peer.readToEnd()).isEqualTo(RESET);
			}
			long delay = since(connecting).toMillis();
			synchronized (delays) {
				delays.recordValue(delay);
			}
		});
		return delays;
	}

	@Test
	@DisplayName("Of a thousand connects at once none has to send its SYN again, and all are served")
	void whenAThousandConnectAtOnceNoneIsRefusedOrHasToTryAgain() {
		CountDownLatch connected = new CountDownLatch(1);
		int count = 1_000;
		try (EchoServer server = EchoServer.framing("eof").listener("max-connections", 2_000).service((message) -> {
			await(connected);
			return message;
		}).start()) {
			Oracle oracle = Oracle.watch(server);
			Peer blocker = Peer.connect(server.port()).send("b").halfClose();
			server.awaitServiceCalls(1);
			// Nobody accepts now: all wait in the accept queue.
			Peer[] peers = new Peer[count];
			Crowd.run(16, count, (number) -> {
				long start = System.nanoTime();
				peers[number] = Peer.connect(server.port()).send("n" + number).halfClose();
				// A lost SYN is sent again after one second.
				assertThat(since(start)).isLessThan(Duration.ofMillis(900));
			});
			assertThat(oracle.accepted()).isEqualTo(1);
			connected.countDown();
			assertThat(blocker.readToEnd().text()).isEqualTo("b");
			blocker.close();
			for (int i = 0; i < count; i++) {
				assertThat(peers[i].readToEnd()).isEqualTo(new Reply(("n" + i).getBytes(), End.FIN));
				peers[i].close();
			}
			oracle.settled().calls(count + 1).allEnded(Outcome.REPLIED, count + 1);
		}
	}

	@Test
	@DisplayName("When all connections hold almost a whole message the budget holds, most are reset, and health is UP")
	void whenAllConnectionsHoldAlmostAMessageTheBudgetHolds() {
		int clients = 200;
		int limit = 64 * KB;
		try (EchoServer server = EchoServer.framing("eof")
			.listener("max-connections", clients)
			.listener("max-message-size", "64KB")
			.property("tcp-echo.max-buffered", "128KB")
			.property("tcp-echo.buffer-wait", "200ms")
			.start()) {
			Oracle oracle = Oracle.watch(server);
			byte[] message = Payload.random(limit - 1, 35);
			Peer[] greedy = new Peer[clients];
			Arrays.setAll(greedy, (i) -> Peer.connect(server.port()).trySend(message));
			await().until(() -> {
				assertThat(server.budget().used()).isLessThanOrEqualTo(server.budget().capacity() + 64 * KB);
				assertThat(health(server)).isEqualTo(Status.UP);
				return oracle.ended(Outcome.OVERLOADED) >= clients - 2 && server.budget().waiting() == 0;
			});
			int replied = 0;
			for (Peer peer : greedy) {
				Reply reply = peer.readAfterHalfClose();
				assertThat(reply).isIn(RESET, new Reply(message, End.FIN));
				replied += (reply.end() == End.FIN) ? 1 : 0;
				peer.close();
			}
			assertThat(replied).isPositive();
			oracle.settled()
				.calls(replied)
				.ended(Outcome.REPLIED, replied)
				.ended(Outcome.OVERLOADED, clients - replied);
		}
	}

	private static Status health(EchoServer server) {
		return server.context().getBean(HealthEndpoint.class).health().getStatus();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void whenTheServiceRunsOnVirtualThreadsManyBlockAtTheSameTime() {
		CountDownLatch all = new CountDownLatch(500);
		try (EchoServer server = EchoServer.framing("eof").listener("executor", "virtual").service((message) -> {
			all.countDown();
			await(all);
			return message;
		}).start()) {
			Crowd.run(500, 500, (number) -> {
				byte[] message = Payload.random(100, number);
				assertThat(Peer.exchange(server.port(), message)).isEqualTo(new Reply(message, End.FIN));
			});
			server.awaitOutcomes(Outcome.REPLIED, 500);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(500);
		}
	}

	@Test
	@DisplayName("An address that floods has its own connections and no more, and others are served meanwhile")
	void whenOneAddressStormsOthersAreServed() {
		int places = 10;
		try (EchoServer server = EchoServer.framing("eof")
			.listener("max-connections", 100)
			.listener("max-connections-per-address", places)
			.start()) {
			Oracle oracle = Oracle.watch(server);
			Stream<Peer> seated = Stream.generate(() -> Peer.connectFrom("127.0.0.2", server.port())).limit(places);
			Peer[] taken = seated.toArray(Peer[]::new);
			server.awaitOpen(places);
			Crowd storm = Crowd.start(4, 500, (number) -> {
				try (Peer peer = Peer.connectFrom("127.0.0.2", server.port())) {
					assertThat(peer.readToEnd()).isEqualTo(RESET);
				}
			});
			Crowd.run(2, 100, (number) -> {
				try (Peer peer = Peer.connectFrom("127.0.0.3", server.port()).send("other").halfClose()) {
					assertThat(peer.readToEnd().text()).isEqualTo("other");
				}
			});
			storm.await();
			for (Peer peer : taken) {
				assertThat(peer.send("mine").halfClose().readToEnd().text()).isEqualTo("mine");
				peer.close();
			}
			oracle.settled().calls(100 + places).ended(Outcome.REPLIED, 100 + places).ended(Outcome.REJECTED, 500);
		}
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
