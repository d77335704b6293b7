package io.tcpecho.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import javax.net.ssl.SSLSession;

import io.tcpecho.framing.FrameDecoder;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.framing.FrameSerializer;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.nio.Failure;
import io.tcpecho.nio.NioClientConnection;
import io.tcpecho.payload.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.ip.tcp.connection.SocketInfo;
import org.springframework.integration.ip.tcp.connection.TcpConnectionSupport;
import org.springframework.integration.ip.tcp.connection.TcpListener;
import org.springframework.messaging.Message;

/**
 * A {@link NioClientConnection} as Spring Integration sees it: queues the gateway's
 * messages in the framing of its factory, and cuts replies out of what the server sends.
 *
 * <p>
 * The protocol runs on the connection's loop. Any thread may call the rest.
 */
final class GatewayClientConnection extends TcpConnectionSupport implements NioClientConnection.Protocol {

	private final EventLoop loop;

	private final InetSocketAddress peer;

	private final String id;

	private final NioClientConnectionFactory factory;

	private final CompletableFuture<TcpConnectionSupport> connected;

	private final boolean singleMessage;

	private final FrameDecoder decoder;

	private final NioClientConnection connection;

	private boolean finSent;

	/** Messages sent by the gateway that have no reply yet. */
	private int owedReplies;

	/** The reply that is being handed to the listener. */
	private byte @Nullable [] payload;

	/** The reason why it was closed, for calls that come after the close. */
	private volatile @Nullable IOException closeCause;

	/**
	 * Open a socket, on its loop's thread; {@link #connect} comes next.
	 * @param connected is completed with the connection, or with the reason why there is
	 * none
	 * @throws IOException if this machine has no socket to give
	 */
	GatewayClientConnection(EventLoop loop, InetSocketAddress peer, String id, NioClientConnectionFactory factory,
			CompletableFuture<TcpConnectionSupport> connected) throws IOException {
		super(factory.getApplicationEventPublisher());
		this.loop = loop;
		this.peer = peer;
		this.id = id;
		this.factory = factory;
		this.connected = connected;
		FrameDeserializer deserializer = (FrameDeserializer) factory.getDeserializer();
		this.singleMessage = deserializer.isSingleMessage();
		this.decoder = deserializer.newDecoder();
		this.connection = NioClientConnection.open(loop, peer, null, factory.layers(), this);
	}

	/**
	 * Connect, on the loop's thread.
	 * @param deadline the {@link System#nanoTime()} by which it must be connected
	 */
	void connect(long deadline) {
		this.connection.deadline(deadline);
		this.connection.connect();
	}

	// Calls of the connection

	@Override
	public void connected() {
		this.connection.deadline(NioClientConnection.NO_DEADLINE);
		TcpConnectionSupport prepared = this.factory.prepare(this, this.connection.channel().socket());
		publishConnectionOpenEvent();
		this.connected.complete(prepared);
	}

	@Override
	public void written(int count) {
	}

	@Override
	public void finSent() {
		this.finSent = true;
	}

	@Override
	public void received(ByteBuffer bytes) throws IOException {
		while (bytes.hasRemaining()) {
			if (this.decoder.decode(bytes)) {
				deliver(this.decoder.take().toByteArray());
			}
		}
	}

	@Override
	public void finReceived() throws IOException {
		if (this.singleMessage && this.finSent) {
			// Where FIN ends a message, it also ends an empty one.
			deliver(this.decoder.take().toByteArray());
			this.connection.finish();
			super.close();
		}
		else {
			this.connection.finish();
			fail(new EOFException("The server has closed the connection"));
		}
	}

	@Override
	public void failed(Failure kind, IOException cause) {
		fail(cause);
	}

	/**
	 * Hand a reply to the listener.
	 * @throws IOException if no message was sent that this could be the reply to
	 */
	private void deliver(byte[] message) throws IOException {
		if (this.owedReplies == 0) {
			// The next caller would take it for the reply to another message.
			throw new IOException("The server sent a message that is the reply to no other");
		}
		this.owedReplies--;
		TcpListener listener = getListener();
		this.payload = message;
		try {
			Message<?> mapped = getMapper().toMessage(this);
			if (listener != null && mapped != null) {
				listener.onMessage(mapped);
			}
		}
		finally {
			this.payload = null;
		}
	}

	/**
	 * Report why no reply will come; if none is owed, the listener ignores the report.
	 */
	private void fail(IOException cause) {
		// Before the listener is told: see send().
		this.closeCause = cause;
		try {
			if (!this.connected.completeExceptionally(cause)) {
				publishConnectionExceptionEvent(cause);
				sendExceptionToListener(cause);
			}
		}
		finally {
			super.close();
		}
	}

	// Calls of the gateway, on any thread

	/**
	 * Queue a message in the framing of the factory, and read from now on. A later
	 * failure is reported to the listener only, so the listener must expect the reply
	 * before this call.
	 * @throws UncheckedIOException if the connection is closed already, with the reason
	 */
	@Override
	public void send(Message<?> message) {
		failIfClosed();
		FrameSerializer serializer = (FrameSerializer) getSerializer();
		byte[] bytes = bytes(getMapper().fromMessage(message));
		byte[] header = serializer.header(bytes.length);
		post(() -> {
			this.owedReplies++;
			this.connection.read();
			this.connection.write(header, bytes, serializer.trailer());
		});
	}

	/** Return the bytes to send: a flow may pass on the message of a server. */
	private static byte[] bytes(@Nullable Object payload) {
		if (payload instanceof Payload message) {
			return message.toByteArray();
		}
		if (payload instanceof byte[] bytes) {
			return bytes;
		}
		throw new IllegalArgumentException(
				"The payload of a message is " + ((payload != null) ? "a " + payload.getClass().getName() : "null")
						+ ", and must be a byte[] or a Payload");
	}

	/**
	 * Send FIN after what was sent so far.
	 * @throws UncheckedIOException if the connection is closed already, with the reason
	 */
	@Override
	public void shutdownOutput() {
		failIfClosed();
		post(this.connection::finishOutput);
	}

	private void failIfClosed() {
		IOException cause = this.closeCause;
		if (cause != null) {
			throw new UncheckedIOException("The connection is closed: " + cause.getMessage(), cause);
		}
	}

	/** Reset the connection, some time after this has returned. */
	@Override
	public void close() {
		post(() -> {
			if (isOpen()) {
				this.connection.abort();
				super.close();
			}
		});
	}

	/** Run a task on the loop; if the loop has ended, so has the connection. */
	private void post(Runnable task) {
		try {
			this.loop.execute(task);
		}
		catch (RejectedExecutionException ex) {
			super.close();
		}
	}

	/**
	 * Return the reply that is being delivered. The mapper fetches it, since the
	 * framework's interface has no argument for it.
	 */
	@Override
	public byte @Nullable [] getPayload() {
		return this.payload;
	}

	@Override
	public boolean isOpen() {
		return this.connection.isOpen();
	}

	@Override
	public boolean isServer() {
		return false;
	}

	@Override
	public String getConnectionId() {
		return this.id;
	}

	@Override
	public String getConnectionFactoryName() {
		return this.factory.getComponentName();
	}

	@Override
	public String getHostAddress() {
		return this.peer.getAddress().getHostAddress();
	}

	/** Return the peer's address: names are never looked up. */
	@Override
	public String getHostName() {
		return getHostAddress();
	}

	@Override
	public int getPort() {
		return this.peer.getPort();
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
		return null;
	}

	/** Do nothing: a connection has no thread of its own. */
	@Override
	public void run() {
	}

}
