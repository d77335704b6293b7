package io.tcpecho.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of our own client: it sends a message and FIN as soon as it is connected,
 * if there is a message, and keeps what comes back.
 */
public final class ClientExchange implements NioClientConnection.Protocol {

	private final byte @Nullable [] message;

	private final CompletableFuture<NioClientConnection> established = new CompletableFuture<>();

	private final CompletableFuture<Optional<Failure>> ended = new CompletableFuture<>();

	private final ByteArrayOutputStream received = new ByteArrayOutputStream();

	private @Nullable NioClientConnection connection;

	/** Create an exchange; one without a message neither sends nor reads. */
	public ClientExchange(byte @Nullable [] message) {
		this.message = message;
	}

	/**
	 * Connect to a port of 127.0.0.1, on the thread of the loop.
	 * @param layers the innermost first
	 */
	public NioClientConnection open(EventLoop loop, int port, List<Wire.Layer> layers) throws IOException {
		this.connection = NioClientConnection.open(loop, new InetSocketAddress("127.0.0.1", port), null, layers, this);
		this.connection.connect();
		return this.connection;
	}

	/** Return the connection, which comes as soon as it is established. */
	public CompletableFuture<NioClientConnection> established() {
		return this.established;
	}

	/** Return the failure that ended the exchange; none if FIN did. */
	public CompletableFuture<Optional<Failure>> ended() {
		return this.ended;
	}

	/** Return what came back, once the exchange has ended. */
	public byte[] received() {
		return this.received.toByteArray();
	}

	@Override
	public void connected() {
		if (this.message != null) {
			this.connection.read();
			this.connection.write(this.message);
			this.connection.finishOutput();
		}
		this.established.complete(this.connection);
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
		this.ended.complete(Optional.empty());
		this.connection.finish();
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		this.ended.complete(Optional.of(kind));
	}

}
