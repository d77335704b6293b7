package io.tcpecho.tls;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.testing.ClientExchange;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of our own client over TLS with a server on this machine: what came back,
 * and how it ended.
 */
final class TlsExchange implements TlsListener {

	private static final int PATIENCE_IN_SECONDS = 30;

	private final ClientExchange client;

	private boolean closeNotify;

	private @Nullable TlsFailure failure;

	private TlsExchange(byte[] message) {
		this.client = new ClientExchange(message);
	}

	/** Send a message, end the stream, and read to the end of the other. */
	static TlsExchange run(int port, SSLContext context, TlsClientLayer.Options options, byte[] message,
			Duration timeout) {
		TlsExchange exchange = new TlsExchange(message);
		try {
			EventLoop loop = EventLoop.start("tls-exchange", Duration.ofMillis(50));
			try {
				loop.execute(() -> exchange.begin(loop, port, new TlsClientLayer(context, options, exchange), timeout));
				exchange.client.ended().get(PATIENCE_IN_SECONDS, TimeUnit.SECONDS);
				return exchange;
			}
			finally {
				loop.stop();
				loop.awaitEnd(Duration.ofSeconds(10));
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void begin(EventLoop loop, int port, TlsClientLayer layer, Duration timeout) {
		try {
			this.client.open(loop, port, List.of(layer)).deadline(System.nanoTime() + timeout.toNanos());
		}
		catch (IOException ex) {
			this.client.ended().completeExceptionally(ex);
		}
	}

	/**
	 * Return how the reply ended: with {@code close_notify}, with {@code FIN} alone, or
	 * {@code failed}.
	 */
	String end() {
		if (this.client.ended().join().isPresent()) {
			return "failed";
		}
		return this.closeNotify ? "close_notify" : "FIN";
	}

	byte[] received() {
		return this.client.received();
	}

	@Nullable TlsFailure failure() {
		return this.failure;
	}

	@Override
	public void inputEnded(boolean closeNotify) {
		this.closeNotify = closeNotify;
	}

	@Override
	public void failed(TlsFailure failure, boolean handshakeFinished) {
		this.failure = failure;
	}

}
