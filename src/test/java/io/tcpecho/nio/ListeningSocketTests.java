package io.tcpecho.nio;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;

import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The states of a listening socket, seen by clients that connect.
 */
class ListeningSocketTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final Duration LONG = Duration.ofMinutes(5);

	private static final ListenerOptions OPTIONS = ListenerOptions
		.of("one", 0, new ConnectionTimeouts(LONG, LONG, LONG, LONG, 0), new MemoryBudget(1000, LONG))
		.withAddress("127.0.0.1")
		.withBacklog(2);

	private final EventLoop loop;

	private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();

	private final ListeningSocket socket;

	ListeningSocketTests() throws IOException {
		this.loop = EventLoop.start("loop-under-test", Duration.ofMillis(100));
		this.socket = bind(0);
	}

	@AfterEach
	void theLoopEnds() throws Exception {
		this.socket.close();
		this.loop.stop();
		assertThat(this.loop.awaitEnd(PATIENCE)).as("ended").isTrue();
		for (SocketChannel channel : this.accepted) {
			channel.close();
		}
	}

	@Test
	void whenItIsBoundItHasAPortAndConnectsWait() throws IOException {
		assertThat(this.socket.port()).isPositive();
		assertThat(this.socket.address()).isEqualTo(new InetSocketAddress("127.0.0.1", this.socket.port()));
		assertThat(this.socket.isAccepting()).isFalse();
		try (Socket client = connect()) {
			assertThat(client.isConnected()).isTrue();
			assertThat(this.loop.answersWithin(PATIENCE)).isTrue();
			assertThat(this.accepted).isEmpty();
		}
	}

	@Test
	void whenItAcceptsThoseThatWaitedAreTakenAndThenTheOthers() throws IOException {
		try (Socket early = connect()) {
			assertThat(this.socket.accept()).succeedsWithin(PATIENCE);
			assertThat(this.socket.isAccepting()).isTrue();
			await().atMost(PATIENCE).until(() -> this.accepted.size() == 1);
			assertThat(this.accepted.element().getRemoteAddress()).isEqualTo(early.getLocalSocketAddress());
			try (Socket late = connect()) {
				await().atMost(PATIENCE).until(() -> this.accepted.size() == 2);
				assertThat(late.isConnected()).isTrue();
			}
		}
	}

	@Test
	void whenItIsDrainedTheQueueIsTakenFirstAndFurtherConnectsAreRefused() throws IOException {
		CountDownLatch busy = new CountDownLatch(1);
		this.loop.execute(() -> Waits.await(busy));
		try (Socket client = connect()) {
			// The loop runs both in one turn, without a look at the socket in between.
			CompletableFuture<Void> accepting = this.socket.accept();
			CompletableFuture<Void> closed = this.socket.drainAndClose();
			busy.countDown();
			assertThat(accepting).succeedsWithin(PATIENCE);
			assertThat(closed).succeedsWithin(PATIENCE);
			assertThat(this.accepted).hasSize(1);
			assertThat(this.accepted.element().getRemoteAddress()).isEqualTo(client.getLocalSocketAddress());
		}
		assertClosed();
	}

	@Test
	void whenItIsClosedBeforeItAcceptsConnectsAreRefused() {
		assertThat(this.socket.close()).succeedsWithin(PATIENCE);
		assertClosed();
		assertThat(this.socket.accept()).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ClosedChannelException.class);
		assertClosed();
	}

	@Test
	void whenItIsDrainedBeforeItAcceptsConnectsAreRefused() {
		assertThat(this.socket.drainAndClose()).succeedsWithin(PATIENCE);
		assertThat(this.accepted).isEmpty();
		assertClosed();
	}

	@Test
	void whenItIsClosedAgainNothingHappens() {
		assertThat(this.socket.accept()).succeedsWithin(PATIENCE);
		assertThat(this.socket.close()).succeedsWithin(PATIENCE);
		assertThat(this.socket.close()).succeedsWithin(PATIENCE);
		assertThat(this.socket.drainAndClose()).succeedsWithin(PATIENCE);
		assertClosed();
	}

	@Test
	void whenItIsClosedTheSamePortCanBeBoundAgain() {
		assertThat(this.socket.accept()).succeedsWithin(PATIENCE);
		assertThat(this.socket.close()).succeedsWithin(PATIENCE);
		ListeningSocket again = bind(this.socket.port());
		assertThat(again.port()).isEqualTo(this.socket.port());
		assertThat(again.close()).succeedsWithin(PATIENCE);
	}

	@Test
	void whenThePortIsTakenTheExceptionNamesListenerAndPort() {
		assertThatExceptionOfType(ListenException.class).isThrownBy(() -> bind(this.socket.port()))
			.withMessage(
					"Listener one cannot listen on 127.0.0.1 port " + this.socket.port() + ": Address already in use");
	}

	@Test
	void whenTheLoopIsEndingTheResultSaysSo() throws InterruptedException {
		assertThat(this.socket.close()).succeedsWithin(PATIENCE);
		this.loop.stop();
		assertThat(this.socket.accept()).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(RejectedExecutionException.class);
		assertThat(this.socket.drainAndClose()).isCompletedExceptionally();
	}

	private void assertClosed() {
		assertThat(this.socket.isAccepting()).isFalse();
		assertThat(this.socket.address()).isNull();
		assertThat(this.socket.port()).as("the port it had").isPositive();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect)
			.withMessageContaining("Connection refused");
	}

	private ListeningSocket bind(int port) {
		return ListeningSocket.bind(OPTIONS, port, 0, this.loop, this.accepted::add);
	}

	private Socket connect() throws IOException {
		return new Socket(InetAddress.getByName("127.0.0.1"), this.socket.port());
	}

}
