package io.tcpecho.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of our own client over TLS with a server on this machine: what came back,
 * and how it ended.
 */
final class TlsExchange implements NioClientConnection.Protocol, TlsListener {

	private static final int PATIENCE_IN_SECONDS = 30;

	private final byte[] message;

	private final ByteArrayOutputStream received = new ByteArrayOutputStream();

	private final CompletableFuture<String> end = new CompletableFuture<>();

	private @Nullable NioClientConnection connection;

	private boolean closeNotify;

	private @Nullable TlsFailure failure;

	private TlsExchange(byte[] message) {
		this.message = message;
	}

	/** Send a message, end the stream, and read to the end of the other. */
	static TlsExchange run(int port, SSLContext context, TlsClientLayer.Options options, byte[] message,
			Duration timeout) {
		TlsExchange exchange = new TlsExchange(message);
		try {
			EventLoop loop = EventLoop.start("tls-exchange", Duration.ofMillis(50));
			try {
				loop.execute(() -> exchange.begin(loop, port, new TlsClientLayer(context, options, exchange), timeout));
				exchange.end.get(PATIENCE_IN_SECONDS, TimeUnit.SECONDS);
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
			this.connection = NioClientConnection.open(loop, new InetSocketAddress("127.0.0.1", port), null,
					List.of(layer), this);
			this.connection.deadline(System.nanoTime() + timeout.toNanos());
			this.connection.connect();
		}
		catch (IOException ex) {
			this.end.completeExceptionally(ex);
		}
	}

	/**
	 * Return how the reply ended: with {@code close_notify}, with {@code FIN} alone, or
	 * {@code failed}.
	 */
	String end() {
		return this.end.join();
	}

	byte[] received() {
		return this.received.toByteArray();
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

	@Override
	public void connected() {
		this.connection.read();
		this.connection.write(this.message);
		this.connection.finishOutput();
	}

	@Override
	public void written(int count) {
	}

	@Override
	public void finSent() {
	}

	@Override
	public void received(ByteBuffer bytes) {
		byte[] part = new byte[bytes.remaining()];
		bytes.get(part);
		this.received.writeBytes(part);
	}

	@Override
	public void finReceived() {
		this.end.complete(this.closeNotify ? "close_notify" : "FIN");
		this.connection.finish();
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		this.end.complete("failed");
	}

}
