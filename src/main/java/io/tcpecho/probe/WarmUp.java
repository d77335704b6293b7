package io.tcpecho.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Exchange.Plan;

/**
 * Exchanges of this process with itself, before those that count: the first exchange of a
 * Java runtime takes some 50 ms longer than the next, for the classes that it loads, and
 * would say more of them than of the path.
 */
final class WarmUp {

	private static final int EXCHANGES = 3;

	private static final long PATIENCE_IN_MILLIS = 500;

	private static final int SIZE_IN_BYTES = 64;

	private static final MessageFormat EOF = MessageFormat.of("eof");

	private static final Setup SETUP = Setup.of(EOF, SIZE_IN_BYTES, Duration.ofMillis(PATIENCE_IN_MILLIS),
			Duration.ZERO);

	private WarmUp() {
	}

	/** Make some exchanges on a loop, half a second long at most. */
	static void run(EventLoop loop) throws InterruptedException {
		CountDownLatch done = new CountDownLatch(EXCHANGES);
		try (ServerSocket server = new ServerSocket(0, EXCHANGES, InetAddress.getLoopbackAddress())) {
			Thread echo = new Thread(() -> echo(server), "tcp-echo-probe-warm-up");
			echo.setDaemon(true);
			echo.start();
			InetSocketAddress peer = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
			loop.execute(() -> exchange(loop, peer, done));
			done.await(PATIENCE_IN_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (IOException ex) {
			// What this machine lacks, the first exchange that counts will tell.
		}
	}

	private static void exchange(EventLoop loop, InetSocketAddress peer, CountDownLatch done) {
		long now = System.nanoTime();
		byte[] message = EOF.message(SIZE_IN_BYTES, now, done.getCount());
		new Exchange(loop, new Plan(SIZE_IN_BYTES, false, SETUP), done.getCount(), message, now, (result, open) -> {
			done.countDown();
			if (done.getCount() > 0) {
				loop.execute(() -> exchange(loop, peer, done));
			}
		}).start(peer, null, now + TimeUnit.MILLISECONDS.toNanos(PATIENCE_IN_MILLIS));
	}

	private static void echo(ServerSocket server) {
		for (int i = 0; i < EXCHANGES; i++) {
			try (Socket socket = server.accept()) {
				socket.getOutputStream().write(socket.getInputStream().readAllBytes());
			}
			catch (IOException ex) {
				return;
			}
		}
	}

}
