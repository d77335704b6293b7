package io.tcpecho.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.probe.Evidence.Ending;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Evidence.Times;
import io.tcpecho.probe.Exchange.Plan;
import io.tcpecho.testing.ScriptedServer;
import io.tcpecho.testing.ScriptedServer.Script;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The evidence that an exchange gathers on the wire and in the kernel.
 */
class EvidenceWireTests {

	private static final int SIZE = 64;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private EventLoop loop;

	@BeforeEach
	void startLoop() throws IOException {
		this.loop = EventLoop.start("evidence-tests", Duration.ofMillis(10));
	}

	@AfterEach
	void endLoop() throws InterruptedException {
		this.loop.stop();
		assertThat(this.loop.awaitEnd(PATIENCE)).isTrue();
	}

	@Test
	void whenAnExchangeIsOkItsTimesAreInTheirOrder() throws Exception {
		CompletableFuture<InetSocketAddress> client = new CompletableFuture<>();
		Result result = exchange(setup("eof", SIZE, PATIENCE), (socket) -> {
			client.complete((InetSocketAddress) socket.getRemoteSocketAddress());
			echo(socket);
		});
		assertThat(result.verdict()).isEqualTo(Verdict.OK);
		Evidence evidence = result.evidence();
		Times times = evidence.times();
		assertThat(new long[] { 0, times.connected(), times.firstSent(), times.lastSent(), times.finSent(),
				times.firstReceived(), times.lastReceived(), times.peerFin(), times.ended() })
			.isSorted();
		assertThat(times.peerReset()).isEqualTo(Evidence.UNKNOWN);
		assertThat(evidence.ending()).isEqualTo(Ending.FIN);
		assertThat(evidence.route().local()).isEqualTo(client.get(10, TimeUnit.SECONDS));
		assertThat(evidence.route().peer()).isNotNull();
		assertThat(evidence.traffic().sent()).isEqualTo(SIZE);
		assertThat(evidence.traffic().received()).isEqualTo(SIZE);
		assertThat(evidence.traffic().unacknowledged()).isEqualTo(Evidence.UNKNOWN);
		assertThat(evidence.instead()).isNull();
	}

	@Test
	void whenFinIsThereBeforeOurFirstByteItIsEarlyCloseWithoutADelay() throws Exception {
		Result result = exchangeAfter(Socket::shutdownOutput);
		assertThat(result.verdict()).isEqualTo(Verdict.EARLY_CLOSE);
		assertThat(result.detail()).isEqualTo("FIN after 0 of 65 bytes sent, before ours");
		assertThat(result.evidence().ending()).isEqualTo(Ending.FIN_BEFORE_FIRST_BYTE);
		assertThat(result.evidence().isFinSent()).isFalse();
	}

	@Test
	void whenRstIsThereBeforeOurFirstByteItIsResetWhileSendingWithoutADelay() throws Exception {
		Result result = exchangeAfter(ScriptedServer::reset);
		assertThat(result.verdict()).isEqualTo(Verdict.RESET_WHILE_SENDING);
		assertThat(result.evidence().ending()).isEqualTo(Ending.RESET_BEFORE_FIRST_BYTE);
		assertThat(result.evidence().times().firstSent()).isEqualTo(Evidence.UNKNOWN);
	}

	@Test
	void whenFinComesInThePauseBeforeTheFirstByteItIsEarlyClose() throws Exception {
		Result result = exchange(setup("line", SIZE + 1, PATIENCE).pausing(Duration.ofSeconds(5), Duration.ZERO),
				Socket::shutdownOutput);
		assertThat(result.verdict()).isEqualTo(Verdict.EARLY_CLOSE);
		assertThat(result.evidence().ending()).isEqualTo(Ending.FIN_BEFORE_FIRST_BYTE);
	}

	@Test
	void whenTheMessageHasAPauseWithinItsHalvesAreApart() throws Exception {
		CompletableFuture<Integer> first = new CompletableFuture<>();
		Result result = exchange(setup("eof", SIZE, PATIENCE).pausing(Duration.ofMillis(100), Duration.ofMillis(200)),
				(socket) -> {
					byte[] half = new byte[SIZE];
					int count = socket.getInputStream().read(half);
					first.complete(count);
					byte[] rest = socket.getInputStream().readAllBytes();
					socket.getOutputStream().write(half, 0, count);
					socket.getOutputStream().write(rest);
					socket.close();
				});
		assertThat(result.verdict()).isEqualTo(Verdict.OK);
		assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(SIZE / 2);
		Times times = result.evidence().times();
		assertThat(times.firstSent() - times.connected()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
		assertThat(times.lastSent() - times.firstSent()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
	}

	@Test
	void whenSomethingElseComesItsFirstBytesAreKept() throws Exception {
		Result result = exchange(setup("eof", SIZE, PATIENCE), (socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			socket.getOutputStream().write("SSH-2.0-x\r\n".getBytes());
			socket.getOutputStream().write(message);
			socket.close();
		});
		assertThat(result.verdict()).isEqualTo(Verdict.CORRUPT);
		assertThat(result.evidence().instead()).isNotNull();
		assertThat(result.evidence().instead().bytes()).startsWith("SSH-2.0-x\r\n");
		assertThat(result.evidence().ending()).isEqualTo(Ending.OURS);
	}

	@Test
	void whenNothingComesTheKernelSaysThatAllIsAcknowledged() throws Exception {
		needsTheKernel();
		Result result = exchange(setup("eof", SIZE, Duration.ofMillis(500)),
				(socket) -> socket.getInputStream().readAllBytes());
		assertThat(result.verdict()).isEqualTo(Verdict.NO_REPLY);
		assertThat(result.evidence().ending()).isEqualTo(Ending.TIMEOUT);
		assertThat(result.evidence().traffic().unacknowledged()).isZero();
		assertThat(result.evidence().traffic().retransmissions()).isZero();
	}

	@Test
	void whenThePeerDoesNotReadTheKernelSaysHowMuchIsLeft() throws Exception {
		needsTheKernel();
		Result result = exchange(setup("eof", 64_000_000, Duration.ofSeconds(2)), (socket) -> {
		});
		assertThat(result.verdict()).isEqualTo(Verdict.SEND_STALLED);
		Evidence.Traffic traffic = result.evidence().traffic();
		assertThat(traffic.unacknowledged()).isPositive();
		assertThat(result.detail()).isEqualTo(traffic.sent() + " of 64000000 bytes sent, "
				+ (traffic.sent() - traffic.unacknowledged()) + " acknowledged");
		assertThat(traffic.sendRate()).isZero();
	}

	@Test
	void whenThePeerReadsSlowlyItIsTooSlow() throws Exception {
		Result result = exchange(setup("eof", 64_000_000, Duration.ofSeconds(3)), (socket) -> {
			byte[] block = new byte[64 * 1024];
			while (socket.getInputStream().read(block) > 0) {
				pause(5);
			}
		});
		assertThat(result.verdict()).isEqualTo(Verdict.TOO_SLOW);
		assertThat(result.detail())
			.matches("still sending at [\\d.]+ .bit/s: \\d+ of 64000000 bytes (acknowledged|sent), \\d+ s more for the"
					+ " rest");
		assertThat(result.evidence().traffic().sendRate()).isPositive();
		assertThat(result.evidence().traffic().receiveRate()).isZero();
	}

	@Test
	void whenTheReplyDripsItIsTooSlow() throws Exception {
		Result result = exchange(setup("eof", 1_000_000, Duration.ofSeconds(6)), (socket) -> {
			byte[] message = socket.getInputStream().readAllBytes();
			for (int i = 0; i < message.length; i++) {
				socket.getOutputStream().write(message, i, 1);
				pause(5);
			}
		});
		assertThat(result.verdict()).isEqualTo(Verdict.TOO_SLOW);
		assertThat(result.detail()).startsWith("still receiving at ");
		assertThat(result.evidence().traffic().receiveRate()).isPositive();
		assertThat(result.evidence().traffic().sendRate()).isZero();
	}

	@Test
	void whenAResetAfterTheEndIsWaitedForAGoodPeerSendsNone() throws Exception {
		Setup setup = setup("eof", SIZE, PATIENCE);
		long begin = System.nanoTime();
		Result result = exchange(new Plan(SIZE, false, setup, Duration.ofMillis(200), null), setup,
				EvidenceWireTests::echo);
		assertThat(result.verdict()).isEqualTo(Verdict.OK);
		assertThat(result.evidence().hasStrayReset()).isFalse();
		assertThat(result.totalNanos()).isLessThan(System.nanoTime() - begin);
	}

	@Test
	void whenARunSharesItsEvidenceOnlyFailuresHaveTheirOwn() throws Exception {
		Setup setup = setup("eof", SIZE, PATIENCE);
		Evidence shared = Evidence.towards(new InetSocketAddress("127.0.0.1", 1), setup);
		Plan plan = new Plan(SIZE, false, setup, Duration.ZERO, shared);
		assertThat(exchange(plan, setup, EvidenceWireTests::echo).evidence()).isSameAs(shared);
		Evidence failed = exchange(plan, setup, (socket) -> {
			socket.getInputStream().readAllBytes();
			socket.close();
		}).evidence();
		assertThat(failed.ending()).isEqualTo(Ending.FIN);
		assertThat(failed.times().finSent()).isPositive();
	}

	/**
	 * Make an exchange on a connection that is kept, after the server has done something
	 * with it.
	 */
	private Result exchangeAfter(Script script) throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			socket.getOutputStream().write(socket.getInputStream().readNBytes(SIZE + 1));
			script.run(socket);
			done.countDown();
		})) {
			Setup setup = setup("line", SIZE + 1, PATIENCE);
			CompletableFuture<NioClientConnection> kept = new CompletableFuture<>();
			InetSocketAddress peer = new InetSocketAddress("127.0.0.1", server.port());
			this.loop.execute(() -> exchange(new Plan(SIZE, true, setup), setup, (result, open) -> {
				open.stopReading();
				kept.complete(open);
			}).start(peer, null, deadline(setup)));
			NioClientConnection open = kept.get(20, TimeUnit.SECONDS);
			assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Result> second = new CompletableFuture<>();
			this.loop
				.execute(() -> exchange(new Plan(SIZE, true, setup), setup, (result, left) -> second.complete(result))
					.start(open, deadline(setup)));
			return second.get(20, TimeUnit.SECONDS);
		}
	}

	private Result exchange(Setup setup, Script script) throws Exception {
		return exchange(new Plan(setup.messageSize(), false, setup), setup, script);
	}

	private Result exchange(Plan plan, Setup setup, Script script) throws Exception {
		try (ScriptedServer server = ScriptedServer.running(script)) {
			CompletableFuture<Result> result = new CompletableFuture<>();
			InetSocketAddress peer = new InetSocketAddress("127.0.0.1", server.port());
			this.loop.execute(() -> exchange(plan, setup, (ended, open) -> result.complete(ended)).start(peer, null,
					deadline(setup)));
			return result.get(20, TimeUnit.SECONDS);
		}
	}

	private Exchange exchange(Plan plan, Setup setup, Exchange.Completion completion) {
		MessageFormat format = MessageFormat.of(setup.framing());
		byte[] message = format.message(setup.messageSize() - format.sizeOnWire(0), 1, 1);
		return new Exchange(this.loop, plan, 1, message, System.nanoTime(), completion);
	}

	private static long deadline(Setup setup) {
		return System.nanoTime() + setup.timeout().toNanos();
	}

	private static Setup setup(String framing, int messageSize, Duration timeout) {
		return Setup.of(MessageFormat.of(framing), messageSize, timeout, Duration.ZERO);
	}

	private static void echo(Socket socket) throws IOException {
		socket.getOutputStream().write(socket.getInputStream().readAllBytes());
		socket.close();
	}

	private static void pause(int millis) {
		try {
			new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void needsTheKernel() {
		assumeThat(Path.of("/proc/net/tcp")).exists();
	}

}
