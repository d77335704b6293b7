package io.tcpecho.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.Outcome;
import io.tcpecho.limits.OutOfMemory;
import io.tcpecho.limits.ServiceGate;
import io.tcpecho.limits.ThrottledLog;
import io.tcpecho.nio.ConnectionOwner;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.EventLoops;
import io.tcpecho.nio.ListenException;
import io.tcpecho.nio.ListenerContext;
import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.nio.ListeningSocket;
import io.tcpecho.nio.LoopSocket;
import io.tcpecho.nio.NioServerConnection;
import io.tcpecho.wire.WireException;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.serializer.Deserializer;
import org.springframework.core.serializer.Serializer;
import org.springframework.integration.ip.tcp.connection.AbstractServerConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpConnectionServerListeningEvent;
import org.springframework.integration.ip.tcp.connection.TcpConnectionSupport;

/**
 * The connection factory of one listener, for the stock {@code TcpInboundGateway}: it
 * starts the listening socket and the event loops, and spreads the accepted connections
 * over the loops.
 *
 * <p>
 * {@link #start()} binds, or throws; connections wait in the accept queue until
 * {@link #startAccepting()}, to be called when every flow runs. {@link #stopAccepting()},
 * {@link #drain()} and {@link #awaitNoConnections} end it without loss; {@link #stop()}
 * alone resets the open connections. Any thread may call the public methods.
 *
 * <p>
 * Its {@link ListenerOptions} configure it. Of the settings it inherits, only the buffer
 * sizes, keep-alive and TCP_NODELAY apply. It is never for single use: the gateway would
 * close a connection whose reply is still being written, while ours closes itself after
 * its last byte.
 */
public class NioServerConnectionFactory extends AbstractServerConnectionFactory {

	private static final Duration ACCEPT_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(10);

	private final ListenerOptions options;

	private final ListenerObserver observer;

	private final @Nullable ServiceGate serviceGate;

	private final Admission admission;

	private final ThrottledLog failures = new ThrottledLog(LogFactory.getLog(NioServerConnectionFactory.class));

	private final ConnectionOwner owner = new Connections();

	/** Set under the lifecycle monitor. */
	private volatile EventLoops loops = EventLoops.NONE;

	/** The last that was bound, kept for its port; null while it is stopped. */
	private volatile @Nullable ListeningSocket socket;

	/** Create a factory that has not started. */
	@SuppressWarnings("this-escape")
	public NioServerConnectionFactory(ListenerOptions options) {
		super(options.port());
		this.options = options;
		this.observer = new CompositeObserver(options.name(), options.observers());
		ListenerOptions.ServiceThreads service = options.service();
		this.serviceGate = (service != null) ? new ServiceGate(service.executor(), service.capacity()) : null;
		this.admission = new Admission(options, this.observer);
		super.setDeserializer(options.deserializer());
		super.setSerializer(options.serializer());
		setMapper(new NioMessageMapper());
	}

	/** Refuse: the deserializer is one of the {@link ListenerOptions}. */
	@Override
	public void setDeserializer(Deserializer<?> deserializer) {
		throw new UnsupportedOperationException(
				"The deserializer of listener " + this.options.name() + " is set by its ListenerOptions");
	}

	/** Refuse: the serializer is one of the {@link ListenerOptions}. */
	@Override
	public void setSerializer(Serializer<?> serializer) {
		throw new UnsupportedOperationException(
				"The serializer of listener " + this.options.name() + " is set by its ListenerOptions");
	}

	/** Return the port in use, or the configured one before it is bound. */
	@Override
	public int getPort() {
		ListeningSocket current = this.socket;
		return (current != null) ? current.port() : this.options.port();
	}

	@Override
	public @Nullable SocketAddress getServerSocketAddress() {
		ListeningSocket current = this.socket;
		return (current != null) ? current.address() : null;
	}

	/** Return how many connections are open. */
	public int getOpenConnections() {
		return this.admission.admitted();
	}

	/** Return the connections that are open, as they come and go. */
	public Stream<OpenConnection> openConnections() {
		return this.connections.values()
			.stream()
			.filter(OpenConnection.class::isInstance)
			.map(OpenConnection.class::cast);
	}

	/** Return the open connection with this id. */
	public Optional<OpenConnection> openConnection(String id) {
		return (this.connections.get(id) instanceof OpenConnection connection) ? Optional.of(connection)
				: Optional.empty();
	}

	/** Return whether it was told to accept and its port is open. */
	public boolean isAccepting() {
		ListeningSocket current = this.socket;
		return isListening() && current != null && current.isAccepting();
	}

	/** Return the event loops; none while it is stopped. */
	public List<EventLoop> getEventLoops() {
		return this.loops.all();
	}

	// Start and stop

	/**
	 * Bind the port and start the event loops; nothing is accepted yet. Without effect if
	 * it has started already.
	 * @throws ListenException if it cannot listen there; nothing is left behind then
	 */
	@Override
	public void start() {
		this.lifecycleMonitor.lock();
		try {
			if (isActive()) {
				return;
			}
			if (isSingleUse()) {
				throw new IllegalStateException("Listener " + this.options.name() + " cannot be for single use");
			}
			try {
				this.loops = startLoops();
				this.socket = bind(this.loops);
				setActive(true);
			}
			finally {
				if (!isActive()) {
					release();
				}
			}
		}
		finally {
			this.lifecycleMonitor.unlock();
		}
	}

	private EventLoops startLoops() {
		try {
			return EventLoops.start("tcp-echo-" + this.options.name(), this.options.eventLoops(),
					this.options.timeouts().sweepInterval(), this::heartbeat);
		}
		catch (IOException ex) {
			throw ListeningSocket.listenException(this.options, getPort(), ex);
		}
	}

	/** Once a second, on each loop. */
	private void heartbeat(long delayInNanos) {
		this.observer.loopDelayed(delayInNanos);
		this.options.budget().trimChunks();
	}

	/** Bind the configured port, or the same as before. */
	private ListeningSocket bind(EventLoops loops) {
		ListenerContext context = new ListenerContext(this.options, this.observer, this.serviceGate, getComponentName(),
				getApplicationEventPublisher());
		return ListeningSocket.bind(this.options, getPort(), getSoReceiveBufferSize(), loops.first(),
				(accepted) -> accepted(accepted, loops, context));
	}

	/**
	 * Accept connections, first those that wait in the accept queue.
	 * @throws ListenException if the event loop does not answer in time; the port is
	 * closed then as soon as it does
	 */
	public void startAccepting() {
		ListeningSocket current = this.socket;
		if (!isActive() || current == null) {
			throw new IllegalStateException("Listener " + this.options.name() + " has not started");
		}
		try {
			current.accept().get(ACCEPT_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw notAccepting(current, "interrupted while the event loop was to accept", ex);
		}
		catch (ExecutionException ex) {
			throw notAccepting(current, "its event loop failed to accept", ex);
		}
		catch (TimeoutException ex) {
			throw notAccepting(current,
					"its event loop does not answer within " + ACCEPT_TIMEOUT.toSeconds() + " seconds", ex);
		}
		setListening(true);
		getApplicationEventPublisher().publishEvent(new TcpConnectionServerListeningEvent(this, getPort()));
	}

	private ListenException notAccepting(ListeningSocket current, String reason, Exception cause) {
		// After the accept, which the loop may still come to.
		current.close();
		return ListeningSocket.listenException(this.options, current.port(), new IOException(reason, cause));
	}

	/**
	 * Accept the connections that wait in the accept queue, then close the port: new
	 * connects are refused, and open connections stay open.
	 * @return completed once the port is really closed
	 */
	public CompletableFuture<Void> stopAccepting() {
		ListeningSocket current = this.socket;
		setListening(false);
		return (current != null) ? current.drainAndClose() : CompletableFuture.completedFuture(null);
	}

	/**
	 * Bind the same port again after {@link #stopAccepting()}, and accept. Without effect
	 * while the port is open.
	 * @throws ListenException if another program has taken the port, or the event loop
	 * does not answer in time
	 */
	public void resumeAccepting() {
		this.lifecycleMonitor.lock();
		try {
			if (!isActive()) {
				throw new IllegalStateException("Listener " + this.options.name() + " has stopped");
			}
			if (!isAccepting()) {
				this.socket = bind(this.loops);
				startAccepting();
			}
		}
		finally {
			this.lifecycleMonitor.unlock();
		}
	}

	/**
	 * End each connection as soon as nothing is owed: one for a single message after its
	 * reply, one that stays open between two messages.
	 */
	public void drain() {
		this.loops.execute((loop) -> {
			for (EventLoop.Swept swept : loop.swept()) {
				if (swept instanceof LoopSocket socket && socket.user() instanceof NioServerConnection connection) {
					connection.drain();
				}
			}
		});
	}

	/**
	 * Wait until no connection is open.
	 * @return whether that is so, within the time
	 */
	public boolean awaitNoConnections(Duration timeout) throws InterruptedException {
		return this.admission.awaitNone(timeout);
	}

	/** Close the port and reset every connection. */
	@Override
	public void stop() {
		this.lifecycleMonitor.lock();
		try {
			if (isActive()) {
				setActive(false);
				setListening(false);
				release();
			}
		}
		finally {
			this.lifecycleMonitor.unlock();
		}
	}

	private void release() {
		ListeningSocket current = this.socket;
		this.socket = null;
		if (current != null) {
			current.close();
		}
		this.loops.stop();
		try {
			if (!this.loops.awaitEnd(LOOP_END_TIMEOUT)) {
				logger.error(() -> "A loop of listener " + this.options.name() + " has not ended: its service hangs");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.loops = EventLoops.NONE;
	}

	/** Do nothing: the event loops do the work. */
	@Override
	public void run() {
	}

	// Connections

	private void accepted(SocketChannel socket, EventLoops loops, ListenerContext context) {
		InetSocketAddress peer = this.admission.admit(socket, this::applySocketOptions);
		if (peer == null) {
			return;
		}
		EventLoop loop = loops.next();
		if (loop.isCurrent()) {
			adopt(socket, peer, loop, context);
			return;
		}
		try {
			loop.execute(() -> adopt(socket, peer, loop, context));
		}
		catch (RejectedExecutionException ex) {
			this.admission.turnAway(socket, peer, Outcome.DRAINED);
		}
	}

	private void applySocketOptions(SocketChannel socket) throws IOException {
		// An urgent byte is a byte of the stream (RFC 6093); by default it would be lost.
		socket.socket().setOOBInline(true);
		if (isSoTcpNoDelay() || !this.options.deserializer().isSingleMessage() || !this.options.layers().isEmpty()) {
			// Without this, the last segment of a reply waits for the acknowledgement of
			// those before it; where FIN follows at once, it does not. Layers have
			// segments of their own.
			socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
		}
		if (getSoSendBufferSize() > 0) {
			socket.setOption(StandardSocketOptions.SO_SNDBUF, getSoSendBufferSize());
		}
		if (isSoKeepAlive()) {
			socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
		}
	}

	private void adopt(SocketChannel socket, InetSocketAddress peer, EventLoop loop, ListenerContext context) {
		GatewayServerConnection connection;
		try {
			connection = new GatewayServerConnection(this.owner, context, loop, socket, peer, this.admission.nextId());
			TcpConnectionSupport wrapped = wrapConnection(connection);
			initializeConnection(wrapped, socket.socket());
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			this.failures.error(() -> "Listener " + this.options.name() + " could not set up a connection", ex);
			this.admission.turnAway(socket, peer, Outcome.ERROR);
			return;
		}
		connection.connection().begin();
	}

	/**
	 * Reset a connection, some time after this has returned. Unlike the inherited method
	 * it leaves the gateway's map alone until a running service call has returned.
	 */
	@Override
	public boolean closeConnection(String connectionId) {
		TcpConnectionSupport connection = this.connections.get(connectionId);
		if (connection != null) {
			connection.close();
		}
		return connection != null;
	}

	/** The owner of the connections, called on their loops. */
	private final class Connections implements ConnectionOwner {

		@Override
		public void peerNamed(InetSocketAddress peer) throws WireException {
			NioServerConnectionFactory.this.admission.peerNamed(peer);
		}

		@Override
		public void connectionClosed(ConnectionSummary summary, @Nullable InetSocketAddress counted) {
			NioServerConnectionFactory factory = NioServerConnectionFactory.this;
			factory.connections.remove(summary.id());
			factory.observer.closed(summary);
			factory.admission.leave(counted);
			ListeningSocket current = factory.socket;
			if (current != null) {
				current.connectionClosed();
			}
		}

		@Override
		public void connectionFailed(String id, Throwable failure) {
			NioServerConnectionFactory.this.failures.error(() -> "Connection " + id + " failed", failure);
		}

		@Override
		public void serviceFailed(String id, Throwable failure) {
			NioServerConnectionFactory.this.failures.error(() -> "The service failed for " + id, failure);
		}

	}

}
