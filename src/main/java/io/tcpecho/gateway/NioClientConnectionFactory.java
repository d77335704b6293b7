package io.tcpecho.gateway;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.framing.Framing;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.wire.Wire;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.ip.tcp.connection.AbstractClientConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpConnection;
import org.springframework.integration.ip.tcp.connection.TcpConnectionSupport;
import org.springframework.integration.ip.tcp.connection.TcpSender;

/**
 * The connection factory for the stock {@code TcpOutboundGateway}: connects by the
 * selector of one event loop, whose thread starts with the first connection.
 *
 * <p>
 * A framing whose messages end with FIN makes it a factory for single use, and the
 * gateway then needs {@code closeStreamAfterSend}; the others share one connection, on
 * which the gateway makes one exchange at a time. {@link #setFraming} has to come before
 * the gateway gets the factory. A reply is always delivered before any later event, so
 * the gateway's {@code secondChanceDelay} can be 0.
 *
 * <p>
 * Any thread may ask for connections. Of the settings it inherits, only those of the
 * framing apply; the deserializer must be a {@link FrameDeserializer} and the serializer
 * a {@link FrameSerializer}.
 */
public class NioClientConnectionFactory extends AbstractClientConnectionFactory {

	private static final Duration SWEEP_INTERVAL = Duration.ofMillis(50);

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(10);

	private final String name;

	private final AtomicLong lastId = new AtomicLong();

	private Duration connectTimeout = Duration.ofSeconds(5);

	private List<Wire.Layer> layers = List.of();

	/** Guarded by the lifecycle monitor. */
	private @Nullable EventLoop loop;

	/**
	 * Create a factory that has not started.
	 * @param name the name in connection ids and of the thread
	 * @param host the name or address of the server, looked up for each connection
	 * @param port the TCP port of the server
	 */
	@SuppressWarnings("this-escape")
	public NioClientConnectionFactory(String name, String host, int port) {
		super(host, port);
		this.name = name;
		setFraming(Framing.EOF, 5 * 1024);
		registerSender(new ClosedConnections());
	}

	/**
	 * Set the deserializer and the serializer of a framing, and whether a connection is
	 * for single use.
	 * @param framing any that has messages
	 * @param maxMessageSize the most payload bytes of a reply
	 * @throws IllegalArgumentException for {@link Framing#STREAM}
	 */
	public final void setFraming(Framing framing, int maxMessageSize) {
		if (framing == Framing.STREAM) {
			throw new IllegalArgumentException("framing stream has no messages, which an exchange needs");
		}
		FrameDeserializer deserializer = framing.deserializer(maxMessageSize);
		setDeserializer(deserializer);
		setSerializer(framing.serializer());
		setSingleUse(deserializer.isSingleMessage());
	}

	/** Set the layers of each connection's wire, the innermost first; none by default. */
	public void setLayers(List<Wire.Layer> layers) {
		this.layers = List.copyOf(layers);
	}

	List<Wire.Layer> layers() {
		return this.layers;
	}

	/** Set how long a connect may take, 5 seconds by default. */
	public void setConnectTimeout(Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	@Override
	protected Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	/** Set how long a connect may take, in seconds. */
	@Override
	public void setConnectTimeout(int connectTimeout) {
		setConnectTimeout(Duration.ofSeconds(connectTimeout));
	}

	/** Allow connections; nothing is connected yet. */
	@Override
	public void start() {
		setActive(true);
	}

	/** Reset every connection and end the loop. */
	@Override
	public void stop() {
		EventLoop ending;
		this.lifecycleMonitor.lock();
		try {
			setActive(false);
			ending = this.loop;
			this.loop = null;
		}
		finally {
			this.lifecycleMonitor.unlock();
		}
		if (ending != null) {
			ending.stop();
			try {
				if (!ending.isCurrent() && !ending.awaitEnd(LOOP_END_TIMEOUT)) {
					logger.error(() -> "The loop of client " + this.name + " has not ended: its listener hangs");
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Return the running loop, and start it if there is none. */
	private EventLoop loop() throws IOException {
		this.lifecycleMonitor.lock();
		try {
			if (!isActive()) {
				throw new IOException("Client " + this.name + " is stopped");
			}
			if (this.loop == null) {
				this.loop = EventLoop.start("tcp-echo-" + this.name, SWEEP_INTERVAL);
			}
			return this.loop;
		}
		finally {
			this.lifecycleMonitor.unlock();
		}
	}

	/**
	 * Connect.
	 * @throws UncheckedIOException if that failed or took too long
	 */
	@Override
	protected TcpConnectionSupport buildNewConnection() {
		CompletableFuture<TcpConnectionSupport> connected = new CompletableFuture<>();
		try {
			InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName(getHost()), getPort());
			EventLoop current = loop();
			current.submit(() -> connect(current, peer, connected)).whenComplete((connection, failure) -> {
				if (failure != null) {
					connected.completeExceptionally(failure);
				}
			});
			// Bounded by the connection's deadline.
			return connected.get();
		}
		catch (IOException ex) {
			throw failure(ex);
		}
		catch (ExecutionException ex) {
			throw failure(ioException(ex.getCause()));
		}
		catch (InterruptedException ex) {
			connected.thenAccept(TcpConnectionSupport::close);
			Thread.currentThread().interrupt();
			throw failure(new InterruptedIOException("interrupted"));
		}
	}

	private IOException ioException(Throwable failure) {
		if (failure instanceof RejectedExecutionException) {
			return new IOException("Client " + this.name + " is stopped");
		}
		return (failure instanceof IOException cause) ? cause : new IOException(failure);
	}

	private UncheckedIOException failure(IOException cause) {
		return new UncheckedIOException("Cannot connect to " + getHost() + " port " + getPort() + ": "
				+ ((cause.getMessage() != null) ? cause.getMessage() : cause), cause);
	}

	private GatewayClientConnection connect(EventLoop current, InetSocketAddress peer,
			CompletableFuture<TcpConnectionSupport> connected) throws IOException {
		GatewayClientConnection connection = new GatewayClientConnection(current, peer, nextId(), this, connected);
		connection.connect(System.nanoTime() + this.connectTimeout.toNanos());
		return connection;
	}

	/**
	 * Prepare an established connection for the gateway, and wrap it if that is asked.
	 */
	TcpConnectionSupport prepare(GatewayClientConnection connection, Socket socket) {
		TcpConnectionSupport wrapped = wrapConnection(connection);
		initializeConnection(wrapped, socket);
		return wrapped;
	}

	private String nextId() {
		return this.name + "-" + Long.toString(this.lastId.incrementAndGet(), Character.MAX_RADIX);
	}

	/** Forgets closed connections at once: the inherited factory only does when asked. */
	private final class ClosedConnections implements TcpSender {

		@Override
		public void addNewConnection(TcpConnection connection) {
		}

		@Override
		public void removeDeadConnection(TcpConnection connection) {
			NioClientConnectionFactory.this.connections.remove(connection.getConnectionId());
		}

	}

}
