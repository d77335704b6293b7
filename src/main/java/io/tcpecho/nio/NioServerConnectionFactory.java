package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.Outcome;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.framing.Framing;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.ip.tcp.connection.AbstractServerConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpConnectionServerListeningEvent;
import org.springframework.integration.ip.tcp.connection.TcpConnectionSupport;

/**
 * The connection factory of one listener, for the stock {@code TcpInboundGateway}: binds
 * the port, accepts connections and spreads them over its event loops.
 *
 * <p>
 * {@link #start()} binds, or throws; connections wait in the accept queue until
 * {@link #startAccepting()}, to be called when every flow runs. {@link #stopAccepting()},
 * {@link #drain()} and {@link #awaitNoConnections} end it without loss; {@link #stop()}
 * alone resets what is open. Any thread may call the public methods, but not the setters
 * once it has started.
 *
 * <p>
 * Of the settings it inherits, buffer sizes, keep-alive and the local address apply; the
 * deserializer must be a {@link FrameDeserializer} and the serializer a
 * {@link FrameSerializer}. It is never for single use: the gateway would close a
 * connection whose reply is still being written, while ours closes itself after its last
 * byte.
 */
public class NioServerConnectionFactory extends AbstractServerConnectionFactory {

	private static final Duration LOOP_END_TIMEOUT = Duration.ofSeconds(10);

	private final String listenerName;

	private final ConnectionTimeouts timeouts;

	private final MemoryBudget budget;

	private final ThrottledLog failures = new ThrottledLog(LogFactory.getLog(NioServerConnectionFactory.class));

	private final ThrottledLog rejections = new ThrottledLog(LogFactory.getLog(NioServerConnectionFactory.class));

	private final AtomicLong lastId = new AtomicLong();

	private int eventLoops = 1;

	private ConnectionSlots slots = new ConnectionSlots(Integer.MAX_VALUE, 0);

	private @Nullable ServiceGate serviceGate;

	private volatile ListenerObserver observer;

	private volatile List<EventLoop> loops = List.of();

	private volatile @Nullable ServerSocketChannel serverChannel;

	private volatile @Nullable Acceptor acceptor;

	/** The port that was bound, kept for binding it again; 0 before. */
	private volatile int boundPort;

	/** The loop for the next connection; accepting loop only. */
	private int nextLoop;

	/**
	 * Create a factory that has not started.
	 * @param listenerName the name in logs and connection ids, of {@code [a-z0-9-]}
	 * @param port the port, 0 for any free one
	 * @param timeouts the deadlines of each connection
	 * @param budget the memory that this and other listeners share
	 */
	@SuppressWarnings("this-escape")
	public NioServerConnectionFactory(String listenerName, int port, ConnectionTimeouts timeouts, MemoryBudget budget) {
		super(port);
		this.listenerName = listenerName;
		this.timeouts = timeouts;
		this.budget = budget;
		this.observer = new CompositeObserver(listenerName, List.of());
		setFraming(Framing.EOF, 5 * 1024);
		setMapper(new NioMessageMapper());
	}

	/** Set the deserializer and the serializer of a framing. */
	public final void setFraming(Framing framing, int maxMessageSize) {
		setDeserializer(framing.deserializer(maxMessageSize));
		setSerializer(framing.serializer());
	}

	/** Set how many event loops share the connections, 1 by default. */
	public void setEventLoops(int eventLoops) {
		this.eventLoops = eventLoops;
	}

	/**
	 * Limit the connections; one too many is accepted and reset at once.
	 * @param maxConnections in all, at least 1
	 * @param maxConnectionsPerAddress from one address; 0 for no such limit
	 */
	public void setConnectionLimits(int maxConnections, int maxConnectionsPerAddress) {
		this.slots = new ConnectionSlots(maxConnections, maxConnectionsPerAddress);
	}

	/**
	 * Run the service on an executor instead of the event loops, for services that block.
	 * @param executor what runs it; the caller shuts it down
	 * @param capacity how many calls it has at a time, running or queued; further ones
	 * wait at their connections
	 */
	public void setServiceExecutor(Executor executor, int capacity) {
		this.serviceGate = new ServiceGate(executor, capacity);
	}

	/** Set who is told of what happens here. */
	public void setObservers(List<ListenerObserver> observers) {
		this.observer = new CompositeObserver(this.listenerName, observers);
	}

	/** Return the name of the listener. */
	public String getListenerName() {
		return this.listenerName;
	}

	/**
	 * {@inheritDoc}
	 * @throws IllegalStateException if another kind of deserializer was set
	 */
	@Override
	public FrameDeserializer getDeserializer() {
		if (super.getDeserializer() instanceof FrameDeserializer deserializer) {
			return deserializer;
		}
		throw new IllegalStateException("Listener " + this.listenerName + " has a "
				+ super.getDeserializer().getClass().getName() + ", and needs a FrameDeserializer");
	}

	/**
	 * {@inheritDoc}
	 * @throws IllegalStateException if another kind of serializer was set
	 */
	@Override
	public FrameSerializer getSerializer() {
		if (super.getSerializer() instanceof FrameSerializer serializer) {
			return serializer;
		}
		throw new IllegalStateException("Listener " + this.listenerName + " has a "
				+ super.getSerializer().getClass().getName() + ", and needs a FrameSerializer");
	}

	/** Return the port in use, or the configured one before it is bound. */
	@Override
	public int getPort() {
		int bound = this.boundPort;
		return (bound > 0) ? bound : super.getPort();
	}

	@Override
	public @Nullable SocketAddress getServerSocketAddress() {
		ServerSocketChannel channel = this.serverChannel;
		try {
			return (channel != null) ? channel.getLocalAddress() : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** Return how many connections are open. */
	public int getOpenConnections() {
		return this.slots.taken();
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
		ServerSocketChannel channel = this.serverChannel;
		return isListening() && channel != null && channel.isOpen();
	}

	/** Return the event loops; none while it is stopped. */
	public List<EventLoop> getEventLoops() {
		return this.loops;
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
				throw new IllegalStateException("Listener " + this.listenerName + " cannot be for single use");
			}
			getDeserializer();
			getSerializer();
			try {
				this.serverChannel = bind();
				this.loops = startLoops();
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

	private ServerSocketChannel bind() {
		String address = getLocalAddress();
		try {
			ServerSocketChannel channel = ServerSocketChannel.open();
			try {
				channel.configureBlocking(false);
				if (getSoReceiveBufferSize() > 0) {
					// Only before the bind does it reach the window of accepted sockets.
					channel.setOption(StandardSocketOptions.SO_RCVBUF, getSoReceiveBufferSize());
				}
				channel.bind((address != null) ? new InetSocketAddress(InetAddress.getByName(address), getPort())
						: new InetSocketAddress(getPort()), getBacklog());
				this.boundPort = ((InetSocketAddress) channel.getLocalAddress()).getPort();
				return channel;
			}
			catch (IOException | RuntimeException ex) {
				channel.close();
				throw ex;
			}
		}
		catch (UnsupportedAddressTypeException ex) {
			throw listenException(new SocketException("this Java runtime has IPv4 only"));
		}
		catch (IOException ex) {
			throw listenException(ex);
		}
	}

	private ListenException listenException(IOException cause) {
		String address = getLocalAddress();
		return new ListenException(this.listenerName, (address != null) ? address : "all addresses", getPort(), cause);
	}

	private List<EventLoop> startLoops() {
		List<EventLoop> started = new ArrayList<>();
		this.loops = started;
		try {
			for (int i = 0; i < this.eventLoops; i++) {
				started.add(EventLoop.start("tcp-echo-" + this.listenerName + "-" + i, this.timeouts.sweepInterval(),
						this.observer::loopDelayed));
			}
		}
		catch (IOException ex) {
			throw listenException(ex);
		}
		return List.copyOf(started);
	}

	/** Accept connections, those first that wait in the accept queue. */
	public void startAccepting() {
		ServerSocketChannel channel = this.serverChannel;
		if (!isActive() || channel == null) {
			throw new IllegalStateException("Listener " + this.listenerName + " has not started");
		}
		EventLoop loop = this.loops.get(0);
		CompletableFuture<Void> accepting = new CompletableFuture<>();
		loop.execute(() -> {
			try {
				this.acceptor = new Acceptor(this.listenerName, loop, channel, this::accepted);
				accepting.complete(null);
			}
			catch (Throwable ex) {
				accepting.completeExceptionally(ex);
			}
		});
		accepting.join();
		setListening(true);
		getApplicationEventPublisher().publishEvent(new TcpConnectionServerListeningEvent(this, getPort()));
	}

	/**
	 * Accept what waits in the accept queue, then close the port: new connects are
	 * refused, open connections go on.
	 * @return completed once the port is really closed
	 */
	public CompletableFuture<Void> stopAccepting() {
		Acceptor current = this.acceptor;
		setListening(false);
		// Linux queues one more than the backlog says.
		return (current != null) ? current.close(getBacklog() + 1) : CompletableFuture.completedFuture(null);
	}

	/**
	 * Bind the same port again after {@link #stopAccepting()}, and accept. Without effect
	 * while the port is open.
	 * @throws ListenException if another program has taken the port
	 */
	public void resumeAccepting() {
		this.lifecycleMonitor.lock();
		try {
			if (!isActive()) {
				throw new IllegalStateException("Listener " + this.listenerName + " has stopped");
			}
			if (!isAccepting()) {
				this.serverChannel = bind();
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
		for (EventLoop loop : this.loops) {
			loop.execute(() -> {
				for (EventLoop.Swept member : loop.swept()) {
					((NioServerConnection) member).drain();
				}
			});
		}
	}

	/**
	 * Wait until no connection is open.
	 * @return whether that is so, within the time
	 */
	public boolean awaitNoConnections(Duration timeout) throws InterruptedException {
		return this.slots.awaitAllFree(timeout);
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
		closePort();
		this.loops.forEach(EventLoop::stop);
		try {
			for (EventLoop loop : this.loops) {
				if (!loop.isCurrent() && !loop.awaitEnd(LOOP_END_TIMEOUT)) {
					logger.error(() -> "A loop of listener " + this.listenerName + " has not ended: its service hangs");
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.loops = List.of();
	}

	private void closePort() {
		Acceptor current = this.acceptor;
		ServerSocketChannel channel = this.serverChannel;
		this.acceptor = null;
		this.serverChannel = null;
		this.boundPort = 0;
		if (current != null) {
			current.close(0);
			return;
		}
		try {
			if (channel != null) {
				channel.close();
			}
		}
		catch (IOException ex) {
			logger.warn(ex, () -> "The port of listener " + this.listenerName + " could not be closed");
		}
	}

	/** Do nothing: the event loops do the work. */
	@Override
	public void run() {
	}

	// Connections

	private void accepted(SocketChannel socket) {
		this.observer.accepted();
		InetSocketAddress peer;
		try {
			// First of all: from here on, whatever closes the socket resets it.
			socket.setOption(StandardSocketOptions.SO_LINGER, 0);
			socket.configureBlocking(false);
			peer = (InetSocketAddress) socket.getRemoteAddress();
			applySocketOptions(socket);
		}
		catch (IOException ex) {
			refuse(socket, null, Outcome.RESET_BY_PEER);
			return;
		}
		if (!this.slots.take(peer.getAddress())) {
			this.rejections.warn(() -> "Listener " + this.listenerName
					+ " resets connections over its limits, this from " + peer.getAddress().getHostAddress());
			refuse(socket, peer, Outcome.REJECTED);
			return;
		}
		EventLoop loop = this.loops.get(this.nextLoop);
		this.nextLoop = (this.nextLoop + 1) % this.loops.size();
		if (loop.isCurrent()) {
			adopt(socket, peer, loop);
			return;
		}
		try {
			loop.execute(() -> adopt(socket, peer, loop));
		}
		catch (RejectedExecutionException ex) {
			this.slots.giveBack(peer.getAddress());
			refuse(socket, peer, Outcome.DRAINED);
		}
	}

	private void applySocketOptions(SocketChannel socket) throws IOException {
		// An urgent byte is a byte of the stream (RFC 6093); else it would be lost.
		socket.socket().setOOBInline(true);
		if (isSoTcpNoDelay() || !getDeserializer().isSingleMessage()) {
			// The last segment of a reply must not wait for the acknowledgement of
			// others;
			// where FIN follows at once, it does not.
			socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
		}
		if (getSoSendBufferSize() > 0) {
			socket.setOption(StandardSocketOptions.SO_SNDBUF, getSoSendBufferSize());
		}
		if (isSoKeepAlive()) {
			socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
		}
	}

	private void adopt(SocketChannel socket, InetSocketAddress peer, EventLoop loop) {
		NioServerConnection connection;
		try {
			connection = new NioServerConnection(this, loop, socket, peer, nextId());
			TcpConnectionSupport wrapped = wrapConnection(connection);
			initializeConnection(wrapped, socket.socket());
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			this.failures.error(() -> "Listener " + this.listenerName + " could not set up a connection", ex);
			this.slots.giveBack(peer.getAddress());
			refuse(socket, peer, Outcome.ERROR);
			return;
		}
		connection.begin();
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

	private String nextId() {
		return this.listenerName + "-" + Long.toString(this.lastId.incrementAndGet(), Character.MAX_RADIX);
	}

	/** Reset a socket that never became a connection. */
	private void refuse(SocketChannel socket, @Nullable InetSocketAddress peer, Outcome outcome) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// The descriptor is released all the same.
		}
		ConnectionSummary summary = new ConnectionSummary(nextId(), this.listenerName, peer, 0, 0, 0, Duration.ZERO,
				outcome, false);
		this.observer.closed(summary);
	}

	// What a connection tells and asks

	void connectionClosed(NioServerConnection connection, ConnectionSummary summary) {
		this.connections.remove(connection.getConnectionId());
		this.observer.closed(summary);
		InetSocketAddress peer = summary.peer();
		if (peer != null) {
			this.slots.giveBack(peer.getAddress());
		}
		Acceptor current = this.acceptor;
		if (current != null) {
			current.connectionClosed();
		}
	}

	void connectionFailed(NioServerConnection connection, Throwable failure) {
		this.failures.error(() -> "Connection " + connection.getConnectionId() + " failed", failure);
	}

	void serviceFailed(NioServerConnection connection, Throwable failure) {
		this.failures.error(() -> "The service failed for " + connection.getConnectionId(), failure);
	}

	ListenerObserver observer() {
		return this.observer;
	}

	ConnectionTimeouts timeouts() {
		return this.timeouts;
	}

	MemoryBudget budget() {
		return this.budget;
	}

	@Nullable ServiceGate serviceGate() {
		return this.serviceGate;
	}

}
