package io.tcpecho.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ConnectionDetails;
import io.tcpecho.connection.ConnectionSnapshot;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.Outcome;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.TcpInfo;
import io.tcpecho.nio.ConnectionGateway;
import io.tcpecho.nio.ConnectionOwner;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.ListenerContext;
import io.tcpecho.nio.LoopSocket;
import io.tcpecho.nio.NioServerConnection;
import io.tcpecho.payload.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.ip.IpHeaders;
import org.springframework.integration.ip.tcp.connection.SocketInfo;
import org.springframework.integration.ip.tcp.connection.TcpConnectionSupport;
import org.springframework.integration.ip.tcp.connection.TcpListener;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * An accepted connection as Spring Integration and operators see it: turns messages into
 * Spring messages for the gateway, and the gateway's answers into replies. The work is
 * done by its {@link NioServerConnection}.
 */
final class GatewayServerConnection extends TcpConnectionSupport implements OpenConnection, ConnectionGateway {

	/**
	 * One instant on both clocks. Wall-clock times are derived from it, so the time at
	 * which a connection was opened does not move when the system clock is set.
	 */
	private static final Instant STARTED = Instant.now();

	private static final long STARTED_NANOS = System.nanoTime();

	private final ListenerContext context;

	private final EventLoop loop;

	private final String id;

	private final NioServerConnection connection;

	private final LoopSocket socket;

	private @Nullable Payload payload;

	private @Nullable MessageHeaders messageHeaders;

	/** Take over an accepted socket, on the loop's thread. */
	GatewayServerConnection(ConnectionOwner owner, ListenerContext context, EventLoop loop, SocketChannel channel,
			InetSocketAddress peer, String id) {
		super(context.publisher());
		this.context = context;
		this.loop = loop;
		this.id = id;
		this.connection = new NioServerConnection(owner, context, this, loop, channel, peer, id);
		this.socket = this.connection.socket();
	}

	/** Return the connection itself. */
	NioServerConnection connection() {
		return this.connection;
	}

	// Calls of the connection

	@Override
	public void connectionOpened() {
		publishConnectionOpenEvent();
	}

	@Override
	public @Nullable Message<?> message(Payload payload) {
		this.payload = payload;
		try {
			return getMapper().toMessage(this);
		}
		finally {
			this.payload = null;
		}
	}

	@Override
	public void deliver(@Nullable Message<?> message) {
		TcpListener listener = getListener();
		if (listener == null || message == null) {
			throw new IllegalStateException("No gateway listens to " + this.context.factoryName());
		}
		listener.onMessage(message);
	}

	@Override
	public void connectionFailed(Throwable cause) {
		publishConnectionExceptionEvent(cause);
	}

	@Override
	public void connectionClosed() {
		super.close();
	}

	// Calls of the gateway, on any thread

	/**
	 * Send the reply to the message in service; quietly ignored once the connection is
	 * closed, so that a late reply answers no other message.
	 * @throws IllegalStateException if no message awaits a reply
	 */
	@Override
	public void send(Message<?> message) {
		if (!isOpen()) {
			return;
		}
		Object payload = getMapper().fromMessage(message);
		if (this.loop.isCurrent()) {
			this.connection.reply(payload);
		}
		else {
			this.socket.post(() -> this.socket.attempt(() -> {
				this.connection.reply(payload);
				this.connection.turn();
			}));
		}
	}

	/**
	 * Reset the connection, on its loop: the socket is closed some time after this has
	 * returned.
	 */
	@Override
	public void close() {
		this.socket.post(() -> this.connection.reset(Outcome.CLOSED_BY_OPERATOR));
	}

	/**
	 * Return the payload of the message that is being made. The mapper fetches it, since
	 * the framework's interface has no argument for it.
	 */
	@Override
	public @Nullable Payload getPayload() {
		return this.payload;
	}

	/**
	 * Return the headers of this connection's messages: the stock mapper's, where the
	 * reply goes, and what a proxy has told.
	 */
	MessageHeaders messageHeaders() {
		MessageHeaders headers = this.messageHeaders;
		if (headers == null) {
			String address = getHostAddress();
			InetSocketAddress local = this.socket.localAddress();
			if (local == null) {
				throw new IllegalStateException(getConnectionId() + " is closed");
			}
			Map<String, Object> values = new HashMap<>(
					Map.of(IpHeaders.HOSTNAME, address, IpHeaders.IP_ADDRESS, address, IpHeaders.REMOTE_PORT, getPort(),
							IpHeaders.CONNECTION_ID, getConnectionId(), IpHeaders.LOCAL_ADDRESS, local.getAddress(),
							MessageHeaders.REPLY_CHANNEL, new NioInboundGateway.ReplyChannel()));
			values.put(ConnectionHeader.CONNECTION, this);
			addDetails(values, this.socket.details());
			headers = new ConnectionHeaders(values);
			this.messageHeaders = headers;
		}
		return headers;
	}

	private static void addDetails(Map<String, Object> headers, ConnectionDetails details) {
		ProxyDetails proxy = details.proxy();
		if (proxy != null) {
			headers.put(ConnectionHeader.PROXY, proxy);
		}
		String client = details.client();
		if (client != null) {
			headers.put(ConnectionHeader.CLIENT, client);
		}
	}

	@Override
	public boolean isOpen() {
		return this.socket.isOpen();
	}

	@Override
	public boolean isServer() {
		return true;
	}

	@Override
	public String getConnectionId() {
		return this.id;
	}

	@Override
	public String getConnectionFactoryName() {
		return this.context.factoryName();
	}

	@Override
	public String getHostAddress() {
		return this.socket.peer().getAddress().getHostAddress();
	}

	/** Return the peer's address: names are never looked up. */
	@Override
	public String getHostName() {
		return getHostAddress();
	}

	@Override
	public int getPort() {
		return this.socket.peer().getPort();
	}

	@Override
	public SocketInfo getSocketInfo() {
		return new SocketInfo(this.socket.channel().socket());
	}

	@Override
	public @Nullable Object getDeserializerStateKey() {
		return null;
	}

	@Override
	public @Nullable SSLSession getSslSession() {
		return this.socket.sslSession();
	}

	/** Do nothing: a connection has no thread of its own. */
	@Override
	public void run() {
	}

	// Calls of operators, on any thread

	@Override
	public ConnectionSnapshot snapshot() {
		long now = System.nanoTime();
		return new ConnectionSnapshot(getConnectionId(), this.context.options().name(), this.socket.peer(),
				this.socket.localAddress(), STARTED.plusNanos(this.socket.openedAt() - STARTED_NANOS),
				Duration.ofNanos(now - this.socket.openedAt()),
				Duration.ofNanos(Math.max(0, now - this.socket.lastActiveAt())), this.connection.phase(),
				this.connection.isEnding(), this.socket.bytesIn(), this.socket.bytesOut(), this.connection.messages(),
				this.socket.details());
	}

	@Override
	public @Nullable TcpInfo tcpInfo() {
		return TcpInfo.of(this.socket.channel());
	}

	@Override
	public CompletableFuture<Optional<ConnectionSummary>> end(Close close) {
		CompletableFuture<Optional<ConnectionSummary>> ended = this.loop.submit(() -> endNow(close));
		// A loop that is ending closes its connections itself.
		return ended.exceptionallyCompose((cause) -> (cause instanceof RejectedExecutionException)
				? CompletableFuture.completedFuture(Optional.empty()) : ended);
	}

	private Optional<ConnectionSummary> endNow(Close close) throws IOException {
		if (!isOpen()) {
			return Optional.empty();
		}
		if (close == Close.RESET) {
			this.connection.reset(Outcome.CLOSED_BY_OPERATOR);
		}
		else if (!this.connection.endIfIdle(Outcome.CLOSED_BY_OPERATOR)) {
			throw new UnfinishedMessageException(getConnectionId());
		}
		this.loop.releaseClosedChannels();
		return Optional.ofNullable(this.connection.summary());
	}

	/** Headers of a connection, without a message's id and timestamp. */
	private static final class ConnectionHeaders extends MessageHeaders {

		ConnectionHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
		}

	}

}
