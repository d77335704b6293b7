package io.tcpecho.hostile;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.tcpecho.connection.Outcome;
import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Oracle;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that want more memory or more of the service than there is, in full size;
 * {@code SlowAndGreedyPeersTests} has the same in small.
 */
@Tag("reliability")
class GreedyPeersIT {

	private static final int KB = 1024;

	private static final int MB = 1024 * KB;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Reply RESET = new Reply(new byte[0], End.RST);

	@Test
	@DisplayName("When all connections hold almost a message in a small heap the budget holds, and health is UP")
	void whenAllConnectionsHoldAlmostAMessageInASmallHeapTheServerIsWell() {
		int clients = 2_000;
		byte[] message = Payload.random(5 * KB - 1, 35);
		Peer[] greedy = new Peer[clients];
		try (EchoProcess process = EchoProcess.configure()
			.listener("eof", "max-connections", clients)
			.argument("tcp-echo.buffer-wait", "200ms")
			.argument("tcp-echo.max-buffered", "8MB")
			// The application itself needs 23 MB.
			.jvmOption("-Xmx36m")
			.start()
			.awaitStarted()) {
			Arrays.setAll(greedy, (i) -> Peer.connect(process.port("eof")).trySend(message));
			await().atMost(PATIENCE).until(() -> {
				assertHealthy(process);
				// Each has all its bytes in the server, or was told.
				return bytesIn(process) >= (long) open(process) * message.length
						&& open(process) + ended(process, Outcome.OVERLOADED) == clients;
			});
			assertThat(buffered(process)).isBetween(7L * MB, 8L * MB);
			int overloaded = ended(process, Outcome.OVERLOADED);
			assertThat(overloaded).isPositive();
			int replied = 0;
			for (Peer peer : greedy) {
				Reply reply = peer.readAfterHalfClose();
				assertThat(reply).isIn(RESET, new Reply(message, End.FIN));
				replied += (reply.end() == End.FIN) ? 1 : 0;
			}
			assertThat(replied).isEqualTo(clients - overloaded);
			assertRecovered(process, message);
			assertThat(ended(process, Outcome.REPLIED)).isEqualTo(replied + 1);
			assertThat(ended(process, Outcome.OVERLOADED)).isEqualTo(overloaded);
		}
		finally {
			closeAll(greedy);
		}
	}

	@Test
	@DisplayName("Of four messages of 100 MB under a budget of 256 MB each is echoed or reset")
	void whenFourMessagesOf100MbComeOverABudgetOf256MbEachIsServedOrTold() {
		int clients = 4;
		byte[] message = Payload.random(100 * MB, 36);
		try (EchoProcess process = EchoProcess.configure()
			.listener("eof", "max-message-size", "100MB")
			.argument("tcp-echo.max-buffered", "256MB")
			.jvmOption("-Xmx1g")
			.start()
			.awaitStarted()) {
			AtomicInteger replied = new AtomicInteger();
			Crowd crowd = Crowd.start(clients, clients, (number) -> {
				try (Peer peer = Peer.connect(process.port("eof")).trySend(message).tryHalfClose()) {
					End end = peer.readEcho(message);
					assertThat(end).isNotEqualTo(End.NONE);
					replied.addAndGet((end == End.FIN) ? 1 : 0);
				}
			});
			await().atMost(PATIENCE).until(() -> {
				crowd.check();
				assertHealthy(process);
				assertThat(buffered(process)).isLessThanOrEqualTo(256L * MB + 64 * KB);
				return ended(process, Outcome.REPLIED) + ended(process, Outcome.OVERLOADED) == clients;
			});
			crowd.await();
			assertThat(replied.get()).isPositive().isEqualTo(ended(process, Outcome.REPLIED));
			assertRecovered(process, message);
			assertThat(ended(process, Outcome.REPLIED)).isEqualTo(replied.get() + 1);
		}
	}

	@Test
	@DisplayName("When half messages fill the budget the first that wants more is reset, and all others are served")
	void whenHalfMessagesFillTheBudgetTheFirstThatWantsMoreIsResetAndAllOthersAreServed() {
		int clients = 16;
		int half = 15 * MB + 512 * KB;
		// One byte more than what may be left of the memory that a message has.
		int more = 256 * KB + 1;
		Duration wait = Duration.ofSeconds(3);
		byte[] message = Payload.random(32 * MB, 36);
		byte[] part = Arrays.copyOf(message, half + more);
		Peer[] peers = new Peer[clients];
		try (EchoServer server = EchoServer.framing("eof")
			.listener("max-message-size", "32MB")
			.property("tcp-echo.max-buffered", "256MB")
			.property("tcp-echo.buffer-wait", wait.toMillis() + "ms")
			.start()) {
			Oracle oracle = Oracle.watch(server);
			Arrays.setAll(peers, (i) -> Peer.connect(server.port()).send(part, 0, half));
			server.awaitOpen(clients);
			await().atMost(PATIENCE).until(() -> bytesIn(server) == (long) clients * half);
			// The first takes what there is, and then all wait for each other.
			long start = System.nanoTime();
			Crowd first = Crowd.start(1, 1, (once) -> peers[0].trySend(Arrays.copyOfRange(message, half, 32 * MB)));
			server.awaitWaiting(1);
			for (int i = 1; i < clients; i++) {
				peers[i].send(part, half, more);
				server.awaitWaiting(i + 1);
			}
			// Either its write is told of the reset or, if the kernel took all, its read.
			first.await();
			assertThat(peers[0].readToEnd()).isEqualTo(RESET);
			// Five times as long is what no other may wait, too.
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(wait, wait.multipliedBy(5));
			server.awaitWaiting(0);
			assertThat(oracle.ended(Outcome.OVERLOADED)).isEqualTo(1);
			// A whole message is a copy of its parts; a peer that leaves makes room for
			// it.
			peers[1].reset();
			server.awaitOutcomes(Outcome.RESET_BY_PEER, 1);
			for (int i = 2; i < clients; i++) {
				assertThat(peers[i].halfClose().readEcho(part)).isEqualTo(End.FIN);
				peers[i].close();
			}
			peers[0].close();
			try (Peer next = Peer.connect(server.port()).send(message).halfClose()) {
				assertThat(next.readEcho(message)).isEqualTo(End.FIN);
			}
			oracle.settled().calls(clients - 1).ended(Outcome.REPLIED, clients - 1).ended(Outcome.OVERLOADED, 1);
		}
		finally {
			closeAll(peers);
		}
	}

	@Test
	@DisplayName("Reading waits while the only thread of the pool is taken for 10 seconds, and nothing is lost or reordered")
	void whenTheOnlyThreadOfThePoolIsTakenFor10SecondsReadingWaitsAndNothingIsLostOrReordered() {
		int clients = 4;
		int lines = 3_000;
		int busyInMillis = 10_000;
		CountDownLatch go = new CountDownLatch(1);
		byte[][] messages = new byte[clients][];
		Arrays.setAll(messages, (i) -> lines(lines, i));
		Peer[] peers = new Peer[clients];
		try (EchoServer server = EchoServer.framing("line")
			.listener("executor", "pool")
			.listener("pool-size", 1)
			.listener("pool-queue", 0)
			.service((message) -> {
				Waits.await(go);
				return message;
			})
			.start()) {
			Oracle oracle = Oracle.watch(server);
			Arrays.setAll(peers, (i) -> Peer.connect(server.port()));
			AtomicInteger sent = new AtomicInteger();
			Crowd writers = Crowd.start(clients, clients, (number) -> {
				peers[number].send(messages[number]).halfClose();
				sent.incrementAndGet();
			});
			server.awaitServiceCalls(1);
			assertThat(peers[0].isSilentFor(busyInMillis)).isTrue();
			assertThat(oracle.calls()).as("calls while the thread is taken").isEqualTo(1);
			assertThat(sent.get()).as("clients that could send everything").isZero();
			assertThat(bytesIn(server)).as("bytes read").isLessThan(clients * MB);
			go.countDown();
			Crowd.run(clients, clients,
					(number) -> assertThat(peers[number].readEcho(messages[number])).isEqualTo(End.FIN));
			writers.await();
			closeAll(peers);
			oracle.settled().calls(clients * lines).allEnded(Outcome.CLOSED_BY_PEER, clients);
		}
		finally {
			closeAll(peers);
		}
	}

	/** More than the socket buffers of both sides take. */
	private static byte[] lines(int count, int seed) {
		int length = 4 * KB;
		byte[] lines = new byte[count * length];
		for (int i = 0; i < count; i++) {
			System.arraycopy(Payload.line(length - 1, (long) seed * count + i), 0, lines, i * length, length);
		}
		return lines;
	}

	private static long bytesIn(EchoServer server) {
		return server.listener().openConnections().mapToLong((connection) -> connection.snapshot().bytesIn()).sum();
	}

	private static void assertHealthy(EchoProcess process) {
		assertThat(process.isAlive()).as("alive").isTrue();
		assertThat(management(process).get("/health").text("/status")).isEqualTo("UP");
	}

	/** Assert that the next one is served, and that nothing is left of those before. */
	private static void assertRecovered(EchoProcess process, byte[] message) {
		try (Peer next = Peer.connect(process.port("eof")).send(message).halfClose()) {
			assertThat(next.readEcho(message)).isEqualTo(End.FIN);
		}
		await().atMost(PATIENCE).until(() -> open(process) == 0 && buffered(process) == 0);
		assertHealthy(process);
		assertThat(process.errors()).isEmpty();
		assertThat(process.output()).doesNotContainPattern("\\bERROR\\b|OutOfMemory");
	}

	private static int open(EchoProcess process) {
		return listener(process).at("/openConnections").asInt();
	}

	private static int ended(EchoProcess process, Outcome outcome) {
		return listener(process).at("/outcomes/" + outcome).asInt();
	}

	private static JsonNode listener(EchoProcess process) {
		return management(process).get("/listeners/eof").json();
	}

	private static long buffered(EchoProcess process) {
		return metric(process, "tcp.echo.buffered");
	}

	private static long bytesIn(EchoProcess process) {
		return metric(process, "tcp.echo.bytes?tag=direction:in");
	}

	private static long metric(EchoProcess process, String name) {
		return management(process).get("/metrics/" + name).json().at("/measurements/0/value").asLong();
	}

	private static Management management(EchoProcess process) {
		return new Management(process.managementPort());
	}

	private static void closeAll(Peer[] peers) {
		Arrays.stream(peers).filter((peer) -> peer != null).forEach(Peer::close);
	}

}
