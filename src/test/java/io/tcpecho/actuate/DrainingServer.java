package io.tcpecho.actuate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.tcpecho.testing.EchoServer;
import io.tcpecho.testing.EchoServerBuilder;
import io.tcpecho.testing.Peer;

import static io.tcpecho.testing.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that drains for as long as a test wants: its service holds the one message
 * that it still owes.
 */
final class DrainingServer implements AutoCloseable {

	private final CountDownLatch go = new CountDownLatch(1);

	private final EchoServer server;

	private final Peer peer;

	private final CompletableFuture<Void> stopped;

	/** Start a server, send it a message and begin to stop it. */
	DrainingServer(EchoServerBuilder configuration) {
		this.server = configuration.property("tcp-echo.drain.timeout", "20s")
			.listener("executor", "pool")
			.service((message) -> {
				await(this.go);
				return message;
			})
			.start();
		this.peer = Peer.connect(this.server.port()).send("owed").halfClose();
		this.server.awaitServiceCalls(1);
		this.stopped = this.server.closeLater();
	}

	/** Return the server, whose management HTTP still answers. */
	EchoServer server() {
		return this.server;
	}

	/** Let the service answer, and assert that the reply comes and the server stops. */
	void finish() throws Exception {
		this.go.countDown();
		assertThat(this.peer.readToEnd().text()).isEqualTo("owed");
		this.stopped.get(30, TimeUnit.SECONDS);
	}

	/** Stop, also after a failure of the test. */
	@Override
	public void close() {
		this.go.countDown();
		this.peer.close();
		this.server.close();
	}

}
