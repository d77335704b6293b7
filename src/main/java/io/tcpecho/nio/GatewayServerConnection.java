package io.tcpecho.nio;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ConnectionSnapshot;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.OpenConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.integration.ip.IpHeaders;
import org.springframework.integration.ip.tcp.connection.SocketInfo;
import org.springframework.integration.ip.tcp.connection.TcpConnectionSupport;
import org.springframework.integration.ip.tcp.connection.TcpListener;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * An accepted connection as Spring Integration sees it: turns messages into Spring
 * messages for the gateway, and the gateway's answers into replies. The work is done by
 * its {@link NioServerConnection}.
 */
final class GatewayServerConnection extends TcpConnectionSupport implements OpenConnection, NioServerConnection.Gateway {

	private final NioServerConnection connection;

	private final String factoryName;

	private @Nullable MessageHeaders messageHeaders;

	/**
	 * Create the view of a connection.
	 * @param connector makes the connection that uses this view
	 */
	GatewayServerConnection(String factoryName, @Nullable ApplicationEventPublisher publisher, Connector connector) {
		super(publisher);
		this.factoryName = factoryName;
		this.connection = connector.connect(this);
	}

	/** Return the connection itself. */
	NioServerConnection connection() {
		return this.connection;
	}

	// What the connection tells

	@Override
	public void connectionOpened() {
		publishConnectionOpenEvent();
	}

	/** Return the message in service as a Spring message. */
	@Override
	public @Nullable Message<?> message() {
		return getMapper().toMessage(this);
	}

	@Override
	public void deliver(@Nullable Message<?> message) {
		TcpListener listener = getListener();
		if (listener == null || message == null) {
			throw new IllegalStateException("No gateway listens to " + this.factoryName);
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

	// What the gateway calls, on any thread

	/**
	 * Send the reply to the message in service; quietly ignored once the connection is
	 * closed, so that a late reply answers no other message.
	 * @throws IllegalStateException if no message awaits a reply
	 */
	@Override
	public void send(Message<?> message) {
		if (isOpen()) {
			this.connection.reply(getMapper().fromMessage(message));
		}
	}

	/**
	 * Reset the connection, on its loop: the socket is closed some time after this has
	 * returned.
	 */
	@Override
	public void close() {
		this.connection.close();
	}

	/**
	 * Return the message in service. The mapper fetches it while the connection hands it
	 * over, since the framework's interface has no argument for it.
	 */
	@Override
	public byte @Nullable [] getPayload() {
		return this.connection.messageInService();
	}

	/**
	 * Return the headers of this connection's messages: the stock mapper's, and where the
	 * reply goes.
	 */
	MessageHeaders messageHeaders() {
		MessageHeaders headers = this.messageHeaders;
		if (headers == null) {
			String address = getHostAddress();
			InetSocketAddress local = this.connection.localAddress();
			if (local == null) {
				throw new IllegalStateException(getConnectionId() + " is closed");
			}
			headers = new ConnectionHeaders(
					Map.of(IpHeaders.HOSTNAME, address, IpHeaders.IP_ADDRESS, address, IpHeaders.REMOTE_PORT, getPort(),
							IpHeaders.CONNECTION_ID, getConnectionId(), IpHeaders.LOCAL_ADDRESS, local.getAddress(),
							MessageHeaders.REPLY_CHANNEL, new NioInboundGateway.ReplySlot()));
			this.messageHeaders = headers;
		}
		return headers;
	}

	@Override
	public boolean isOpen() {
		return this.connection.isOpen();
	}

	@Override
	public boolean isServer() {
		return true;
	}

	@Override
	public String getConnectionId() {
		return this.connection.id();
	}

	@Override
	public String getConnectionFactoryName() {
		return this.factoryName;
	}

	@Override
	public String getHostAddress() {
		return this.connection.peer().getAddress().getHostAddress();
	}

	/** Return the peer's address: names are never looked up. */
	@Override
	public String getHostName() {
		return getHostAddress();
	}

	@Override
	public int getPort() {
		return this.connection.peer().getPort();
	}

	@Override
	public SocketInfo getSocketInfo() {
		return new SocketInfo(this.connection.channel().socket());
	}

	@Override
	public @Nullable Object getDeserializerStateKey() {
		return null;
	}

	@Override
	public @Nullable SSLSession getSslSession() {
		return this.connection.sslSession();
	}

	/** Do nothing: a connection has no thread of its own. */
	@Override
	public void run() {
	}

	// What operators ask

	@Override
	public ConnectionSnapshot snapshot() {
		return this.connection.snapshot();
	}

	@Override
	public CompletableFuture<Optional<ConnectionSummary>> end(Ending ending) {
		return this.connection.end(ending);
	}

	/** Makes the connection behind a view. */
	interface Connector {

		/** Return a connection whose messages go to this gateway. */
		NioServerConnection connect(NioServerConnection.Gateway gateway);

	}

	/** Headers of a connection, without a message's id and timestamp. */
	private static final class ConnectionHeaders extends MessageHeaders {

		ConnectionHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
		}

	}

}
