package io.tcpecho.nio;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;

import io.tcpecho.framing.FrameSerializer;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.integration.ip.tcp.connection.TcpListener;
import org.springframework.messaging.Message;

/**
 * A connection that this side opens: it connects without blocking, writes what is queued,
 * half-closes after that, reads when it is asked to, and tells an {@link Observer} what
 * happens on the wire.
 *
 * <p>
 * It is opened and used on its loop's thread; only what {@link TcpListener}s and gateways
 * call ({@link #send}, {@link #shutdownOutput()}, {@link #close()}) may come from
 * anywhere.
 *
 * <p>
 * A turn: connect, write, read if there is something, and write what the observer has
 * queued meanwhile. What the observer asks for during a turn is done by this turn, at
 * other times by one of its own.
 *
 * <p>
 * Ends: only {@link #finish()} ends it with FIN. All else, a failure, a passed deadline,
 * {@link #abort()} and the death of the process included, resets it.
 */
public final class NioClientConnection extends NioConnection {

	/** So many buffers are read, or written, before other connections have their turn. */
	private static final int MAX_BUFFERS_IN_A_TURN = 2;

	private static final ApplicationEventPublisher NOBODY = (event) -> {
	};

	private Observer observer;

	private boolean inTurn;

	private boolean connected;

	/** Whether the observer knows that it is connected. */
	private boolean announced;

	private boolean reading;

	/** Whether there may be bytes to read. */
	private boolean readable;

	/** Whether TCP_NODELAY is set. */
	private boolean undelayed;

	/** Whether FIN follows the queued bytes. */
	private boolean finQueued;

	private boolean finSent;

	private boolean finReceived;

	private boolean hurried;

	private long deadline;

	/** Messages sent by a gateway that have no reply yet. */
	private int owedReplies;

	/** The reply that is being handed to a listener. */
	private byte @Nullable [] payload;

	/** Why it was closed, for callers that come too late to be told. */
	private volatile @Nullable IOException failure;

	private NioClientConnection(EventLoop loop, SocketChannel channel, InetSocketAddress peer, Identity identity,
			Observer observer) {
		super(loop, channel, peer, identity.id(), identity.factoryName(), identity.publisher());
		this.observer = observer;
	}

	/**
	 * Open a socket that no connection factory knows of; {@link #connect()} comes next.
	 * @param loop the current loop
	 * @param peer where to connect to, resolved
	 * @param local the address and port to connect from, or null for the system's choice;
	 * may be in use for connections to elsewhere
	 * @param observer whom to tell
	 * @throws IOException if this machine has no such socket to give
	 */
	public static NioClientConnection open(EventLoop loop, InetSocketAddress peer, @Nullable InetSocketAddress local,
			Observer observer) throws IOException {
		return open(loop, peer, local, new Identity("client", "client", NOBODY), observer);
	}

	static NioClientConnection open(EventLoop loop, InetSocketAddress peer, @Nullable InetSocketAddress local,
			Identity identity, Observer observer) throws IOException {
		boolean ipv4 = peer.getAddress() instanceof Inet4Address;
		try {
			SocketChannel channel = SocketChannel
				.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
			try {
				channel.configureBlocking(false);
				// From here on, whatever closes the socket resets it.
				channel.setOption(StandardSocketOptions.SO_LINGER, 0);
				if (local != null) {
					// Else a named port cannot be taken while its last connection is in
					// TIME_WAIT.
					channel.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(local);
				}
				return new NioClientConnection(loop, channel, peer, identity, observer);
			}
			catch (IOException | RuntimeException ex) {
				channel.close();
				throw ex;
			}
		}
		catch (UnsupportedOperationException | UnsupportedAddressTypeException ex) {
			throw new IOException("This Java runtime has no " + (ipv4 ? "IPv4" : "IPv6"), ex);
		}
	}

	/** Connect; the observer is told how that ended, perhaps before this returns. */
	public void connect() {
		loop().join(this);
		proceed(() -> this.connected = channel().connect(peer()));
	}

	/** Tell somebody else from now on. */
	public void observe(Observer observer) {
		this.observer = observer;
	}

	/**
	 * Queue bytes, which from now on must not change.
	 * @throws IllegalStateException after {@link #finishOutput()}
	 */
	public void write(byte[]... parts) {
		if (this.finQueued) {
			throw new IllegalStateException("FIN is queued already");
		}
		proceed(() -> {
			for (byte[] part : parts) {
				output().add(part);
			}
		});
	}

	/** Send FIN after the bytes queued so far. */
	public void finishOutput() {
		proceed(() -> this.finQueued = true);
	}

	/** Read from now on, and thereby notice how the peer ends the connection. */
	public void read() {
		proceed(() -> this.reading = true);
	}

	/**
	 * Let the connection fail with a {@link SocketTimeoutException} if it is open then,
	 * give or take a sweep interval of the loop. Bytes that have arrived are read before.
	 * @param deadline a {@link System#nanoTime()}
	 */
	public void deadline(long deadline) {
		this.deadline = deadline;
		this.hurried = true;
	}

	/** Let it take any time from now on. */
	public void noDeadline() {
		this.hurried = false;
	}

	/** Close it with FIN, or without another word if both sides have sent theirs. */
	public void finish() {
		if (!this.finSent || !this.finReceived) {
			disarmReset();
		}
		release();
	}

	/** Close it with RST. The observer is told nothing more. */
	public void abort() {
		release();
	}

	private void release() {
		if (closeSocket()) {
			announceClose();
		}
	}

	// A turn

	/** Do something, in a turn of its own if this is not called within one. */
	private void proceed(Step step) {
		if (!isOpen()) {
			return;
		}
		try {
			step.run();
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			failed(ex);
		}
		if (!this.inTurn && isOpen()) {
			continueTurn();
		}
	}

	@Override
	public void ready(int readyOps) throws IOException {
		this.readable = (readyOps & SelectionKey.OP_READ) != 0;
		turn();
	}

	@Override
	void turn() throws IOException {
		this.inTurn = true;
		try {
			if (isConnected()) {
				writeOut();
				if (this.readable) {
					this.readable = false;
					readIn();
					writeOut();
				}
			}
		}
		finally {
			this.inTurn = false;
		}
		if (isOpen()) {
			awaitEvents();
		}
	}

	private boolean isConnected() throws IOException {
		if (!isOpen() || !(this.connected || channel().finishConnect())) {
			return false;
		}
		if (!this.announced) {
			this.announced = true;
			this.connected = true;
			this.observer.connected();
		}
		return isOpen();
	}

	private void writeOut() throws IOException {
		try {
			if (!output().isEmpty() && !this.finQueued && !this.undelayed) {
				// The last segment must not wait for the acknowledgement of others; where
				// FIN follows at once, it does not.
				this.undelayed = true;
				channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
			}
			for (int i = 0; i < MAX_BUFFERS_IN_A_TURN && isOpen() && !output().isEmpty(); i++) {
				int count = transmit();
				if (count == 0) {
					return;
				}
				this.observer.written(count);
			}
			if (isOpen() && this.finQueued && !this.finSent && output().isEmpty()) {
				channel().shutdownOutput();
				this.finSent = true;
				this.observer.finSent();
			}
		}
		catch (IOException ex) {
			readWhatCameBefore(ex);
			throw ex;
		}
	}

	/**
	 * Read what came before a reset that a write has met: the kernel keeps it, but what
	 * it says after that is no FIN.
	 */
	private void readWhatCameBefore(IOException reset) {
		try {
			ByteBuffer in = loop().buffer();
			while (this.reading && !this.finReceived && isOpen() && receive(in) > 0) {
				this.observer.received(in.flip());
				in = loop().buffer();
			}
		}
		catch (IOException ex) {
			reset.addSuppressed(ex);
		}
	}

	private void readIn() throws IOException {
		for (int i = 0; i < MAX_BUFFERS_IN_A_TURN && isOpen() && this.reading && !this.finReceived; i++) {
			ByteBuffer in = loop().buffer();
			int count = receive(in);
			if (count < 0) {
				this.finReceived = true;
				this.observer.finReceived();
			}
			else if (count == 0) {
				return;
			}
			else {
				boolean full = !in.hasRemaining();
				this.observer.received(in.flip());
				if (!full && !this.finSent) {
					// After our FIN another look pays: the peer's is likely to be there.
					return;
				}
			}
		}
	}

	private void awaitEvents() throws IOException {
		if (!this.connected) {
			interest(SelectionKey.OP_CONNECT);
		}
		else {
			interest((output().isEmpty() ? 0 : SelectionKey.OP_WRITE)
					| ((this.reading && !this.finReceived) ? SelectionKey.OP_READ : 0));
		}
	}

	// Failures

	@Override
	public void sweep() throws IOException {
		if (!isOverdue()) {
			return;
		}
		// What arrived during a pause of this process counts.
		long before;
		do {
			before = bytesIn();
			this.readable = true;
			turn();
		}
		while (isOpen() && bytesIn() - before >= MAX_BUFFERS_IN_A_TURN * EventLoop.BUFFER_SIZE_IN_BYTES);
		if (isOpen() && isOverdue()) {
			failed(new SocketTimeoutException("The deadline has passed"));
		}
	}

	private boolean isOverdue() {
		return this.hurried && loop().now() - this.deadline >= 0;
	}

	@Override
	public void failed(Throwable failure) {
		if (!isOpen()) {
			return;
		}
		IOException cause = (failure instanceof IOException ex) ? ex
				: new IOException("The client failed: " + failure, failure);
		// Before it is seen to be closed: see send().
		this.failure = cause;
		closeSocket();
		try {
			this.observer.failed(cause);
		}
		finally {
			announceClose();
		}
	}

	@Override
	public void loopEnds() {
		failed(new IllegalStateException("the event loop has ended"));
	}

	// What a gateway calls, on any thread

	/**
	 * Queue a message in the framing of the factory, and read from now on. What fails
	 * afterwards is told to the listener only, which must know by now what to expect.
	 * @throws UncheckedIOException if the connection is closed already, with the reason
	 */
	@Override
	public void send(Message<?> message) {
		failIfClosed();
		FrameSerializer serializer = (FrameSerializer) getSerializer();
		if (!(getMapper().fromMessage(message) instanceof byte[] bytes)) {
			throw new IllegalArgumentException("The payload of a message must be a byte[]");
		}
		byte[] header = serializer.header(bytes.length);
		post(() -> {
			this.owedReplies++;
			read();
			write(header, bytes, serializer.trailer());
		});
	}

	/**
	 * Send FIN after what was sent so far.
	 * @throws UncheckedIOException if the connection is closed already, with the reason
	 */
	@Override
	public void shutdownOutput() {
		failIfClosed();
		post(this::finishOutput);
	}

	private void failIfClosed() {
		IOException cause = this.failure;
		if (cause != null) {
			throw new UncheckedIOException("The connection is closed: " + cause.getMessage(), cause);
		}
	}

	/** Reset the connection, some time after this has returned. */
	@Override
	public void close() {
		post(this::abort);
	}

	// What its connection factory calls, on the loop's thread

	/** Publish that it is open. */
	void announceOpen() {
		publishConnectionOpenEvent();
	}

	/**
	 * Hand a reply to the listener.
	 * @throws IOException if nobody has sent a message that this could be the reply to
	 */
	void deliver(byte[] message) throws IOException {
		if (this.owedReplies == 0) {
			// The next caller would take it for the reply to another message.
			throw new IOException("The server sent a message that nobody asked for");
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

	/** Close it with FIN, since the peer has, and tell the listener if that waits. */
	void endedByPeer() {
		disarmReset();
		failed(new EOFException("The server has closed the connection"));
	}

	/** Tell the listener why no reply will come; if none is owed, it ignores that. */
	void tell(IOException cause) {
		publishConnectionExceptionEvent(cause);
		sendExceptionToListener(cause);
	}

	@Override
	public byte @Nullable [] getPayload() {
		return this.payload;
	}

	@Override
	public boolean isServer() {
		return false;
	}

	/**
	 * Is told what happens on the wire, in its order and on the loop's thread.
	 * {@link #failed} is the last it is told, and is not told after
	 * {@link NioClientConnection#finish()} or {@link NioClientConnection#abort()}.
	 */
	public interface Observer {

		/** The connection is established. */
		void connected();

		/** The kernel took so many of the queued bytes. */
		void written(int count);

		/** FIN was handed to the kernel, after all queued bytes. */
		void finSent();

		/**
		 * Bytes arrived.
		 * @param bytes valid during this call only
		 * @throws IOException if they are wrong, which fails the connection
		 */
		void received(ByteBuffer bytes) throws IOException;

		/**
		 * The peer's FIN arrived.
		 * @throws IOException if it came too soon, which fails the connection
		 */
		void finReceived() throws IOException;

		/** The connection could not be established, was reset, or ran out of time. */
		void failed(IOException cause);

	}

	/** Who a connection is for Spring Integration. */
	record Identity(String id, String factoryName, @Nullable ApplicationEventPublisher publisher) {

	}

	private interface Step {

		void run() throws IOException;

	}

}
