package io.tcpecho.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Exchange.Plan;
import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.ScriptedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An exchange driven on an event loop, where the commands do not reach.
 */
class ExchangeTests {

	private static final Plan PLAN = new Plan(64, false,
			Evidence.Setup.of(MessageFormat.of("eof"), 64, Duration.ofSeconds(10), Duration.ZERO));

	private EventLoop loop;

	@BeforeEach
	void startLoop() throws IOException {
		this.loop = EventLoop.start("exchange-tests", Duration.ofMillis(10));
	}

	@AfterEach
	void endLoop() throws InterruptedException {
		this.loop.stop();
		assertThat(this.loop.awaitEnd(Duration.ofSeconds(10))).isTrue();
	}

	@Test
	void whenTheLocalAddressIsNotOursTheSystemChooses() throws Exception {
		try (EchoServer server = EchoServer.framing("eof").start()) {
			Result result = exchange(new InetSocketAddress("127.0.0.1", server.port()),
					new InetSocketAddress("203.0.113.1", 0));
			assertThat(result.verdict()).isEqualTo(Verdict.OK);
			assertThat(server.accepted()).isOne();
		}
	}

	@Test
	void whenALocalAddressIsNamedTheConnectionComesFromIt() throws Exception {
		CompletableFuture<InetAddress> peer = new CompletableFuture<>();
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			peer.complete(socket.getInetAddress());
			echo(socket);
		})) {
			Result result = exchange(new InetSocketAddress("127.0.0.1", server.port()),
					new InetSocketAddress("127.0.0.77", 0));
			assertThat(result.verdict()).isEqualTo(Verdict.OK);
			assertThat(peer.get(10, TimeUnit.SECONDS).getHostAddress()).isEqualTo("127.0.0.77");
		}
	}

	@Test
	void whenANamedPortIsInTimeWaitItIsTakenAgain() throws Exception {
		Queue<Integer> ports = new ConcurrentLinkedQueue<>();
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			ports.add(socket.getPort());
			echo(socket);
		})) {
			int port = new Random().nextInt(20_000, 30_000);
			for (int i = 0; i < 5; i++) {
				assertThat(exchange(new InetSocketAddress("127.0.0.1", server.port()),
						new InetSocketAddress("127.0.0.78", port))
					.verdict()).isEqualTo(Verdict.OK);
			}
			assertThat(ports).containsExactly(port, port, port, port, port);
		}
	}

	@Test
	void whenANamedPortIsInUseTheSystemChooses() throws Exception {
		Queue<SocketAddress> peers = new ConcurrentLinkedQueue<>();
		try (ScriptedServer server = ScriptedServer.running((socket) -> {
			peers.add(socket.getRemoteSocketAddress());
			echo(socket);
		}); Socket first = new Socket()) {
			first.setReuseAddress(true);
			first.bind(new InetSocketAddress("127.0.0.79", 0));
			InetSocketAddress target = new InetSocketAddress("127.0.0.1", server.port());
			first.connect(target);
			InetSocketAddress taken = (InetSocketAddress) first.getLocalSocketAddress();
			assertThat(exchange(target, taken).verdict()).isEqualTo(Verdict.OK);
			assertThat(peers).hasSize(2).contains(taken).doesNotHaveDuplicates();
		}
	}

	private static void echo(Socket socket) throws IOException {
		socket.getOutputStream().write(socket.getInputStream().readAllBytes());
		socket.close();
	}

	private Result exchange(InetSocketAddress peer, @Nullable InetSocketAddress local) throws Exception {
		byte[] message = MessageFormat.of("eof").message(64, 1, 1);
		CompletableFuture<Result> result = new CompletableFuture<>();
		this.loop.execute(() -> {
			long now = System.nanoTime();
			new Exchange(this.loop, PLAN, 1, message, now, (ended, open) -> result.complete(ended)).start(peer, local,
					now + TimeUnit.SECONDS.toNanos(10));
		});
		return result.get(20, TimeUnit.SECONDS);
	}

}
