package io.tcpecho.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;

import io.tcpecho.wire.ClientSockets;
import io.tcpecho.wire.Wire;
import io.tcpecho.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that this side opens: it connects without blocking, writes the queued
 * bytes, half-closes after that, reads when it is asked to, and is driven by a
 * {@link Protocol}, which learns what happens on the wire.
 *
 * <p>
 * It is opened and used on its loop's thread; any thread may ask {@link #isOpen()}.
 *
 * <p>
 * A turn: connect, read if there is something, and write, what the protocol has queued
 * meanwhile included. What the protocol asks for during a turn is done by this turn, at
 * other times by one of its own. Reading comes first because only a read tells a reset
 * from another error (see {@link SystemErrors}).
 *
 * <p>
 * Ends: only {@link #finish()} ends it with FIN. Every other end resets it: a failure, a
 * passed deadline, {@link #abort()} or the end of the process.
 */
public final class NioClientConnection implements LoopSocket.User {

	/** The deadline of a connection that may take any time. */
	public static final long NO_DEADLINE = Long.MIN_VALUE;

	/** So many buffers are read, or written, before other connections have their turn. */
	private static final int MAX_BUFFERS_IN_A_TURN = 2;

	private final EventLoop loop;

	private final LoopSocket socket;

	/** Whether an event of the socket may stand for the other direction of the wire. */
	private final boolean layered;

	private Protocol protocol;

	private Stage stage = Stage.CONNECTING;

	private boolean inTurn;

	private boolean reading;

	/** Whether there may be bytes to read. */
	private boolean readable;

	private boolean noDelaySet;

	/** Whether FIN follows the queued bytes. */
	private boolean finQueued;

	private boolean finSent;

	private boolean finReceived;

	private long deadline = NO_DEADLINE;

	private long alarm = NO_DEADLINE;

	private @Nullable Object attachment;

	private NioClientConnection(EventLoop loop, SocketChannel channel, InetSocketAddress peer, List<Wire.Layer> layers,
			Protocol protocol) {
		this.loop = loop;
		this.socket = new LoopSocket(loop, channel, peer, "", layers, this);
		this.layered = !layers.isEmpty();
		this.protocol = protocol;
	}

	/**
	 * Open a socket; {@link #connect()} comes next.
	 * @param loop the current loop
	 * @param peer where to connect to, resolved
	 * @param local the address and port to connect from, or null for the system's choice;
	 * may be in use for connections to elsewhere
	 * @param protocol drives the connection
	 * @throws IOException if this machine has no such socket to give
	 */
	public static NioClientConnection open(EventLoop loop, InetSocketAddress peer, @Nullable InetSocketAddress local,
			Protocol protocol) throws IOException {
		return open(loop, peer, local, List.of(), protocol);
	}

	/**
	 * Open a socket whose bytes pass through layers.
	 * @param layers the innermost first
	 * @throws IOException if this machine has no such socket to give
	 */
	public static NioClientConnection open(EventLoop loop, InetSocketAddress peer, @Nullable InetSocketAddress local,
			List<Wire.Layer> layers, Protocol protocol) throws IOException {
		SystemErrors.prepare();
		return new NioClientConnection(loop, ClientSockets.open(peer, local), peer, layers, protocol);
	}

	/** Connect; the protocol learns how that ended, perhaps before this returns. */
	public void connect() {
		this.socket.join();
		proceed(this::beginToConnect);
	}

	/** Let another protocol drive the connection from now on. */
	public void handTo(Protocol next) {
		this.protocol = next;
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
				this.socket.output().add(part);
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
	 * Read from now on, and look first whether something is there, which no event may
	 * have told of yet: it is read before anything is written.
	 */
	public void readBeforeWriting() {
		this.readable = true;
		read();
	}

	/** Leave in the kernel what comes from now on, the end of the connection included. */
	public void stopReading() {
		proceed(() -> this.reading = false);
	}

	/**
	 * Call {@link Protocol#alarm()} once, if the connection is open then, give or take a
	 * sweep interval of the loop.
	 * @param time a {@link System#nanoTime()}, or {@link #NO_DEADLINE} for never
	 */
	public void alarm(long time) {
		this.alarm = time;
	}

	/**
	 * Let the connection fail with a {@link Failure#TIMEOUT} if it is open then, give or
	 * take a sweep interval of the loop. Bytes that have arrived are read before.
	 * @param deadline a {@link System#nanoTime()}, or {@link #NO_DEADLINE}
	 */
	public void deadline(long deadline) {
		this.deadline = deadline;
	}

	/**
	 * Close it with FIN, or without a further segment if both sides have sent FIN
	 * already. (With layers, the end of a stream may have come before its FIN.)
	 */
	public void finish() {
		if (!this.finSent || !this.finReceived || this.layered) {
			endOutput();
			this.socket.disarmReset();
		}
		this.socket.close();
	}

	/**
	 * Let the wire announce the end of the output, as far as the socket takes that at
	 * once.
	 */
	private void endOutput() {
		try {
			this.socket.endOutput();
		}
		catch (IOException ex) {
			// The peer has reset the connection already.
		}
	}

	/** Close it with RST. The protocol is told nothing more. */
	public void abort() {
		this.socket.close();
	}

	/** Return whether its socket is open, connected or not. */
	public boolean isOpen() {
		return this.socket.isOpen();
	}

	/** Return the address of this side; null if it is not connected or closed. */
	public @Nullable InetSocketAddress localAddress() {
		return this.socket.localAddress();
	}

	/** Return the address that it was opened to. */
	public InetSocketAddress peer() {
		return this.socket.peer();
	}

	/** Keep something with the connection for the protocols that come later. */
	public void attach(@Nullable Object attachment) {
		this.attachment = attachment;
	}

	/** Return what was kept with the connection, null if nothing was. */
	public @Nullable Object attachment() {
		return this.attachment;
	}

	/** Return its socket, to ask for addresses and set options. */
	public SocketChannel channel() {
		return this.socket.channel();
	}

	// A turn

	/** Do something, in a turn of its own if this is not called within one. */
	private void proceed(Runnable step) {
		if (!isOpen()) {
			return;
		}
		step.run();
		if (!this.inTurn && isOpen()) {
			this.socket.continueTurn();
		}
	}

	@Override
	public void ready(int readyOps) throws IOException {
		this.readable = this.layered || (readyOps & SelectionKey.OP_READ) != 0;
		turn();
	}

	@Override
	public void turn() throws IOException {
		this.inTurn = true;
		try {
			if (isConnected()) {
				if (this.readable || this.layered || this.socket.holdsInput()) {
					this.readable = false;
					readIn();
				}
				writeOut();
			}
		}
		finally {
			this.inTurn = false;
		}
		if (isOpen()) {
			if (this.reading && this.socket.holdsInput()) {
				this.socket.postTurn();
			}
			awaitEvents();
		}
	}

	private void beginToConnect() {
		try {
			if (channel().connect(this.socket.peer())) {
				this.stage = Stage.ESTABLISHED;
			}
		}
		catch (IOException ex) {
			fail(SystemErrors.ofConnect(ex), ex);
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private boolean isConnected() {
		try {
			if (this.stage == Stage.CONNECTING && isOpen() && channel().finishConnect()) {
				this.stage = Stage.ESTABLISHED;
			}
		}
		catch (IOException ex) {
			fail(SystemErrors.ofConnect(ex), ex);
		}
		if (this.stage == Stage.ESTABLISHED && isOpen()) {
			this.stage = Stage.ANNOUNCED;
			announce();
		}
		return this.stage == Stage.ANNOUNCED && isOpen();
	}

	/** Let the protocol begin, and the wire send its first bytes. */
	private void announce() {
		this.protocol.connected();
		try {
			if (isOpen()) {
				this.socket.flush();
			}
		}
		catch (IOException ex) {
			fail(SystemErrors.ofWrite(ex), ex);
		}
	}

	private void readIn() throws IOException {
		for (int i = 0; i < MAX_BUFFERS_IN_A_TURN && isOpen() && this.reading && !this.finReceived; i++) {
			ByteBuffer in = this.loop.buffer();
			int count;
			try {
				count = this.socket.receive(in);
			}
			catch (IOException ex) {
				fail(SystemErrors.ofRead(ex), ex);
				return;
			}
			if (count < 0) {
				this.finReceived = true;
				this.protocol.finReceived();
			}
			else if (count == 0) {
				return;
			}
			else {
				boolean full = !in.hasRemaining();
				this.protocol.received(in.flip());
				if (!full && !this.finSent) {
					// After our FIN a second read pays: the peer's FIN is likely to be
					// there.
					return;
				}
			}
		}
	}

	private void writeOut() {
		try {
			if (isOpen() && !this.socket.isWritten() && (!this.finQueued || this.layered) && !this.noDelaySet) {
				// The last segment must not wait for the acknowledgement of others; where
				// FIN follows at once, it does not. Layers have segments of their own.
				this.noDelaySet = true;
				channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
			}
			for (int i = 0; i < MAX_BUFFERS_IN_A_TURN && isOpen() && !this.socket.isWritten(); i++) {
				int count = this.socket.transmit();
				if (count == 0) {
					break;
				}
				this.protocol.written(count);
			}
			if (isOpen() && this.finQueued && !this.finSent && this.socket.isWritten() && this.socket.endOutput()) {
				if (this.socket.isEndedByFin()) {
					channel().shutdownOutput();
				}
				this.finSent = true;
				this.protocol.finSent();
			}
		}
		catch (IOException ex) {
			readWhatCameBefore(ex);
			fail(SystemErrors.ofWrite(ex), ex);
		}
	}

	/**
	 * Read the bytes that came before a reset that a write has met. The kernel still has
	 * them, but an end of the stream behind them is that of the reset and no FIN.
	 */
	private void readWhatCameBefore(IOException reset) {
		try {
			ByteBuffer in = this.loop.buffer();
			while (this.reading && !this.finReceived && isOpen() && this.socket.receive(in) > 0) {
				this.protocol.received(in.flip());
				in = this.loop.buffer();
			}
		}
		catch (IOException ex) {
			reset.addSuppressed(ex);
		}
	}

	private void awaitEvents() throws IOException {
		if (this.stage == Stage.CONNECTING) {
			this.socket.interest(SelectionKey.OP_CONNECT);
		}
		else {
			this.socket.interest((this.socket.isWritten() ? 0 : SelectionKey.OP_WRITE)
					| ((this.reading && !this.finReceived) ? SelectionKey.OP_READ : 0));
		}
	}

	// Failures

	@Override
	public void sweep() throws IOException {
		if (this.alarm != NO_DEADLINE && this.loop.now() - this.alarm >= 0) {
			this.alarm = NO_DEADLINE;
			this.protocol.alarm();
		}
		if (!isOverdue()) {
			return;
		}
		// Bytes that arrived during a pause of this process are in time.
		long before;
		do {
			before = this.socket.bytesIn();
			this.readable = true;
			turn();
		}
		while (isOpen() && this.socket.bytesIn() - before >= MAX_BUFFERS_IN_A_TURN * EventLoop.BUFFER_SIZE_IN_BYTES);
		if (isOpen() && isOverdue()) {
			this.protocol.timeIsOver();
			fail(Failure.TIMEOUT, new SocketTimeoutException("The deadline has passed"));
		}
	}

	private boolean isOverdue() {
		return this.deadline != NO_DEADLINE && this.loop.now() - this.deadline >= 0;
	}

	/** Fail for a reason of this side: system calls of the socket call {@link #fail}. */
	@Override
	public void failed(Throwable cause) {
		fail(Failure.LOCAL,
				(cause instanceof IOException ex) ? ex : new IOException("The client failed: " + cause, cause));
	}

	private void fail(Failure kind, IOException cause) {
		if (cause instanceof WireException ex && ex.isFin()) {
			this.socket.disarmReset();
		}
		if (this.socket.close()) {
			this.protocol.failed(kind, cause);
		}
	}

	@Override
	public void loopEnds() {
		failed(new IllegalStateException("the event loop has ended"));
	}

	@Override
	public void postpone(long nanos) {
		if (this.deadline != NO_DEADLINE) {
			this.deadline += nanos;
		}
		if (this.alarm != NO_DEADLINE) {
			this.alarm += nanos;
		}
	}

	/** Do nothing: a client knows the peer it has connected to. */
	@Override
	public void peerNamed(InetSocketAddress client) {
	}

	/** The stages of a connection. */
	private enum Stage {

		/** The peer has not answered the SYN. */
		CONNECTING,

		/** It is established, and the protocol does not know yet. */
		ESTABLISHED,

		/** The protocol drives it. */
		ANNOUNCED

	}

	/**
	 * Drives a connection: it learns what happens on the wire, in its order and on the
	 * loop's thread, and says what the connection does next. {@link #failed} is the last
	 * call, and does not come after {@link NioClientConnection#finish()} or
	 * {@link NioClientConnection#abort()}.
	 */
	public interface Protocol {

		/** The connection is established. */
		void connected();

		/** The kernel took so many of the queued bytes. */
		void written(int count);

		/**
		 * FIN was handed to the kernel, after all queued bytes; or the end of the stream
		 * in the words of a layer that sends no FIN.
		 */
		void finSent();

		/**
		 * Bytes arrived.
		 * @param bytes valid during this call only
		 * @throws IOException if they are wrong, which fails the connection as
		 * {@link Failure#LOCAL}
		 */
		void received(ByteBuffer bytes) throws IOException;

		/**
		 * The peer's FIN arrived.
		 * @throws IOException if it came too soon, which fails the connection as
		 * {@link Failure#LOCAL}
		 */
		void finReceived() throws IOException;

		/** It is the time that {@link NioClientConnection#alarm(long)} has named. */
		default void alarm() {
		}

		/** The deadline has passed; the socket is closed next. */
		default void timeIsOver() {
		}

		/**
		 * The connection could not be established, or has ended without FIN; its socket
		 * is closed.
		 * @param kind the reason, which does not depend on the text of the cause
		 * @param cause the exception, for logs and messages
		 */
		void failed(Failure kind, IOException cause);

	}

}
