package io.tcpecho.nio;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.Outcome;
import io.tcpecho.echo.EchoService;
import io.tcpecho.framing.Framing;
import io.tcpecho.testing.NioServer;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tcpecho.testing.Waits.await;
import static io.tcpecho.testing.Waits.pause;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * W4: every phase of a connection has a deadline. The lower bounds are exact, as the
 * server's clock starts after the client's; the upper ones leave room for a busy machine.
 *
 */
class DeadlineWireTests {

	private static final Duration SLACK = Duration.ofSeconds(2);

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	@Test
	void whenTheMessageDripsTheConnectionIsResetAtTheMessageDeadline() {
		Duration limit = Duration.ofMillis(1200);
		try (NioServer server = NioServer.framing(Framing.EOF)
			.idleTimeout(Duration.ofMillis(600))
			.messageTimeout(Duration.ofMillis(1200))
			.start(); Peer peer = Peer.connect(server.port())) {
			assertThat(peer.isSilentFor(300)).as("silence before the first byte does not count").isTrue();
			long start = System.nanoTime();
			byte[] drop = { 'x' };
			while (!peer.hasSeenReset() && since(start).compareTo(limit.plus(SLACK)) < 0) {
				peer.trySend(drop).pause(50);
			}
			assertThat(peer.hasSeenReset()).as("reset").isTrue();
			assertThat(since(start)).isBetween(limit, limit.plus(SLACK));
			server.awaitOutcomes(Outcome.MESSAGE_TIMEOUT, 1);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isZero();
		}
	}

	@Test
	void whenALineDripsTheConnectionIsResetAtTheMessageDeadlineAndNotBefore() {
		try (NioServer server = NioServer.framing(Framing.LINE)
			.idleTimeout(Duration.ofMillis(600))
			.messageTimeout(Duration.ofMillis(1200))
			.start(); Peer peer = Peer.connect(server.port())) {
			for (int i = 0; i < 4; i++) {
				// Each line has its own deadline.
				peer.send("a").pause(300).send("b").pause(300).send("\n");
				assertThat(new String(peer.read(3))).isEqualTo("ab\n");
			}
			long start = System.nanoTime();
			while (!peer.hasSeenReset() && since(start).compareTo(Duration.ofMillis(1200).plus(SLACK)) < 0) {
				peer.trySend(new byte[] { 'x' }).pause(50);
			}
			assertThat(peer.hasSeenReset()).as("reset").isTrue();
			assertThat(since(start)).isGreaterThan(Duration.ofMillis(1200));
			server.awaitOutcomes(Outcome.MESSAGE_TIMEOUT, 1);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(4);
		}
	}

	@Test
	void whenBytesCameInTimeButTheServerCouldNotReadThemTheyCount() {
		CountDownLatch arrived = new CountDownLatch(1);
		EchoService blocking = (message) -> {
			if (message[0] == 'b') {
				await(arrived);
			}
			return message;
		};
		try (NioServer server = NioServer.framing(Framing.EOF)
			.idleTimeout(Duration.ofMillis(400))
			.messageTimeout(Duration.ofMillis(400))
			.service(blocking)
			.start();
				Peer half = Peer.connect(server.port()).send("half");
				Peer blocker = Peer.connect(server.port())) {
			server.awaitOpen(2);
			blocker.send("b").halfClose();
			server.awaitServiceCalls(1);
			// The loop is busy from here on.
			half.send(" and half").halfClose().pause(1000);
			arrived.countDown();
			assertThat(half.readToEnd().text()).isEqualTo("half and half");
			assertThat(blocker.readToEnd().text()).isEqualTo("b");
			server.awaitOutcomes(Outcome.REPLIED, 2);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(2);
		}
	}

	@Test
	void whenTheServiceOnTheLoopTakesTooLongTheConnectionIsResetWhenItReturns() {
		EchoService slow = (message) -> {
			pause((message[0] == 's') ? 700 : 0);
			return message;
		};
		try (NioServer server = NioServer.framing(Framing.EOF)
			.serviceTimeout(Duration.ofMillis(400))
			.service(slow)
			.start()) {
			long start = System.nanoTime();
			assertThat(Peer.exchange(server.port(), "slow".getBytes())).isEqualTo(RESET);
			assertThat(since(start)).isBetween(Duration.ofMillis(700), Duration.ofMillis(700).plus(SLACK));
			assertThat(Peer.exchange(server.port(), "quick".getBytes()).text()).isEqualTo("quick");
			server.awaitOutcomes(Outcome.SERVICE_TIMEOUT, 1);
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(2);
		}
	}

	@Test
	void whenALaterLineTakesTooLongTheRepliesBeforeItAreSentAndThenReset() {
		EchoService slow = (message) -> {
			pause((message[0] == 's') ? 700 : 0);
			return message;
		};
		for (int threads : new int[] { 0, 16 }) {
			try (NioServer server = NioServer.framing(Framing.LINE)
				.pool(threads)
				.serviceTimeout(Duration.ofMillis(400))
				.service(slow)
				.start(); Peer peer = Peer.connect(server.port())) {
				Reply reply = peer.send("one\ntwo\nslow\nnever\n").readToEnd();
				assertThat(reply.text()).isEqualTo("one\ntwo\n");
				assertThat(reply.end()).isEqualTo(End.RST);
				server.awaitOutcomes(Outcome.SERVICE_TIMEOUT, 1);
				server.awaitQuiet();
				assertThat(server.serviceCalls()).isEqualTo(3);
			}
		}
	}

	@Test
	void whenAServiceOnTheLoopFailsLateThatTimeIsNotTheNextMessages() {
		CountDownLatch connected = new CountDownLatch(1);
		EchoService service = (message) -> {
			switch (message[0]) {
				case 'w' -> await(connected);
				case 'f' -> {
					pause(800);
					throw new IllegalStateException("on purpose");
				}
				case 's' -> pause(400);
				default -> throw new IllegalStateException("unexpected");
			}
			return message;
		};
		try (NioServer server = NioServer.framing(Framing.EOF)
			.serviceTimeout(Duration.ofSeconds(1))
			.service(service)
			.start(); Peer first = Peer.connect(server.port()).send("w").halfClose()) {
			server.awaitServiceCalls(1);
			try (Peer failing = Peer.connect(server.port()).send("f").halfClose();
					Peer slow = Peer.connect(server.port()).send("s").halfClose()) {
				connected.countDown();
				assertThat(first.readToEnd().text()).isEqualTo("w");
				assertThat(failing.readToEnd()).isEqualTo(RESET);
				assertThat(slow.readToEnd().text()).isEqualTo("s");
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(3);
		}
	}

	@Test
	void whenTheClientReadsTooSlowlyTheConnectionIsResetAtItsShareOfTime() {
		// 3 s, and 2 s for 4 MB at 2 MB a second.
		Duration limit = Duration.ofSeconds(5);
		byte[] message = Payload.random(4 * 1024 * 1024, 27);
		try (NioServer server = NioServer.framing(Framing.EOF)
			.maxMessageSize(4 * 1024 * 1024)
			.writeTimeout(Duration.ofSeconds(3))
			.minWriteRate(2 * 1024 * 1024)
			.start()) {
			server.connectionFactory().setSoSendBufferSize(64 * 1024);
			// Room for several segments of loopback's 64 KB: one that is dropped for lack
			// of
			// room comes again after 0.2, 0.4, 0.8 and 1.6 s, which is write without a
			// byte.
			try (Peer peer = Peer.connect(server.port(), 256 * 1024)) {
				long start = System.nanoTime();
				peer.send(message).halfClose();
				int read = 0;
				while (server.open() > 0 && since(start).compareTo(limit.plus(SLACK)) < 0) {
					read += peer.read(32 * 1024).length;
					peer.pause(100);
				}
				server.awaitOutcomes(Outcome.WRITE_TIMEOUT, 1);
				assertThat(since(start)).isBetween(limit, limit.plus(SLACK).plus(SLACK));
				assertThat(peer.readToEnd().end()).isEqualTo(End.RST);
				assertThat(read).isPositive();
			}
			server.awaitQuiet();
			assertThat(server.serviceCalls()).isEqualTo(1);
		}
	}

	@Test
	@DisplayName("A client that sends nothing, or a message but no FIN, is reset after the idle time")
	void whenNoByteComesTheConnectionIsReset() {
		Duration idle = Duration.ofMillis(500);
		try (NioServer server = NioServer.framing(Framing.EOF).idleTimeout(Duration.ofMillis(500)).start()) {
			Oracle oracle = Oracle.watch(server);
			try (Peer silent = Peer.connect(server.port());
					Peer stopped = Peer.connect(server.port()).send("stopped")) {
				assertThat(silent.readToEnd()).isEqualTo(RESET);
				assertThat(stopped.readToEnd()).isEqualTo(RESET);
			}
			oracle.settled().calls(0).allEnded(Outcome.IDLE_TIMEOUT, 2);
			assertThat(server.summaries()).extracting(ConnectionSummary::age)
				.allSatisfy((age) -> assertThat(age).isBetween(idle, idle.plusSeconds(1)));
		}
	}

	@Test
	@DisplayName("A client that stops reading is reset at the write time and costs one descriptor until then")
	void whenTheClientStopsReadingTheConnectionIsResetAtTheWriteDeadline() {
		Duration limit = Duration.ofMillis(600);
		byte[] message = Payload.random(8 * 1024 * 1024, 27);
		try (NioServer server = NioServer.framing(Framing.EOF)
			.maxMessageSize(8 * 1024 * 1024)
			.writeTimeout(Duration.ofMillis(600))
			.start()) {
			Oracle oracle = Oracle.watch(server);
			server.connectionFactory().setSoSendBufferSize(64 * 1024);
			try (Peer peer = Peer.connect(server.port(), 16 * 1024)) {
				long start = System.nanoTime();
				peer.send(message).halfClose();
				server.awaitServiceCalls(1);
				Duration before = server.loopTime();
				assertThat(oracle.newDescriptors()).as("the client's descriptor and the server's")
					.isLessThanOrEqualTo(2);
				assertThat(oracle.newThreads()).isEmpty();
				server.awaitOutcomes(Outcome.WRITE_TIMEOUT, 1);
				assertThat(since(start)).isBetween(limit, limit.plusSeconds(4));
				assertThat(server.loopTime().minus(before)).as("processor time while the window was closed")
					.isLessThan(Duration.ofMillis(300));
				Reply reply = peer.readToEnd();
				assertThat(reply.end()).isEqualTo(End.RST);
				assertThat(reply.bytes().length).isLessThan(message.length);
			}
			oracle.settled().calls(1).allEnded(Outcome.WRITE_TIMEOUT, 1);
		}
	}

	@Test
	@DisplayName("A client that reads slowly but steadily gets everything, however long that takes")
	void whenTheClientReadsSlowlyButSteadilyItGetsEverything() {
		byte[] message = Payload.random(2 * 1024 * 1024, 28);
		try (NioServer server = NioServer.framing(Framing.EOF)
			.maxMessageSize(2 * 1024 * 1024)
			.idleTimeout(Duration.ofMillis(500))
			.messageTimeout(Duration.ofSeconds(5))
			.writeTimeout(Duration.ofSeconds(4))
			.start()) {
			Oracle oracle = Oracle.watch(server);
			server.connectionFactory().setSoSendBufferSize(32 * 1024);
			try (Peer peer = Peer.connect(server.port(), 32 * 1024)) {
				peer.send(message).halfClose();
				long start = System.nanoTime();
				for (int from = 0; from < message.length; from += 16 * 1024) {
					assertThat(peer.read(16 * 1024)).as("part from byte %d", from)
						.isEqualTo(Arrays.copyOfRange(message, from, from + 16 * 1024));
					peer.pause(50);
				}
				assertThat(since(start)).isGreaterThan(Duration.ofSeconds(5));
				assertThat(peer.readToEnd()).isEqualTo(new Reply(new byte[0], End.FIN));
			}
			oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
		}
	}

	@ParameterizedTest(name = "{0} threads of a pool")
	@ValueSource(ints = { 0, 16 })
	@DisplayName("A service that takes longer than the idle time is waited for")
	void whenTheServiceIsSlowerThanIdleItsReplyIsDelivered(int poolThreads) {
		try (NioServer server = NioServer.framing(Framing.EOF)
			.pool(poolThreads)
			.idleTimeout(Duration.ofMillis(300))
			.messageTimeout(Duration.ofMillis(300))
			.writeTimeout(Duration.ofMillis(300))
			.service((message) -> {
				pause(1_200);
				return message;
			})
			.start()) {
			Oracle oracle = Oracle.watch(server);
			assertThat(Peer.exchange(server.port(), "patience".getBytes()).text()).isEqualTo("patience");
			oracle.settled().calls(1).allEnded(Outcome.REPLIED, 1);
		}
	}

	@Test
	@DisplayName("A reply that comes too late is dropped, and its client is reset in time")
	void whenTheServiceDoesNotAnswerInTimeTheConnectionIsResetAndTheLateReplyIsDropped() {
		Duration limit = Duration.ofMillis(600);
		CountDownLatch late = new CountDownLatch(1);
		try (NioServer server = NioServer.framing(Framing.EOF)
			.pool(16)
			.serviceTimeout(Duration.ofMillis(600))
			.service((message) -> {
				if (message[0] == 'h') {
					await(late);
				}
				return message;
			})
			.start()) {
			Oracle oracle = Oracle.watch(server);
			long start = System.nanoTime();
			assertThat(Peer.exchange(server.port(), "hang".getBytes())).isEqualTo(RESET);
			assertThat(since(start)).isBetween(limit, limit.plusSeconds(2));
			try (Peer other = Peer.connect(server.port())) {
				late.countDown();
				assertThat(other.isSilentFor(200)).isTrue();
				assertThat(other.send("mine").halfClose().readToEnd().text()).isEqualTo("mine");
			}
			oracle.settled().calls(2).ended(Outcome.SERVICE_TIMEOUT, 1).ended(Outcome.REPLIED, 1);
		}
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

}
